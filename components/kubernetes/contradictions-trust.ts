import { removeCommand, setCommand } from "../description/messages";
import type { Problem } from "../description/problems";
import type { Parsed } from "../description/schema";
import { trustNamespace, trustsNodes } from "./trust-settings";

const longestLabel = 63;

/** What keeps the nodes' trust from a namespace of its own. */
export function trustProblems(d: Parsed): Problem[] {
  if (!trustsNodes(d)) return [];
  const { namespace } = d.kubernetes;
  const own = trustNamespace(d);
  if (own === namespace) {
    return [
      {
        key: "wharf:kubernetes.trust.namespace",
        message: `"${own}" is the registry's, which admits no directory of a node; allowed is any other`,
        fix: removeCommand(["kubernetes", "trust", "namespace"]),
      },
    ];
  }
  return own.length > longestLabel
    ? [
        {
          key: "wharf:kubernetes.trust.namespace",
          message: `"${own}", as it is by default, is longer than ${longestLabel} characters`,
          fix: setCommand(["kubernetes", "trust", "namespace"], "registry-trust"),
        },
      ]
    : [];
}
