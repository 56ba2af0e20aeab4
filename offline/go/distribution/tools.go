//go:build tools

// Package tools pins the contents of the registry image that Wharf builds where the official one cannot be pulled: the
// registry, the wget that its health check runs, and the cat that hands a pull-through cache its credentials.
package tools

import (
	_ "github.com/distribution/distribution/v3/cmd/registry"
	_ "github.com/u-root/u-root/cmds/core/cat"
	_ "github.com/u-root/u-root/cmds/core/wget"
)
