import type { GcpDescription } from "./settings";
import { getProjectOutput } from "@pulumi/gcp/organizations/getProject";
import { Service } from "@pulumi/gcp/projects/service";
import { ServiceIdentity } from "@pulumi/gcp/projects/serviceIdentity";
import type * as pulumi from "@pulumi/pulumi";

import { grantsDeleting } from "../access/artifact-registry";
import { createdKey } from "./encryption-key";
import type { Place } from "./place";
import { scansAny } from "./scanning";

/** The APIs of the project that the registry needs. */
export interface Services {
  artifactRegistry?: Service;
  /** Scans images that are pushed; billed for each. */
  containerScanning?: Service;
  /** For a key that the stack creates. */
  kms?: Service;
  /** For the passwords of caches, and the tokens of connections. */
  secretManager?: Service;
  /** For identity pools, service accounts of builds, and a custom role. */
  iam?: Service;
  /** Exchanges a pipeline's token for one of Google's. */
  sts?: Service;
  /** Returns a project's number, and grants roles on projects. */
  resourceManager?: Service;
  cloudBuild?: Service;
  /** For scheduled builds, together with Cloud Scheduler. */
  pubsub?: Service;
  scheduler?: Service;
}

/** Enables the APIs that the registry needs. They stay enabled when the stack is removed: others in the project may use them. */
export function createServices(
  name: string,
  args: GcpDescription,
  { project }: Place,
  opts: pulumi.CustomResourceOptions,
): Services {
  if (!args.gcp.enableServices) return {};
  const enable = (api: string) =>
    new Service(
      `${name}-service-${api}`,
      {
        project,
        service: `${api}.googleapis.com`,
        disableOnDestroy: false,
        disableDependentServices: false,
      },
      opts,
    );
  const hasBuilds = args.builds.length > 0;
  const hasIdentities = args.identities.length > 0;
  const hasWorkloads = args.clusters.some(({ workloads }) => workloads.length > 0);
  const isScheduled = args.builds.some(({ schedule }) => schedule !== undefined);
  return {
    artifactRegistry: enable("artifactregistry"),
    ...(scansAny(args) ? { containerScanning: enable("containerscanning") } : {}),
    ...(args.encryption.key === createdKey ? { kms: enable("cloudkms") } : {}),
    ...(readsSecrets(args) ? { secretManager: enable("secretmanager") } : {}),
    ...(hasBuilds || hasIdentities || grantsDeleting(args) ? { iam: enable("iam") } : {}),
    ...(hasIdentities ? { sts: enable("sts") } : {}),
    ...(hasBuilds || hasWorkloads ? { resourceManager: enable("cloudresourcemanager") } : {}),
    ...(hasBuilds ? { cloudBuild: enable("cloudbuild") } : {}),
    ...(isScheduled ? { pubsub: enable("pubsub"), scheduler: enable("cloudscheduler") } : {}),
  };
}

/** Whether the stack reads a secret of the project. */
function readsSecrets({ builds, pullThroughCaches: caches, gcp }: GcpDescription): boolean {
  const connections = Object.values(gcp.builds.connections);
  return (
    caches.some(({ credentials }) => credentials !== undefined) ||
    (builds.length > 0 && connections.some((one) => one?.tokenSecret !== undefined))
  );
}

/** Options with a dependency on some resources; undefined ones are left out. */
export function after(
  opts: pulumi.CustomResourceOptions,
  ...resources: (pulumi.Resource | undefined)[]
): pulumi.CustomResourceOptions {
  return { ...opts, dependsOn: resources.filter((resource) => resource !== undefined) };
}

/**
 * Artifact Registry's service agent of the project, which reads the keys and secrets of repositories; undefined where there are
 * none. Google creates it with the first repository, too late for a key of that repository. Its name has the project's number, so
 * that it is read from the resource.
 */
export function createServiceAgent(
  name: string,
  { encryption, pullThroughCaches: caches }: GcpDescription,
  { project }: Place,
  services: Services,
  opts: pulumi.CustomResourceOptions,
): ServiceIdentity | undefined {
  const readsSecrets = caches.some(({ credentials }) => credentials !== undefined);
  if (encryption.key === undefined && !readsSecrets) return undefined;
  return new ServiceIdentity(
    `${name}-service-agent`,
    { project, service: "artifactregistry.googleapis.com" },
    after(opts, services.artifactRegistry),
  );
}

/** The number of a project, which is in the names of identity pools and service agents; looked up by the project's id. */
export function projectNumber(
  { inputs }: Pick<GcpDescription, "inputs">,
  project: string,
  { resourceManager }: Services,
  { parent, provider }: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const dependsOn = resourceManager === undefined ? [] : [resourceManager];
  const projectId = inputs?.text(project) ?? project;
  return getProjectOutput({ projectId }, { parent, provider, dependsOn }).number;
}
