// Command language-hosts runs programs in YAML and Python, generates SDKs for Python and Go, and starts component packages that are
// written for Node.js, for a Pulumi engine that was built from Go modules.
//
// Pulumi's own hosts of Python and Go, and the Node.js host that starts plugins, are in modules that the Go module proxy does not
// serve. What they are made of it does serve: the YAML host, the SDK generators and Python's toolchains are Pulumi's own.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"time"

	yaml "github.com/pulumi/pulumi-yaml/pkg/server"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
)

// How often the engine is looked at, so that a host ends after it.
const lookAtEngine = 5 * time.Minute

// The engine starts the host of a language under this name, with its own address as the last argument.
func main() {
	language := strings.TrimPrefix(filepath.Base(os.Args[0]), "pulumi-language-")
	tracing := flag.String("tracing", "", "where traces are sent")
	flag.String("root", "", "the project's directory")
	flag.Parse()
	if err := serve(language, flag.Arg(0), *tracing); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// serve prints its port, and answers until the engine has ended or the process is interrupted.
func serve(language, engine, tracing string) error {
	host, err := hostOf(language, engine, tracing)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if engine != "" {
		if err := rpcutil.Healthcheck(ctx, engine, lookAtEngine, stop); err != nil {
			return err
		}
	}
	ended := make(chan bool)
	go func() {
		<-ctx.Done()
		close(ended)
	}()
	handle, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{
		Cancel: ended,
		Init: func(server *grpc.Server) error {
			pulumirpc.RegisterLanguageRuntimeServer(server, host)
			return nil
		},
	})
	if err != nil {
		return err
	}
	fmt.Println(handle.Port)
	return <-handle.Done
}

func hostOf(language, engine, tracing string) (pulumirpc.LanguageRuntimeServer, error) {
	switch language {
	case "yaml":
		return yaml.NewLanguageHost(engine, tracing, false), nil
	case "python":
		return &pythonHost{generator{generate: generatePython}, engine}, nil
	case "go":
		return &generator{generate: generateGo}, nil
	case "nodejs":
		return newNodejsHost(), nil
	}
	return nil, fmt.Errorf("%q is not a language of this program: start it as pulumi-language-python, for example", language)
}
