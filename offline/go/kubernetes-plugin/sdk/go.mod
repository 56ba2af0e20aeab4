// Stands in place of the typed Go SDK, which is half of the work of a build: 66 packages of one struct for every kind of every version.
// The provider needs it for one thing only, the components that register the objects of YAML files and charts as typed resources.
// What is here is as much as the provider names.
module github.com/pulumi/pulumi-kubernetes/sdk/v4

go 1.25.11

require github.com/pulumi/pulumi/sdk/v3 v3.215.0
