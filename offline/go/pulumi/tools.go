//go:build tools

// Package tools pins what Wharf builds where the Pulumi CLI cannot be downloaded. A module of its own, since
// `go install …@version` refuses modules whose go.mod has replace directives, and Pulumi's has.
package tools

import _ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
