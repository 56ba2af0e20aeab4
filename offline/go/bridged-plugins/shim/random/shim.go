// Package shim makes the provider public: Go lets only packages below the path of the provider import its internal ones.
package shim

import (
	"github.com/hashicorp/terraform-plugin-framework/provider"
	upstream "github.com/terraform-providers/terraform-provider-random/internal/provider"
)

// NewProvider returns Terraform's random provider.
func NewProvider() provider.Provider { return upstream.New() }
