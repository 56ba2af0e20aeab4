//go:build tools

// Package tools pins the Node.js language host. v3.68.0 is the newest release of the SDK module that still holds it; newer
// ones keep it in a module that is not published to the Go module proxy.
package tools

import _ "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs"
