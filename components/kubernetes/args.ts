import type * as pulumi from "@pulumi/pulumi";
import type { SelfHostedPullThroughCacheArgs } from "../args/delivery";
import type { SelfHostedRegistryArgs } from "../args/registry";
import type { EndpointArgs, TlsArgs } from "../args/server";
import type { StorageArgs } from "../args/storage";
import type { KubernetesArgs } from "./block-args";

/**
 * Args of a registry in a Kubernetes cluster.
 *
 * @example
 * ```typescript
 * const registry = new KubernetesRegistry("registry", {
 *   environment: "staging",
 *   storage: { kind: "s3", bucket: bucket.bucket, region: "eu-central-1" },
 *   kubernetes: {
 *     replicas: 2,
 *     expose: { kind: "Ingress", host: "registry.example.com", controller: "nginx" },
 *     identity: { awsRoleArn: role.arn },
 *     pullSecrets: { namespaces: [{ namespace: "shop", serviceAccounts: ["default"] }] },
 *   },
 * });
 * export const login = registry.login;
 * ```
 */
export interface KubernetesRegistryArgs extends SelfHostedRegistryArgs {
  /** Where the registry answers, and who may reach it. */
  endpoint?: KubernetesEndpointArgs;
  /** Certificates, and what TLS accepts. Defaults to a certificate of a CA that is created in the stack. */
  tls?: KubernetesTlsArgs;
  /** Where the images are stored. Defaults to a volume. */
  storage?: StorageArgs;
  /** Registries whose images are cached here once somebody has pulled them. Defaults to none. */
  pullThroughCaches?: KubernetesPullThroughCacheArgs[];
  /** Settings of the registry's objects in the cluster. */
  kubernetes?: KubernetesArgs;
}

/** Where a registry in a cluster answers, and who may reach it. */
export interface KubernetesEndpointArgs extends EndpointArgs {
  /** Ranges of addresses, as `10.0.0.0/8`, that may reach the registry. Defaults to no limit. */
  allowFrom?: string[];
}

/** Certificates of a registry in a cluster. */
export interface KubernetesTlsArgs extends TlsArgs {
  /**
   * Existing Secret of type kubernetes.io/tls in the registry's namespace that holds your certificate, in place of
   * `certificate` and `privateKey`; with mode `provided`.
   */
  secretName?: pulumi.Input<string>;
  /** Issuer that signs the certificate; required with mode `cert-manager`. */
  issuer?: IssuerArgs;
}

/** An issuer of cert-manager. */
export interface IssuerArgs {
  /** Name of the issuer. */
  name: string;
  /**
   * Kind of the issuer: `Issuer` of the registry's namespace, `ClusterIssuer`, or a kind of another group. Defaults to
   * ClusterIssuer.
   */
  kind?: string;
  /** API group of the issuer. Defaults to cert-manager.io. */
  group?: string;
}

/** A pull-through cache in a cluster. */
export interface KubernetesPullThroughCacheArgs extends SelfHostedPullThroughCacheArgs {
  /**
   * Size in GiB of the cache's volume, above 0, which may grow in place; a cache that is full serves what it has. Defaults to
   * 5.
   */
  sizeGiB?: number;
}
