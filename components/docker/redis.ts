import type { SharedDescription } from "../model/description";
import * as pulumi from "@pulumi/pulumi";
import { Container } from "@pulumi/docker/container";
import type { Network } from "@pulumi/docker/network";
import { RemoteImage } from "@pulumi/docker/remoteImage";
import { RandomPassword } from "@pulumi/random/randomPassword";
import { redisConf, redisPort } from "../distribution/settings-files";

import { hardened, healthcheck, madeFrom } from "./container";
import { deliverFiles } from "./files";
import { stackLabels } from "./labels";

const directory = "/etc/redis";

/** A Redis beside the registry, reached only on the stack's network. */
export interface Redis {
  /** `host:port` on the stack's network. */
  address: string;
  password: pulumi.Output<string>;
  container: Container;
}

/**
 * Runs the Redis that keeps blob descriptors, where the cache is Redis and names no server of the user's own. It holds a
 * cache and nothing else, so it writes nothing to disk; its password reaches it in a file.
 */
export function createRedis(
  name: string,
  network: Network,
  args: SharedDescription,
  opts: pulumi.CustomResourceOptions,
): Redis | undefined {
  const { distribution, images, namePrefix } = args;
  if (distribution.cache.kind !== "redis" || distribution.cache.addresses !== undefined)
    return undefined;
  const containerName = `${namePrefix}-redis`;
  const labels = stackLabels(args);
  const image = new RemoteImage(`${name}-image`, { name: images.redis, keepLocally: true }, opts);
  const password = new RandomPassword(`${name}-password`, { length: 48, special: false }, opts);
  const settings = deliverFiles(
    `${name}-settings`,
    {
      name: `${containerName}-settings`,
      directory,
      image: image.imageId,
      labels,
      contents: {
        "redis.conf": password.result.apply(redisConf),
      },
    },
    opts,
  );
  // Without the password Redis answers NOAUTH, which is an answer: the server is up.
  const health = healthcheck(args, "redis-cli", "-p", String(redisPort), "ping");
  const container = new Container(
    `${name}-container`,
    {
      ...hardened,
      name: containerName,
      image: image.imageId,
      entrypoints: ["redis-server"],
      command: [`${directory}/redis.conf`],
      memory: 128,
      memorySwap: 128,
      networksAdvanced: [{ name: network.name }],
      volumes: [{ volumeName: settings.volume.name, containerPath: directory, readOnly: true }],
      healthcheck: health,
      labels: [...labels, madeFrom(settings.digest, { healthcheck: health })],
    },
    { ...opts, deleteBeforeReplace: true, dependsOn: [settings.delivery] },
  );
  return { address: `${containerName}:${redisPort}`, password: password.result, container };
}
