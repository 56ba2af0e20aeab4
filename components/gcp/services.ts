import type { GcpDescription } from "./settings";
import { getProjectOutput } from "@pulumi/gcp/organizations/getProject";
import { Service } from "@pulumi/gcp/projects/service";
import { ServiceIdentity } from "@pulumi/gcp/projects/serviceIdentity";
import type * as pulumi from "@pulumi/pulumi";

import { createdKey } from "./encryption-key";
import type { Place } from "./place";
import { scansAny } from "./scanning";

/** The APIs of the project that the registry needs, those that it does not need left out. */
export interface Services {
  artifactRegistry?: Service;
  /** Scans images that are pushed, at a price for each. */
  containerScanning?: Service;
  /** For a key of the stack's own. */
  kms?: Service;
  /** For the passwords of caches, and the tokens of connections. */
  secretManager?: Service;
  /** For identity pools, and service accounts of builds. */
  iam?: Service;
  /** Takes a pipeline's token for one of Google's. */
  sts?: Service;
  /** Tells a project's number, and grants roles on projects. */
  resourceManager?: Service;
  cloudBuild?: Service;
  /** For builds by the clock, together with Cloud Scheduler. */
  pubsub?: Service;
  scheduler?: Service;
}

/** Enables the APIs that the registry needs. None is disabled when the stack goes: others in the project may have come to use it. */
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
    ...(hasBuilds || hasIdentities ? { iam: enable("iam") } : {}),
    ...(hasIdentities ? { sts: enable("sts") } : {}),
    ...(hasBuilds || hasWorkloads ? { resourceManager: enable("cloudresourcemanager") } : {}),
    ...(hasBuilds ? { cloudBuild: enable("cloudbuild") } : {}),
    ...(isScheduled ? { pubsub: enable("pubsub"), scheduler: enable("cloudscheduler") } : {}),
  };
}

/** Whether anything of the stack reads a secret of the project. */
function readsSecrets({ builds, pullThroughCaches: caches, gcp }: GcpDescription): boolean {
  const connections = Object.values(gcp.builds.connections);
  return (
    caches.some(({ credentials }) => credentials !== undefined) ||
    (builds.length > 0 && connections.some((one) => one?.tokenSecret !== undefined))
  );
}

/** Options of what comes after some resources, those that there are. */
export function after(
  opts: pulumi.CustomResourceOptions,
  ...resources: (pulumi.Resource | undefined)[]
): pulumi.CustomResourceOptions {
  return { ...opts, dependsOn: resources.filter((resource) => resource !== undefined) };
}

/**
 * Artifact Registry's service agent of the project, which reads the keys and secrets that repositories need; undefined where none
 * needs any. Google makes it with the first repository, which is too late for that one's key. Its name holds the project's
 * number, so that it is read from the resource and not put together.
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

/** The number of a project, by which Google names identity pools and service agents; it is asked for by the project's id. */
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
