//go:build tools

// Package tools pins what the registry image holds beside the registry: the wget that its health check runs, and the cat that hands a
// pull-through cache its credentials; and distribution's own program, in the image that stacks of earlier versions run.
package tools

import (
	_ "github.com/distribution/distribution/v3/cmd/registry"
	_ "github.com/u-root/u-root/cmds/core/cat"
	_ "github.com/u-root/u-root/cmds/core/wget"
)
