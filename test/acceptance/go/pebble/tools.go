//go:build tools

// Package tools pins pebble.
package tools

import _ "github.com/letsencrypt/pebble/v2/cmd/pebble"
