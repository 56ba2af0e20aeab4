import { cacheName } from "../../caches/settings";
import { keyOf, removeCommand, setCommand } from "../../description/messages";
import type { Problem } from "../../description/problems";
import type { Parsed } from "../../description/schema";
import { cacheNames } from "./names";
import { trustsNodes } from "../trust-settings";

/** What keeps caches from names of their own, and nodes from pulling through them. */
export function cacheProblems(d: Parsed): Problem[] {
  const { mirrors } = d.kubernetes.trust;
  return [
    ...d.caches.flatMap((cache, index) => sameService(d, cacheName(cache), index)),
    ...(mirrors && d.caches.length === 0
      ? [
          {
            key: "wharf:kubernetes.trust.mirrors",
            message: "true has nodes pull through caches, but wharf:caches has none",
            fix: removeCommand(["kubernetes", "trust", "mirrors"]),
          },
        ]
      : []),
    ...(mirrors && !trustsNodes(d)
      ? [
          {
            key: "wharf:kubernetes.trust.mirrors",
            message:
              "true needs the DaemonSet that writes on the nodes, which wharf:kubernetes.trust.enabled leaves out",
            fix: setCommand(["kubernetes", "trust", "enabled"], true),
          },
        ]
      : []),
  ];
}

function sameService({ kubernetes }: Parsed, name: string, index: number): Problem[] {
  return cacheNames({ name }).objectName === kubernetes.service
    ? [
        {
          key: keyOf(["caches", index, "name"]),
          message: `"${name}" would give its Service the name of the registry's own, ${kubernetes.service} (wharf:kubernetes.service)`,
          fix: setCommand(["caches", index, "name"], `${name}-1`),
        },
      ]
    : [];
}
