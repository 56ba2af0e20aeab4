import type { KubernetesDescription } from "./settings";
import type * as pulumi from "@pulumi/pulumi";
import { Deployment } from "@pulumi/kubernetes/apps/v1/deployment";
import { Service } from "@pulumi/kubernetes/core/v1/service";
import { RandomPassword } from "@pulumi/random/randomPassword";
import { redisConf, redisPort } from "../distribution/settings-files";

import { metadata, objectLabels, selectorLabels } from "./labels";
import { hardenedContainer, hardenedPod, secretVolume } from "./pods";
import { createSecret, digestAnnotation, digestOf } from "./secrets";

const objectName = "registry-redis";
const directory = "/etc/redis";

/** A Redis beside the registry, reached only in the cluster. */
export interface Redis {
  /** `host:port` in the cluster's DNS. */
  address: string;
  password: pulumi.Output<string>;
  deployment: Deployment;
}

/**
 * Runs the Redis that keeps blob descriptors, where the cache is Redis and names no server of the user's own. It holds a
 * cache and nothing else, so it writes nothing to disk; its password reaches it in a file.
 */
export function createRedis(
  name: string,
  args: KubernetesDescription,
  opts: pulumi.CustomResourceOptions,
): Redis | undefined {
  const { distribution, images, kubernetes } = args;
  if (distribution.cache.kind !== "redis" || distribution.cache.addresses !== undefined)
    return undefined;
  const password = new RandomPassword(
    `${name}-password`,
    { length: 48, special: false },
    { parent: opts.parent },
  );
  const contents = { "redis.conf": password.result.apply(redisConf) };
  const settings = createSecret(
    `${name}-settings`,
    { name: `${objectName}-settings`, component: "redis", contents },
    args,
    opts,
  );
  const selector = selectorLabels(args, "redis");
  const deployment = new Deployment(
    `${name}-deployment`,
    {
      metadata: metadata(args, objectName, "redis"),
      spec: {
        replicas: 1,
        revisionHistoryLimit: 2,
        // Two at once would hold two caches.
        strategy: { type: "Recreate" },
        selector: { matchLabels: selector },
        template: {
          metadata: {
            labels: objectLabels(args, "redis"),
            annotations: { [digestAnnotation]: digestOf(contents) },
          },
          spec: {
            ...hardenedPod(args),
            containers: [
              {
                ...hardenedContainer,
                name: "redis",
                image: images.redis,
                command: ["redis-server"],
                args: [`${directory}/redis.conf`],
                ports: [{ name: "redis", containerPort: redisPort }],
                startupProbe: {
                  tcpSocket: { port: "redis" },
                  periodSeconds: 1,
                  failureThreshold: 60,
                },
                readinessProbe: { tcpSocket: { port: "redis" }, periodSeconds: 10 },
                livenessProbe: { tcpSocket: { port: "redis" }, periodSeconds: 20 },
                resources: {
                  requests: { cpu: "50m", memory: "128Mi" },
                  limits: { cpu: "500m", memory: "128Mi" },
                },
                volumeMounts: [{ name: "settings", mountPath: directory, readOnly: true }],
              },
            ],
            volumes: [secretVolume("settings", `${objectName}-settings`)],
          },
        },
      },
    },
    { ...opts, dependsOn: [settings] },
  );
  new Service(
    `${name}-service`,
    {
      metadata: {
        ...metadata(args, objectName, "redis"),
        // The Deployment says when Redis is ready; the provider would wait ten seconds more for the addresses to settle.
        annotations: { "pulumi.com/skipAwait": "true" },
      },
      spec: { selector, ports: [{ name: "redis", port: redisPort, targetPort: "redis" }] },
    },
    opts,
  );
  const address = `${objectName}.${kubernetes.namespace}.svc.${kubernetes.clusterDomain}:${redisPort}`;
  return { address, password: password.result, deployment };
}
