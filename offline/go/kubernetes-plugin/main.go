// Command kubernetes-plugin is Pulumi's own plugin for Kubernetes, built from its module.
//
// The plugin's command embeds two files that its repository does not hold; they are made from those that it does, beside this one.
package main

import (
	_ "embed"
	"io"
	"os"

	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/provider"
	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/version"
)

//go:embed schema-embed.json
var schema []byte

//go:embed terraform-mapping-embed.json
var mapping []byte

func main() {
	endWithEngine()
	provider.Serve("kubernetes", version.Version, schema, mapping)
}

// endWithEngine ends this process when the engine does, which holds the other end of the standard input: what a killed engine began is
// not to go on beside the next run. The plugin by itself looks for its engine every five minutes alone.
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
