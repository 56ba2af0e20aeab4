//go:build tools

// Package tools pins crane, the client of registries that pushes Wharf's own images.
package tools

import _ "github.com/google/go-containerregistry/cmd/crane"
