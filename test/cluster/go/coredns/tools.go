//go:build tools

// Package tools pins CoreDNS, which answers the names of the cluster's Services. A module of its own, since its client-go
// is newer than the cluster's.
package tools

import _ "github.com/coredns/coredns"
