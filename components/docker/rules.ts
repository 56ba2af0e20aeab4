import { distributionRules } from "../distribution/rules";
import type { Rule } from "../core/rule";
import type { SharedDescription } from "../model/description";
import { acmeRules } from "../certificates/acme";
import { certificateProblems } from "../certificates/provided";
import { keyOf, removeCommand, setCommand } from "../core/messages";
import type { Problem } from "../core/problems";

import { isLoopback } from "../model/endpoint";
import { Environment } from "../model/environment";
import { TlsMode } from "../model/tls";

/** The port of a cache on the Docker host: as set, or after the registry's own, in the order of the list. */
export function cachePort(
  {
    pullThroughCaches: caches,
    endpoint,
  }: Pick<SharedDescription, "pullThroughCaches" | "endpoint">,
  index: number,
): number {
  return caches[index]?.port ?? endpoint.port + index + 1;
}

const highestPort = 65_535;

/** Ports of caches that are the registry's, another cache's, or none at all. */
export function cachePortProblems(d: SharedDescription): Problem[] {
  const ports = d.pullThroughCaches.map((_, index) => cachePort(d, index));
  const holderOf = (index: number): string | undefined => {
    const port = ports[index];
    if (port === d.endpoint.port) return "the registry's own (wharf:endpoint.port)";
    const first = ports.indexOf(port ?? 0);
    return first < index ? `that of ${keyOf(["pullThroughCaches", first])} as well` : undefined;
  };
  return d.pullThroughCaches.flatMap(({ port: own }, index): Problem[] => {
    const port = ports[index] ?? 0;
    const path = ["pullThroughCaches", index, "port"];
    const seen = own === undefined ? `${port}, as it is by default,` : String(port);
    if (port > highestPort) {
      return [
        {
          key: keyOf(path),
          message: `${seen} is above ${highestPort}, the highest port there is`,
          fix: setCommand(path, d.endpoint.port - index - 1),
        },
      ];
    }
    const holder = holderOf(index);
    if (holder === undefined) return [];
    const next = Math.max(d.endpoint.port, ...ports) + 1;
    return [
      {
        key: keyOf(path),
        message: `${seen} is ${holder}`,
        fix: next > highestPort ? removeCommand(path) : setCommand(path, next),
      },
    ];
  });
}

/** Rules across keys that hold only on this target. */
export const dockerRules: Rule<SharedDescription>[] = [
  {
    needs: ["tls", "endpoint"],
    find: ({ tls, endpoint: { hosts } }) =>
      certificateProblems(tls, hosts.length === 0 ? ["localhost"] : hosts),
  },
  {
    needs: ["environment", "endpoint"],
    find: (d) =>
      d.environment === Environment.Lab && !isLoopback(d.endpoint.address)
        ? [
            {
              key: "wharf:endpoint.address",
              message: `${d.endpoint.address} is reached from other machines; a lab listens on localhost only (127.0.0.1)`,
              fix: "pulumi config set wharf:environment dev",
            },
          ]
        : [],
  },
  {
    needs: ["environment", "endpoint"],
    find: (d) =>
      d.environment !== Environment.Lab && d.endpoint.hosts.length === 0
        ? [
            {
              key: "wharf:endpoint.hosts",
              message: `is empty; outside a lab name at least one DNS name or IP address by which clients reach the registry`,
              fix: setCommand(["endpoint", "hosts", 0], "registry.example.com"),
            },
          ]
        : [],
  },
  {
    needs: ["environment", "endpoint", "tls"],
    find: (d) =>
      d.tls.mode === TlsMode.Off &&
      !(d.environment === Environment.Lab && isLoopback(d.endpoint.address))
        ? [
            {
              key: "wharf:tls.mode",
              message: `"off" sends passwords unencrypted; it is allowed only in a lab on a loopback address`,
              fix: setCommand(["tls", "mode"], TlsMode.SelfSigned),
            },
          ]
        : [],
  },
  { needs: ["pullThroughCaches", "endpoint"], find: cachePortProblems },
  {
    needs: ["labels"],
    find: ({ labels }) =>
      Object.keys(labels)
        .filter((label) => label.startsWith("io.wharf.") || label.startsWith("com.docker."))
        .map((label) => ({
          key: keyOf(["labels", label]),
          message: "io.wharf. and com.docker. are for Wharf's and Docker's own labels",
          fix: removeCommand(["labels", label]),
        })),
  },
  ...acmeRules,
  ...distributionRules,
];
