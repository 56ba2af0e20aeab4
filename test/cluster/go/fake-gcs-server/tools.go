//go:build tools

// Package tools pins fake-gcs-server, which answers as Google Cloud Storage does.
package tools

import _ "github.com/fsouza/fake-gcs-server"
