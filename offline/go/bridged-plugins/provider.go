package main

import (
	"fmt"

	tls "github.com/hashicorp/terraform-provider-tls/shim"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/pf/tfbridge"
	bridge "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge/tokens"
	random "github.com/terraform-providers/terraform-provider-random/shim"
)

// The versions of Pulumi's plugins that these stand for: those that the SDKs ask for, set by the linker.
var randomVersion, tlsVersion string

// The longest name that a resource is given, as Pulumi's plugins have it.
const longestName = 255

// providerInfo says how a provider of Terraform's looks in Pulumi's words, as in pulumi-random and pulumi-tls.
func providerInfo(name string) (bridge.ProviderInfo, error) {
	info := bridge.ProviderInfo{
		Name:         name,
		MetadataInfo: bridge.NewProviderMetadata([]byte("{}")),
		Resources:    map[string]*bridge.ResourceInfo{},
	}
	// Before the name in a type: tls:index/privateKey:PrivateKey, random:index/randomString:RandomString.
	prefix := ""
	switch name {
	case "random":
		info.P, info.Version, prefix = tfbridge.ShimProvider(random.NewProvider()), randomVersion, "Random"
		// Terraform's has no id of its own.
		info.Resources["random_bytes"] = &bridge.ResourceInfo{
			ComputeID: bridge.DelegateIDField("base64", name, "https://github.com/pulumi/pulumi-random"),
		}
	case "tls":
		info.P, info.Version = tfbridge.ShimProvider(tls.NewProvider()), tlsVersion
	default:
		return info, fmt.Errorf("start this program under the name pulumi-resource-random or pulumi-resource-tls, and not %q", name)
	}
	standard := tokens.MakeStandard(name)
	info.MustComputeTokens(tokens.SingleModule(name+"_", "index", func(module, own string) (string, error) {
		return standard(module, prefix+own)
	}))
	info.SetAutonaming(longestName, "-")
	return info, nil
}
