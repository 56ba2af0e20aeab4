// Package yaml takes the place of the SDK's package of this path. See its module's go.mod for why.
package yaml

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// RegisterResource refuses: the components ConfigFile, ConfigGroup and Chart of the official plugin register typed resources by it.
func RegisterResource(
	_ *pulumi.Context, apiVersion, kind, name string, _ pulumi.Input, _ ...pulumi.ResourceOption,
) (pulumi.CustomResource, error) {
	return nil, fmt.Errorf(
		"%s %s %s: the kubernetes plugin that Wharf built from Go modules has no components for YAML files and charts. "+
			"Install the official plugin: pulumi plugin install resource kubernetes", apiVersion, kind, name)
}
