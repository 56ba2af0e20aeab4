package main

import (
	"context"
	"fmt"
	"net/http"
	"os"

	"github.com/distribution/distribution/v3/configuration"
	"github.com/distribution/distribution/v3/registry"
	"github.com/docker/go-metrics"
	"github.com/sirupsen/logrus"
	"github.com/spf13/cobra"
)

// serve is distribution's command of this name, with our parts in it.
func serve(command *cobra.Command, args []string) {
	config, err := readConfiguration(args)
	if err != nil {
		fmt.Fprintf(os.Stderr, "configuration error: %v\n", err)
		_ = command.Usage()
		os.Exit(1)
	}
	ctx := context.Background()
	if err := compose(ctx, config); err != nil {
		logrus.Fatalln(err)
	}
	server, err := registry.NewRegistry(ctx, config)
	if err != nil {
		logrus.Fatalln(err)
	}
	serveDebug(config)
	err = listenAndServe(ctx, server, config)
	if collector != nil {
		collector.Flush(ctx)
	}
	if err != nil {
		logrus.Fatalln(err)
	}
}

// readConfiguration reads the file that the command line or the environment names, as distribution does.
func readConfiguration(args []string) (*configuration.Configuration, error) {
	path := os.Getenv("REGISTRY_CONFIGURATION_PATH")
	if len(args) > 0 {
		path = args[0]
	}
	if path == "" {
		return nil, fmt.Errorf("configuration path unspecified")
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	config, err := configuration.Parse(file)
	if err != nil {
		return nil, fmt.Errorf("error parsing %s: %v", path, err)
	}
	return config, nil
}

// serveDebug serves health, profiles and metrics where the configuration asks for them.
func serveDebug(config *configuration.Configuration) {
	address := config.HTTP.Debug.Addr
	if address == "" {
		return
	}
	if config.HTTP.Debug.Prometheus.Enabled {
		path := config.HTTP.Debug.Prometheus.Path
		if path == "" {
			path = "/metrics"
		}
		logrus.Info("providing prometheus metrics on ", path)
		http.Handle(path, metrics.Handler())
	}
	go func() {
		logrus.Infof("debug server listening %v", address)
		if err := http.ListenAndServe(address, nil); err != nil {
			logrus.Fatalf("error listening on debug interface: %v", err)
		}
	}()
}
