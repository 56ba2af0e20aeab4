//go:build tools

// Package tools pins clients of registries that tests drive.
package tools

import (
	_ "github.com/regclient/regclient/cmd/regctl"
	_ "oras.land/oras/cmd/oras"
)
