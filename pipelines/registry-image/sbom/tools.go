//go:build tools

// Package tools pins the program that lists what the registry's image is made of, for the pipeline that releases it.
package tools

import _ "github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod"
