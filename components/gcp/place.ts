import * as pulumi from "@pulumi/pulumi";
import type { RegistryArgs } from "../registry";

/** Where the registry stands. */
export interface Place {
  /** Id of the project, as in `acme-registry`, or `example.com:acme` where a domain owns it. */
  project: string;
  /** Location of the repositories: a region, or `asia`, `europe` or `us`. */
  location: string;
}

/** A setting of the provider and the variables that stand in for it, in the order in which the provider reads them. */
const settings = {
  project: ["GOOGLE_PROJECT", "GOOGLE_CLOUD_PROJECT", "GCLOUD_PROJECT", "CLOUDSDK_CORE_PROJECT"],
  region: ["GOOGLE_REGION", "GCLOUD_REGION", "CLOUDSDK_COMPUTE_REGION"],
} as const;

/** What the provider is set to, and where it stands: in the stack's config, or in a variable. */
export interface ProviderSetting {
  value: string;
  /** `gcp:region`, or the variable's name. */
  from: string;
}

/** A setting of the provider as the provider finds it; undefined where nobody set it. */
export function providerSetting(name: keyof typeof settings): ProviderSetting | undefined {
  const configured = new pulumi.Config("gcp").get(name);
  if (configured) return { value: configured, from: `gcp:${name}` };
  for (const variable of settings[name]) {
    const value = process.env[variable];
    if (value) return { value, from: variable };
  }
  return undefined;
}

/**
 * Where a stack's registry stands: the project and region that the provider is set to, unless the description names a location.
 * @throws Error where one is missing, which `preflight` tells first
 */
export function placeOf({ gcp }: Pick<RegistryArgs, "gcp">): Place {
  const project = providerSetting("project")?.value;
  const location = gcp.location ?? providerSetting("region")?.value;
  if (project === undefined || location === undefined) {
    throw new Error(`gcp:${project === undefined ? "project" : "region"} is not set`);
  }
  return { project, location };
}

/** Host of a location's Docker repositories. */
export function hostOf(location: string): string {
  return `${location}-docker.pkg.dev`;
}

/** A project as it stands in an image's name: of `example.com:acme` Docker takes `example.com/acme`. */
export function projectInName(project: string): string {
  return project.replace(":", "/");
}
