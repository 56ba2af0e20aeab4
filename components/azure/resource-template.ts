import type { input } from "@pulumi/azure-native/types";
import type * as pulumi from "@pulumi/pulumi";

/** A resource as a template of Azure Resource Manager names it. */
interface TemplateResource {
  type: string;
  apiVersion: string;
  name: pulumi.Input<string>;
  [property: string]: unknown;
}

/**
 * What a deployment has that writes one resource by an API version which the provider does not have: its own resources have one
 * version each, and its generic one reads back by another (pulumi-azure-native issues 4109 and 4337). Deleting the deployment changes
 * nothing on the resource.
 */
export function templateOf(resource: TemplateResource): input.resources.DeploymentPropertiesArgs {
  return {
    mode: "Incremental",
    template: {
      $schema: "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
      contentVersion: "1.0.0.0",
      resources: [resource],
    },
  };
}
