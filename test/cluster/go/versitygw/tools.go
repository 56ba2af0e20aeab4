//go:build tools

// Package tools pins versitygw, an S3 server that keeps objects in a directory.
package tools

import _ "github.com/versity/versitygw/cmd/versitygw"
