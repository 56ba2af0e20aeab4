import type * as pulumi from "@pulumi/pulumi";

/** What every target yields, whichever platform is behind it; these are the stack's outputs. */
export interface RegistryOutputs {
  /** Target that was chosen. */
  target: string;
  /** URL of the registry, for browsers and API clients. */
  endpoint: pulumi.Output<string>;
  /** Host and port of `endpoint`, without its scheme: what `docker login` takes. */
  server: pulumi.Output<string>;
  /** Every `host:port` by which a client may name the registry; the certificate covers them all. */
  hosts: pulumi.Output<string[]>;
  /** Repository name to the address that an image name starts with. */
  repositories: pulumi.Output<Record<string, string>>;
  /** Repository name to its id on the platform: an ARN, a resource name; empty where a repository has none. */
  repositoryIds: pulumi.Output<Record<string, string>>;
  /** Command that logs a Docker client in. */
  login: pulumi.Output<string>;
  /** Commands that tag and push an image; empty where the registry accepts no push. */
  push: pulumi.Output<string>;
  /** Command that pulls an image. */
  pull: pulumi.Output<string>;
  /** CA that clients must trust, PEM; empty where a public CA or none is in use. */
  caCertificate: pulumi.Output<string>;
  /** Passwords by user name, a secret. */
  credentials: pulumi.Output<Record<string, string>>;
  /** Private key, a JWK as JSON, that signs short-lived tokens of the users, a secret; empty without roles, and on clouds. */
  tokenSigningKey: pulumi.Output<string>;
  /** When the server's certificate expires, ISO 8601; empty without TLS, and where the platform renews it. */
  certificateExpiresAt: pulumi.Output<string>;
  /**
   * Name of a build to the command that starts it by hand; on a self-hosted target to the pipeline file that its source's runners
   * build by.
   */
  builds: pulumi.Output<Record<string, string>>;
  /** Name of a keyless identity to the pipeline file by which it logs in, pushes and pulls. */
  workflows: pulumi.Output<Record<string, string>>;
  /** Path of a client's settings file to what it holds, so that the client pulls through the caches. */
  mirrors: pulumi.Output<Record<string, string>>;
  /** When the lab expires, ISO 8601; empty where it does not. */
  expiresAt: pulumi.Output<string>;
  /** What the platform charges for a month, in US dollars: for what exists, and for what `wharf:usage` expects. */
  monthlyCost: pulumi.Output<number>;
  /** What a person should know about this registry, a sentence each. */
  notes: pulumi.Output<string[]>;
}

/** A registry on any target. */
export interface Registry extends pulumi.ComponentResource, Readonly<RegistryOutputs> {}

/** The outputs of a registry, in their order: what a component registers, and what a stack yields. */
export function outputsOf(registry: RegistryOutputs): RegistryOutputs {
  return {
    target: registry.target,
    endpoint: registry.endpoint,
    server: registry.server,
    hosts: registry.hosts,
    repositories: registry.repositories,
    repositoryIds: registry.repositoryIds,
    login: registry.login,
    push: registry.push,
    pull: registry.pull,
    caCertificate: registry.caCertificate,
    credentials: registry.credentials,
    tokenSigningKey: registry.tokenSigningKey,
    certificateExpiresAt: registry.certificateExpiresAt,
    builds: registry.builds,
    workflows: registry.workflows,
    mirrors: registry.mirrors,
    expiresAt: registry.expiresAt,
    monthlyCost: registry.monthlyCost,
    notes: registry.notes,
  };
}
