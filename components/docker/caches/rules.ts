import { keyOf, removeCommand, setCommand } from "../../description/messages";
import type { Problem } from "../../description/problems";
import type { Parsed } from "../../description/schema";
import { cachePort } from "./ports";

const highestPort = 65_535;

/** Ports of caches that are the registry's, another cache's, or none at all. */
export function cachePortProblems(d: Parsed): Problem[] {
  const ports = d.caches.map((_, index) => cachePort(d, index));
  const holderOf = (index: number): string | undefined => {
    const port = ports[index];
    if (port === d.endpoint.port) return "the registry's own (wharf:endpoint.port)";
    const first = ports.indexOf(port ?? 0);
    return first < index ? `that of ${keyOf(["caches", first])} as well` : undefined;
  };
  return d.caches.flatMap(({ port: own }, index): Problem[] => {
    const port = ports[index] ?? 0;
    const path = ["caches", index, "port"];
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
