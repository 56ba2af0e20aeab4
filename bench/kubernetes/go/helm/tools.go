//go:build tools

// Package tools pins helm, which installs the chart that stands beside Wharf.
package tools

import _ "helm.sh/helm/v3/cmd/helm"
