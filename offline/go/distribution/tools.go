//go:build tools

// Package tools pins the contents of the registry image that Wharf builds where the official one cannot be pulled: the
// registry, and the wget that its health check runs.
package tools

import (
	_ "github.com/distribution/distribution/v3/cmd/registry"
	_ "github.com/u-root/u-root/cmds/core/wget"
)
