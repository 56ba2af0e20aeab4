//go:build tools

// Package tools pins crane, the client that pushes and pulls images inside of the cluster.
package tools

import _ "github.com/google/go-containerregistry/cmd/crane"
