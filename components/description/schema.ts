import { z } from "zod";
import { type AwsDescription, awsSettings } from "../aws/settings";
import { type AzureDescription, azureSettings } from "../azure/settings";
import { type GcpDescription, gcpSettings } from "../gcp/settings";
import { type KubernetesDescription, kubernetesSettings } from "../kubernetes/settings";
import { sharedKeys } from "../model/description";

/** The whole description. It gives the TypeScript type, the checks and the tables in the docs. */
export const descriptionSchema = z.strictObject({
  ...sharedKeys,
  kubernetes: kubernetesSettings
    .prefault({})
    .meta({ description: "What only the target kubernetes reads." }),
  aws: awsSettings.prefault({}).meta({ description: "What only the target aws reads." }),
  gcp: gcpSettings.prefault({}).meta({ description: "What only the target gcp reads." }),
  azure: azureSettings.prefault({}).meta({ description: "What only the target azure reads." }),
});

export type Key = keyof typeof descriptionSchema.shape;

/** A checked description, every default filled in. */
export interface Description
  extends KubernetesDescription, AwsDescription, GcpDescription, AzureDescription {}
