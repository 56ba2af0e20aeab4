import type { KubernetesDescription } from "../settings";
import { keyOf, removeCommand, setCommand } from "../../core/messages";
import type { Problem } from "../../core/problems";

import { IngressController, knownController } from "../expose-settings";

/** The parts of a description that say who may reach the registry over the network. */
type Reaching = Pick<KubernetesDescription, "endpoint" | "kubernetes">;

/** Whether the description limits by its addresses who may connect; without that the nodes may as everybody may. */
export function limitsSources({ endpoint, kubernetes: { networkPolicy } }: Reaching): boolean {
  return (
    endpoint.allowFrom.length > 0 ||
    (networkPolicy.enabled && networkPolicy.fromNamespaces.length > 0)
  );
}

/** Whether the registry itself limits where one of its users connects from. */
export function limitsUsers({ users }: Pick<KubernetesDescription, "users">): boolean {
  return users.some(({ allowFrom = [] }) => allowFrom.length > 0);
}

/** Addresses of users where the registry does not see those of its clients. */
export function userAddressProblems({
  auth,
  kubernetes: { expose },
  users,
}: Pick<KubernetesDescription, "auth" | "kubernetes" | "users">): Problem[] {
  const index = users.findIndex(({ allowFrom = [] }) => allowFrom.length > 0);
  if (index === -1 || auth.trustedProxies.length > 0) return [];
  const key = keyOf(["users", index, "allowFrom"]);
  if (expose.kind === "Ingress" || expose.kind === "Gateway") {
    return [
      {
        key,
        message: `limits nobody behind ${expose.kind === "Ingress" ? "an Ingress" : "a Gateway"}, whose controller every connection comes from; name the addresses of its pods in wharf:auth.trustedProxies`,
        fix: setCommand(["auth", "trustedProxies", 0], "10.0.0.0/16"),
      },
    ];
  }
  if (expose.kind !== "ClusterIP" && expose.externalTrafficPolicy === "Cluster") {
    return [
      {
        key,
        message:
          "limits nobody while wharf:kubernetes.expose.externalTrafficPolicy is Cluster, which replaces a client's address with that of a node",
        fix: setCommand(["kubernetes", "expose", "externalTrafficPolicy"], "Local"),
      },
    ];
  }
  return [];
}

/** The key that limits them, as messages name it. */
export function limitKey({ endpoint }: Pick<Reaching, "endpoint">): string {
  return endpoint.allowFrom.length > 0
    ? "wharf:endpoint.allowFrom"
    : "wharf:kubernetes.networkPolicy.fromNamespaces";
}

/**
 * The ranges of addresses that may connect from outside the cluster: `endpoint.allowFrom`, and the nodes, whose containerd pulls
 * by their own addresses. Empty where no addresses are limited.
 */
export function allowedRanges({ endpoint, kubernetes: { networkPolicy } }: Reaching): string[] {
  if (endpoint.allowFrom.length === 0) return [];
  return [...new Set([...endpoint.allowFrom, ...(networkPolicy.fromNodes ?? [])])];
}

/** A list of ranges as a sentence says it: the first ones, and how many more there are. */
export function listed(ranges: string[], most = 8): string {
  const more = ranges.length - most;
  return more <= 0 ? ranges.join(", ") : `${ranges.slice(0, most).join(", ")} and ${more} more`;
}

/** Controllers that limit addresses by an annotation of their own. */
export const limitsAddresses: readonly IngressController[] = [
  IngressController.Nginx,
  IngressController.HaProxy,
  IngressController.HaProxyIngress,
  IngressController.Alb,
];

/** What cannot hold together in `wharf:kubernetes.expose` and `wharf:endpoint`. */
export function exposeProblems(
  d: Pick<KubernetesDescription, "endpoint" | "kubernetes">,
): Problem[] {
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
        message: `"Cluster" replaces a client's address with that of a node, and nodes are admitted: whoever reaches a node gets past ${limitKey(d)}`,
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
          "has no effect: without wharf:endpoint.allowFrom and wharf:kubernetes.networkPolicy.fromNamespaces everyone may connect",
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
