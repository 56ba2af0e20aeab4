//go:build tools

// Package tools pins govulncheck, which finds known vulnerabilities in a program. The database that it asks, golang.org/x/vulndb, is in
// go.mod only: it is read as files.
package tools

import _ "golang.org/x/vuln/cmd/govulncheck"
