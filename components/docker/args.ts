import type * as pulumi from "@pulumi/pulumi";
import type { SelfHostedPullThroughCacheArgs } from "../args/delivery";
import type { SelfHostedRegistryArgs } from "../args/registry";
import type { EndpointArgs, TlsArgs } from "../args/server";
import type { StorageArgs } from "../args/storage";

/**
 * Args of a registry on a Docker host.
 *
 * @example
 * ```typescript
 * const registry = new DockerRegistry("registry", {
 *   environment: "dev",
 *   endpoint: { hosts: ["registry.example.com"] },
 *   users: [{ name: "admin" }, { name: "ci", password: config.requireSecret("ciPassword") }],
 *   pullThroughCaches: [{ upstream: "docker-hub" }],
 * });
 * export const login = registry.login;
 * ```
 */
export interface DockerRegistryArgs extends SelfHostedRegistryArgs {
  /** Where the registry answers. A lab listens on localhost only. */
  endpoint?: DockerEndpointArgs;
  /** Certificates, and what TLS accepts. Defaults to a certificate of a CA that is created in the stack. */
  tls?: DockerTlsArgs;
  /** Where the images are stored. Defaults to a named volume of the Docker engine. */
  storage?: DockerStorageArgs;
  /** Registries whose images are cached here once somebody has pulled them. Defaults to none. */
  pullThroughCaches?: DockerPullThroughCacheArgs[];
}

/** Where a registry on a Docker host answers. */
export interface DockerEndpointArgs extends EndpointArgs {
  /**
   * IP address of the Docker host that the port is bound to. Defaults to 127.0.0.1 in a lab, which accepts only loopback
   * addresses, and to 0.0.0.0 elsewhere.
   */
  address?: string;
  /** Ranges of addresses, as `10.0.0.0/8`, that may reach the registry. Defaults to no limit. */
  allowFrom?: string[];
}

/** Certificates of a registry on a Docker host, and what TLS accepts. */
export interface DockerTlsArgs extends TlsArgs {
  /**
   * ACME server that issues the certificate, by the challenge tls-alpn-01: it connects to port 443 of each host, which must lead to
   * the registry; with mode `acme`.
   */
  acme?: AcmeArgs;
}

/** An ACME server (RFC 8555). */
export interface AcmeArgs {
  /** URL of the server's directory. Defaults to that of Let's Encrypt. */
  directory?: string;
  /** Address that the server writes to. Defaults to none. */
  email?: string;
  /** CA, PEM, of the server's own certificate, where no public CA signed it. That of what it issues is `caCertificate` of `tls`. */
  caCertificate?: pulumi.Input<string>;
}

/** Where the images of a registry on a Docker host are stored. */
export interface DockerStorageArgs extends StorageArgs {
  /**
   * Directory of the host that holds the images, an absolute path; with kind `volume`. It must exist and belong, with all that
   * is in it, to 10001:10001, the user that the registry runs as; its owner and mode are not changed. Defaults to a named
   * volume of the engine.
   */
  path?: string;
}

/** A pull-through cache on a Docker host. */
export interface DockerPullThroughCacheArgs extends SelfHostedPullThroughCacheArgs {
  /** Port on which the cache answers. Defaults to the registry's port plus the cache's place in the list, from 1. */
  port?: number;
}
