package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/pulumi/pulumi/sdk/v3/python/toolchain"
)

// Pulumi's own script, which lies beside this program and runs a program in Python.
const pythonScript = "pulumi-language-python-exec"

// The exit code of that script where it has said what is wrong.
const saidAlready = 32

// pythonHost runs programs in Python, and generates SDKs for them.
type pythonHost struct {
	generator
	engine string
}

func (h *pythonHost) Run(ctx context.Context, req *pulumirpc.RunRequest) (*pulumirpc.RunResponse, error) {
	python, err := toolchainOf(req.Info)
	if err != nil {
		return nil, err
	}
	executable, err := os.Executable()
	if err != nil {
		return nil, err
	}
	config, err := encoded(req.Config, len(req.Config), "{}")
	if err != nil {
		return nil, err
	}
	secrets, err := encoded(req.ConfigSecretKeys, len(req.ConfigSecretKeys), "[]")
	if err != nil {
		return nil, err
	}
	cmd, err := python.Command(ctx, append([]string{
		filepath.Join(filepath.Dir(executable), pythonScript),
		"--monitor", req.MonitorAddress,
		"--engine", h.engine,
		"--project", req.Project,
		"--root_directory", req.Info.RootDirectory,
		"--stack", req.Stack,
		"--pwd", req.Info.ProgramDirectory,
		"--dry_run", strconv.FormatBool(req.DryRun),
		"--parallel", strconv.Itoa(int(req.Parallel)),
		"--organization", req.Organization,
		req.Info.EntryPoint,
	}, req.Args...)...)
	if err != nil {
		return nil, err
	}
	if cmd.Env == nil {
		cmd.Env = os.Environ()
	}
	cmd.Env = append(cmd.Env, "PULUMI_CONFIG="+config, "PULUMI_CONFIG_SECRET_KEYS="+secrets)
	cmd.Dir, cmd.Stdout, cmd.Stderr = req.Info.ProgramDirectory, os.Stdout, os.Stderr
	err = cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == saidAlready {
		return &pulumirpc.RunResponse{Bail: true}, nil
	}
	if err != nil {
		return &pulumirpc.RunResponse{Error: fmt.Sprintf("the program failed: %v", err)}, nil
	}
	return &pulumirpc.RunResponse{}, nil
}

// InstallDependencies installs what the project requires in its virtual environment.
func (h *pythonHost) InstallDependencies(
	req *pulumirpc.InstallDependenciesRequest, server pulumirpc.LanguageRuntime_InstallDependenciesServer,
) error {
	closer, stdout, stderr, err := rpcutil.MakeInstallDependenciesStreams(server, req.IsTerminal)
	if err != nil {
		return err
	}
	defer closer.Close()
	python, err := toolchainOf(req.Info)
	if err != nil {
		return err
	}
	return python.InstallDependencies(
		server.Context(), req.Info.ProgramDirectory, req.UseLanguageVersionTools, true, stdout, stderr)
}

// toolchainOf is pip's in the project's `virtualenv`, or around the Python on the PATH where the project names none.
func toolchainOf(info *pulumirpc.ProgramInfo) (toolchain.Toolchain, error) {
	virtualenv, _ := info.Options.AsMap()["virtualenv"].(string)
	return toolchain.ResolveToolchain(toolchain.PythonOptions{
		Root:       info.RootDirectory,
		ProgramDir: info.ProgramDirectory,
		Virtualenv: virtualenv,
		Toolchain:  toolchain.Pip,
	})
}

// encoded is JSON that says `empty` where there is nothing, since Pulumi's script takes no null.
func encoded(value any, length int, empty string) (string, error) {
	if length == 0 {
		return empty, nil
	}
	text, err := json.Marshal(value)
	return string(text), err
}
