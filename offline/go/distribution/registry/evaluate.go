package main

import (
	"encoding/json"
	"os"

	"github.com/distribution/distribution/v3/registry"
	"github.com/spf13/cobra"

	"wharf.invalid/distribution/collection"
)

func init() {
	registry.RootCmd.AddCommand(&cobra.Command{
		Use:   "retention",
		Short: "says what plans of retention do with images, both read from standard input as JSON",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return collection.EvaluateAll(os.Stdin, json.NewEncoder(os.Stdout))
		},
	})
}
