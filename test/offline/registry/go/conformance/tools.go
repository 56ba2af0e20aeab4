//go:build tools

// Package tools pins the conformance suite of the OCI distribution specification.
package tools

import _ "github.com/opencontainers/distribution-spec/conformance"
