//go:build tools

// Package tools pins cosign.
package tools

import _ "github.com/sigstore/cosign/v3/cmd/cosign"
