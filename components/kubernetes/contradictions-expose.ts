import { removeCommand, setCommand } from "../description/messages";
import type { Problem } from "../description/problems";
import type { Parsed } from "../description/schema";
import { limitKey, limitsSources } from "./admission";
import { IngressController, knownController } from "./description-expose";

/** Controllers that limit addresses by an annotation of their own. */
export const limitsAddresses: readonly IngressController[] = [
  IngressController.Nginx,
  IngressController.HaProxy,
  IngressController.HaProxyIngress,
  IngressController.Alb,
];

/** What cannot hold together in `wharf:kubernetes.expose` and `wharf:endpoint`. */
export function exposeProblems(d: Pick<Parsed, "endpoint" | "kubernetes">): Problem[] {
  const { endpoint, kubernetes } = d;
  const { expose, networkPolicy } = kubernetes;
  const { allowFrom, hosts } = endpoint;
  if (expose.kind === "NodePort" && hosts.length === 0) {
    const address = `{.items[0].status.addresses[0].address}`;
    return [
      {
        key: "wharf:endpoint.hosts",
        message:
          "is empty; with a NodePort name at least one address of a node, by which clients reach the registry and which the certificate covers",
        fix: `pulumi config set --path 'wharf:endpoint.hosts[0]' "$(kubectl get nodes --output jsonpath='${address}')"`,
      },
    ];
  }
  if (expose.kind === "NodePort" && expose.nodePort !== undefined) {
    const [low = 0, high = 0] = expose.nodePortRange.split("-").map(Number);
    if (expose.nodePort < low || expose.nodePort > high) {
      return [
        {
          key: "wharf:kubernetes.expose.nodePort",
          message: `${expose.nodePort} is not in the cluster's range of NodePorts, ${low} to ${high} (wharf:kubernetes.expose.nodePortRange)`,
          fix: setCommand(["kubernetes", "expose", "nodePort"], Math.min(low + 500, high)),
        },
      ];
    }
  }
  if (
    "externalTrafficPolicy" in expose &&
    expose.externalTrafficPolicy === "Cluster" &&
    limitsSources(d) &&
    networkPolicy.fromNodes?.length !== 0
  ) {
    return [
      {
        key: "wharf:kubernetes.expose.externalTrafficPolicy",
        message: `"Cluster" hides a client behind the address of the node that it comes in by, and nodes are admitted: whoever reaches one passes ${limitKey(d)}`,
        fix: removeCommand(["kubernetes", "expose", "externalTrafficPolicy"]),
      },
    ];
  }
  if (
    networkPolicy.fromNodes !== undefined &&
    networkPolicy.fromNodes.length > 0 &&
    !limitsSources(d)
  ) {
    return [
      {
        key: "wharf:kubernetes.networkPolicy.fromNodes",
        message:
          "admits nobody more: without wharf:endpoint.allowFrom and wharf:kubernetes.networkPolicy.fromNamespaces everyone may come in",
        fix: removeCommand(["kubernetes", "networkPolicy", "fromNodes"]),
      },
    ];
  }
  // Where only the cluster knows the controller, this is asked once more when it has told.
  const controller = expose.kind === "Ingress" ? knownController(expose) : undefined;
  const limits = controller === undefined || limitsAddresses.includes(controller);
  if (
    allowFrom.length > 0 &&
    (expose.kind === "Gateway" || (expose.kind === "Ingress" && !limits))
  ) {
    const by = controller === undefined ? "an HTTPRoute" : `an Ingress of controller ${controller}`;
    return [
      {
        key: "wharf:endpoint.allowFrom",
        message: `limits no addresses behind ${by}, where every connection comes from the controller; limit them there`,
        fix: removeCommand(["endpoint", "allowFrom"]),
      },
    ];
  }
  return [];
}
