import type * as pulumi from "@pulumi/pulumi";
import { getProjectOutput } from "@pulumi/gcp/organizations/getProject";
import type { Services } from "./services";

/** The number of a project, by which Google names identity pools and service agents; it is asked for by the project's id. */
export function projectNumber(
  projectId: string,
  { resourceManager }: Services,
  { parent, provider }: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const dependsOn = resourceManager === undefined ? [] : [resourceManager];
  return getProjectOutput({ projectId }, { parent, provider, dependsOn }).number;
}
