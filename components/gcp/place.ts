import type { GcpDescription } from "./settings";
import * as pulumi from "@pulumi/pulumi";
import { DescriptionError, type Problem } from "../core/problems";
import { isToken } from "../core/tokens";

import { heldIn } from "./repository-ids";

/** How clients reach the registry: plain values, since Google's addresses are made of the names. */
export interface Addresses {
  /** Host of the repositories, and the domains of Container Registry. */
  hosts: string[];
  /** Repository name to the address that an image name starts with. */
  repositories: Record<string, string>;
  login: string;
  push: string;
  pull: string;
}

/** The addresses of a description's repositories and the commands that use them. */
export function addressesOf(
  { pullThroughCaches: caches, gcp, repositories }: GcpDescription,
  place: Place,
): Addresses {
  const host = hostOf(place.location);
  const project = projectInName(place.project);
  const addresses = {
    ...Object.fromEntries(
      repositories.map(({ name }) => [
        name,
        `${host}/${project}/${heldIn(name, gcp).id}/${heldIn(name, gcp).image}`,
      ]),
    ),
    ...Object.fromEntries(
      [...caches, ...gcp.virtualRepositories].map(({ name }) => [
        name,
        `${host}/${project}/${name}`,
      ]),
    ),
    ...Object.fromEntries(gcp.domains.map((domain) => [domain, `${domain}/${project}`])),
  };
  const hosts = [host, ...gcp.domains];
  const example = `${Object.values(addresses)[0] ?? `${host}/${project}/IMAGE`}:1.0.0`;
  return {
    hosts,
    repositories: addresses,
    login: `gcloud auth configure-docker ${hosts.join(",")}`,
    push: `docker tag IMAGE ${example} && docker push ${example}`,
    pull: `docker pull ${example}`,
  };
}

/** Where the registry is. From a provider that a program has created, both are tokens. */
export interface Place {
  /** Id of the project, as in `acme-registry`, or `example.com:acme` where a domain owns it. */
  project: string;
  /** Location of the repositories: a region, or `asia`, `europe` or `us`. */
  location: string;
}

/** A setting of the provider and its environment variables, in the order in which the provider reads them. */
const settings = {
  project: ["GOOGLE_PROJECT", "GOOGLE_CLOUD_PROJECT", "GCLOUD_PROJECT", "CLOUDSDK_CORE_PROJECT"],
  region: ["GOOGLE_REGION", "GCLOUD_REGION", "CLOUDSDK_COMPUTE_REGION"],
} as const;

/** A setting of the provider, and where it comes from: the stack's config, or a variable. */
export interface ProviderSetting {
  value: string;
  /** `gcp:region`, or the variable's name. */
  from: string;
}

/** A setting of the provider as the provider reads it; undefined where it is not set. */
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
 * Where a component's registry is: the project and location of its args, else of the provider that it was given, else of the stack.
 * @throws DescriptionError where one is missing everywhere
 */
export function placeOf(
  component: pulumi.ComponentResource,
  name: string,
  { gcp, inputs, project }: Pick<GcpDescription, "gcp" | "inputs" | "project">,
): Place {
  const given = component.getProvider("gcp:artifactregistry/repository:Repository") as
    | (pulumi.ProviderResource & Record<keyof typeof settings, pulumi.Output<string | undefined>>)
    | undefined;
  const of = (setting: keyof typeof settings): string | undefined => {
    const own = providerSetting(setting)?.value;
    if (given === undefined || inputs === undefined) return own;
    return inputs.takePlace(
      [setting],
      given[setting].apply((known) => {
        const value = known ?? own;
        if (value === undefined) throw new DescriptionError(subject, [missing[setting]]);
        return value;
      }),
    );
  };
  const subject = `GcpRegistry "${name}"`;
  const known = { project: project ?? of("project"), location: gcp.location ?? of("region") };
  if (known.project === undefined || known.location === undefined) {
    throw new DescriptionError(subject, [
      ...(known.project === undefined ? [missing.project] : []),
      ...(known.location === undefined ? [missing.region] : []),
    ]);
  }
  return { project: known.project, location: known.location };
}

/** The problems of a component without a project or location. */
const missing: Record<keyof typeof settings, Problem> = {
  project: {
    key: "project",
    message:
      "is missing; name the id of the project in the args, in the provider given in the options, or in the stack's config gcp:project",
  },
  region: {
    key: "gcp.location",
    message:
      "is missing; name a location in the args, a region in the provider given in the options, or in the stack's config gcp:region",
  },
};

/** A location in the names of a component's resources, which cannot come from an Output. */
export function locationInNames(location: string): string {
  return isToken(location) ? "region" : location;
}

/** Host of a location's Docker repositories. */
export function hostOf(location: string): string {
  return `${location}-docker.pkg.dev`;
}

/** A project in the name of an image: `example.com/acme` for `example.com:acme`. */
export function projectInName(project: string): string {
  return project.replace(":", "/");
}
