// Command bridged-plugins is Pulumi's plugins random and tls, by the name that it is started under: pulumi-resource-tls.
//
// Pulumi's own modules of them are not served by the Go module proxy. What they consist of is: Terraform's providers, and Pulumi's
// bridge to these. One program holds both, since the bridge is most of each.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/pf/tfbridge"
	bridge "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfgen"
	"github.com/pulumi/pulumi/sdk/v3/go/common/diag"
	"github.com/pulumi/pulumi/sdk/v3/go/common/diag/colors"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
)

func main() {
	name := strings.TrimPrefix(filepath.Base(os.Args[0]), "pulumi-resource-")
	provider, err := providerInfo(name)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	endWithEngine()
	tfbridge.Main(context.Background(), name, provider, tfbridge.ProviderMetadata{
		XGetSchema: func(context.Context, plugin.GetSchemaRequest) ([]byte, error) { return schema(provider) },
	})
}

// schema is made when it is asked for, which is seldom: a program in TypeScript deploys without it. So none is kept anywhere.
func schema(provider bridge.ProviderInfo) ([]byte, error) {
	silent := diag.DefaultSink(io.Discard, io.Discard, diag.FormatOptions{Color: colors.Never})
	spec, err := tfgen.GenerateSchema(provider, silent)
	if err != nil {
		return nil, err
	}
	return json.Marshal(spec)
}

// endWithEngine ends this process when the engine does. The engine holds the other end of the standard input; the bridge by itself
// looks for a killed engine every five minutes alone.
func endWithEngine() {
	input, err := os.Stdin.Stat()
	if err != nil || input.Mode()&(os.ModeNamedPipe|os.ModeSocket) == 0 {
		return
	}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
}
