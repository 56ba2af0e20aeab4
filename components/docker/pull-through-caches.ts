import type { SharedDescription } from "../model/description";
import type * as pulumi from "@pulumi/pulumi";
import type { Container } from "@pulumi/docker/container";
import type { Network } from "@pulumi/docker/network";
import type { RemoteImage } from "@pulumi/docker/remoteImage";
import { Volume } from "@pulumi/docker/volume";
import { clientMirrors } from "../caches/mirrors";
import { cacheArgs, servesAnyone } from "../caches/self-hosted";
import type { Cache } from "../model/caches";
import type { ServerCertificate } from "../certificates/server-certificate";
import { cachePolicyFile } from "../distribution/users";
import { isLoopback } from "../model/endpoint";

import { cachePort } from "./rules";
import type { Files } from "./files";
import { labelledOnce, stackLabels } from "./labels";
import { createServer } from "./server";
import { deliverSettings } from "./config-files";

/** What the caches share with the registry. */
interface CachesInputs {
  image: RemoteImage;
  network: Network;
  /** The registry's certificate; undefined without TLS. */
  certificate: ServerCertificate | undefined;
  /** The files of the registry's users; undefined with a token server. */
  users: Files | undefined;
  /** Names and addresses by which clients reach the registry, and on other ports the caches. */
  hosts: string[];
}

/** Whether clients of a cache need no login: nobody from outside this machine reaches it on a loopback address. */
export function isOpen(cache: Cache, { endpoint }: Pick<SharedDescription, "endpoint">): boolean {
  return servesAnyone(cache, isLoopback(endpoint.address));
}

/**
 * A container of distribution in proxy mode for each cache, with a port and a volume of its own. The volume is deleted with the stack
 * whatever becomes of the registry's images: the upstream has them all.
 */
export function createCaches(
  name: string,
  inputs: CachesInputs,
  args: SharedDescription,
  opts: pulumi.CustomResourceOptions,
): Container[] {
  const { certificate, hosts, image, network } = inputs;
  return args.pullThroughCaches.map((cache, index) => {
    const own = cacheArgs(args, cache);
    const containerName = `${args.namePrefix}-cache-${cache.name}`;
    const volume = new Volume(
      `${name}-${cache.name}-data`,
      { name: `${containerName}-data`, labels: stackLabels(args) },
      labelledOnce({ ...opts, deleteBeforeReplace: true }),
    );
    const users = isOpen(cache, args) ? undefined : inputs.users;
    const settings = deliverSettings(
      `${name}-${cache.name}-settings`,
      {
        objectName: `${containerName}-settings`,
        image,
        volume,
        certificate,
        hosts,
        redis: undefined,
        containerName,
        network,
        users,
        anonymous: isOpen(cache, args),
        policy: cachePolicyFile,
      },
      own,
      opts,
    );
    return createServer(
      `${name}-${cache.name}-container`,
      {
        containerName,
        image,
        network,
        volume,
        settings,
        users,
        redis: undefined,
        port: cachePort(args, index),
      },
      own,
      opts,
    );
  });
}

/**
 * The settings files by which clients pull through the caches.
 * @param urlAt the registry's URL with another port in it
 */
export function mirrorsOf(
  args: SharedDescription,
  urlAt: (port: number) => string,
  caCertificate: string,
): Record<string, string> {
  return clientMirrors(
    args.pullThroughCaches.map((cache, index) => ({
      cache,
      endpoint: urlAt(cachePort(args, index)),
      ca: caCertificate === "" ? undefined : caCertificate,
      asksForUser: !isOpen(cache, args),
    })),
  );
}
