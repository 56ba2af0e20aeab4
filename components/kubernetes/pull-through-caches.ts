import type { KubernetesDescription } from "./settings";
import * as pulumi from "@pulumi/pulumi";
import type { Deployment } from "@pulumi/kubernetes/apps/v1/deployment";
import type { Service } from "@pulumi/kubernetes/core/v1/service";
import type { ReachedCache } from "../caches/mirrors";
import { cacheArgs, servesAnyone } from "../caches/self-hosted";
import type { Cache } from "../model/caches";
import { Deletion } from "../model/environment";
import { cachePolicyFile, type Users } from "../distribution/users";

import { cacheNames } from "./rules/caches";
import { covers, type TlsSecret } from "./certificates";
import { volumeSettings } from "./volume-settings";
import { hostAndPort, serviceHost, speaksTls } from "./hosts";
import { createCachePolicy } from "./network-policy";
import { createService } from "./service";
import { createSettings } from "./config-secret";
import { createClaim } from "./storage";
import { tried } from "./trial/trial";
import { createWorkload, startDigest } from "./workload";

/** What the caches share with the registry. */
interface CachesInputs {
  /** The registry's certificate, which names the caches' Services as well; undefined without TLS. */
  certificate: TlsSecret | undefined;
  /** The users, and the Secret with their files; undefined with a token server. */
  users: (Users & { secret: pulumi.Resource }) | undefined;
  /** Names by which clients reach the registry. */
  hosts: string[];
}

/** Whether clients of a cache need no login: nobody from outside the cluster reaches its Service. */
export function isOpen(cache: Cache): boolean {
  return servesAnyone(cache, true);
}

/**
 * The description of a cache as a registry of its own, which only the cluster reaches: one pod, on a claim of the class that the
 * registry's has. The claim is deleted with the stack, whatever becomes of the registry's images: the upstream has them all.
 */
export function ownArgs(args: KubernetesDescription, cache: Cache): KubernetesDescription {
  const own = cacheArgs(args, cache);
  const { storageClass } = args.kubernetes.volume;
  return {
    ...own,
    deletion: Deletion.Force,
    kubernetes: {
      ...own.kubernetes,
      service: cacheNames(cache).objectName,
      expose: { kind: "ClusterIP" },
      replicas: 1,
      autoscaling: undefined,
      identity: undefined,
      volume: volumeSettings.parse({ storageClass }),
    },
  };
}

/** Names of the caches' Services in the cluster's DNS, which the registry's certificate covers. */
export function cacheHosts(args: KubernetesDescription): string[] {
  const { namespace } = args.kubernetes;
  return args.pullThroughCaches.flatMap((cache) => {
    const { objectName } = cacheNames(cache);
    const host = serviceHost(ownArgs(args, cache));
    return [host, `${objectName}.${namespace}.svc`, `${objectName}.${namespace}`];
  });
}

/** The Services of the caches, which exist before any pod, since their addresses are in the certificate. */
export function createCacheServices(
  name: string,
  args: KubernetesDescription,
  opts: pulumi.CustomResourceOptions,
): Service[] {
  return args.pullThroughCaches.map((cache) =>
    createService(
      `${name}-${cache.name}-service`,
      ownArgs(args, cache),
      opts,
      cacheNames(cache).component,
    ),
  );
}

/** A Deployment of distribution in proxy mode for each cache, with a claim of its own. */
export function createCaches(
  name: string,
  { certificate, hosts, users }: CachesInputs,
  args: KubernetesDescription,
  opts: pulumi.CustomResourceOptions,
): Deployment[] {
  return args.pullThroughCaches.map((cache) => {
    const own = ownArgs(args, cache);
    const names = cacheNames(cache);
    const child = `${name}-${cache.name}`;
    const anonymous = isOpen(cache);
    const { component, settingsSecretName: secretName } = names;
    const policy = createCachePolicy(`${child}-network-policy`, names, own, opts);
    const claim = createClaim(child, own, opts, names);
    const workload = {
      ...names,
      claim,
      certificate,
      hasUsers: users !== undefined && !anonymous,
    };
    const settings = createSettings(
      `${child}-settings`,
      {
        secretName,
        component,
        anonymous,
        policy: cachePolicyFile,
        certificate,
        redis: undefined,
        hosts,
        tried: (contents) => tried(contents, { ...workload, users }, own),
      },
      own,
      opts,
    );
    const digest = startDigest(settings.contents, certificate, args);
    const needed = [policy, claim?.claim, settings.secret, certificate?.resource, users?.secret];
    return createWorkload(`${child}-deployment`, { ...workload, digest }, own, {
      ...opts,
      dependsOn: [opts.dependsOn ?? [], ...needed]
        .flat()
        .filter((resource) => resource !== undefined) as pulumi.Resource[],
    });
  });
}

/**
 * The caches as the nodes reach them: by the address of the Service, since a node seldom asks the cluster's DNS, where the
 * certificate covers it.
 * @param services the caches' Services, in their order
 */
export function reachedCaches(
  args: KubernetesDescription,
  services: Service[],
  certificate: TlsSecret | undefined,
): pulumi.Output<ReachedCache[]> {
  const scheme = speaksTls(args) ? "https" : "http";
  return pulumi
    .all([
      pulumi.all(services.map(({ spec }) => spec.clusterIP)),
      certificate?.contents["tls.crt"] ?? "",
      certificate?.caCertificate ?? "",
    ])
    .apply(([addresses, pem, ca]) =>
      args.pullThroughCaches.map((cache, index) => {
        const address = addresses[index];
        const byName = serviceHost(ownArgs(args, cache));
        const host = address !== undefined && covers(args, pem, [address]) ? address : byName;
        return {
          cache,
          endpoint: `${scheme}://${hostAndPort(host, args.endpoint.port)}`,
          ca: ca === "" ? undefined : ca,
          asksForUser: !isOpen(cache),
        };
      }),
    );
}
