package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

// The program of Pulumi's SDK that starts a plugin.
const runPlugin = "node_modules/@pulumi/pulumi/cmd/run-plugin"

// nodejsHost starts plugins that are written for Node.js, such as component packages. Programs it leaves to the engine's own host,
// which is older than such plugins.
type nodejsHost struct {
	base
	engines func() (pulumirpc.LanguageRuntimeClient, error)
}

func newNodejsHost() *nodejsHost {
	return &nodejsHost{engines: sync.OnceValues(startEnginesHost)}
}

// startEnginesHost starts the next host on the PATH, as this one was started.
func startEnginesHost() (pulumirpc.LanguageRuntimeClient, error) {
	name := filepath.Base(os.Args[0])
	this, err := os.Executable()
	if err != nil {
		return nil, err
	}
	for _, directory := range filepath.SplitList(os.Getenv("PATH")) {
		program := filepath.Join(directory, name)
		if real, err := filepath.EvalSymlinks(program); err != nil || real == this {
			continue
		}
		cmd := exec.Command(program, os.Args[1:]...)
		cmd.Stderr = os.Stderr
		stdout, err := cmd.StdoutPipe()
		if err != nil {
			return nil, err
		}
		if err := cmd.Start(); err != nil {
			return nil, err
		}
		lines := bufio.NewReader(stdout)
		port, err := lines.ReadString('\n')
		if err != nil {
			return nil, fmt.Errorf("%s said no port: %w", program, err)
		}
		// What programs print.
		go func() { _, _ = io.Copy(os.Stdout, lines) }()
		connection, err := grpc.NewClient("127.0.0.1:"+strings.TrimSpace(port),
			grpc.WithTransportCredentials(insecure.NewCredentials()), rpcutil.GrpcChannelOptions())
		if err != nil {
			return nil, err
		}
		return pulumirpc.NewLanguageRuntimeClient(connection), nil
	}
	return nil, fmt.Errorf("%s of the engine is not on the PATH", name)
}

func (h *nodejsHost) Run(ctx context.Context, req *pulumirpc.RunRequest) (*pulumirpc.RunResponse, error) {
	host, err := h.engines()
	if err != nil {
		return nil, err
	}
	return host.Run(ctx, req)
}

func (h *nodejsHost) RunPlugin(req *pulumirpc.RunPluginRequest, server pulumirpc.LanguageRuntime_RunPluginServer) error {
	closer, stdout, stderr, err := rpcutil.MakeRunPluginStreams(server, false)
	if err != nil {
		return err
	}
	defer closer.Close()
	script, err := nearest(req.Info.ProgramDirectory, runPlugin)
	if err != nil {
		return err
	}
	program := filepath.Join(req.Info.ProgramDirectory, req.Info.EntryPoint)
	cmd := exec.CommandContext(server.Context(), "node", append([]string{script, program}, req.Args...)...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = req.Pwd, stdout, stderr
	cmd.Env = append(os.Environ(), req.Env...)
	err = cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return server.Send(&pulumirpc.RunPluginResponse{
			Output: &pulumirpc.RunPluginResponse_Exitcode{Exitcode: int32(exit.ExitCode())},
		})
	}
	return err
}

// InstallDependencies installs what package.json names, unless Pulumi's SDK is installed already.
func (h *nodejsHost) InstallDependencies(
	req *pulumirpc.InstallDependenciesRequest, server pulumirpc.LanguageRuntime_InstallDependenciesServer,
) error {
	if _, err := nearest(req.Info.ProgramDirectory, runPlugin); err == nil {
		return nil
	}
	closer, stdout, stderr, err := rpcutil.MakeInstallDependenciesStreams(server, req.IsTerminal)
	if err != nil {
		return err
	}
	defer closer.Close()
	cmd := exec.CommandContext(server.Context(), "npm", "install")
	cmd.Dir, cmd.Stdout, cmd.Stderr = req.Info.ProgramDirectory, stdout, stderr
	return cmd.Run()
}

// nearest finds a file as Node.js does: below the directory, or below one above it.
func nearest(directory, file string) (string, error) {
	for {
		path := filepath.Join(directory, file)
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
		above := filepath.Dir(directory)
		if above == directory {
			return "", fmt.Errorf("%s is not installed: run npm install in the package", file)
		}
		directory = above
	}
}
