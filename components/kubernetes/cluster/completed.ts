import type { KubernetesDescription } from "../settings";
import { isIP } from "node:net";

import { limitsSources } from "../rules/expose";
import { Api } from "./api";
import { classOf, controllerOfClass, ingressClasses } from "./ingress-classes";
import { findCluster, isReadable } from "./kubeconfig";

/** What the API says of a node, as far as it is asked here. */
export interface FoundNode {
  metadata: { annotations?: Record<string, string> };
  spec?: { podCIDR?: string; podCIDRs?: string[] };
  status?: { addresses?: { type: string; address: string }[] };
}

/** The nodes of the cluster; undefined where this user may not list them. */
export async function nodesOf(api: Api): Promise<FoundNode[] | undefined> {
  const { status, body } = await api.get<{ items?: FoundNode[] }>("/api/v1/nodes");
  return status === 200 ? (body.items ?? []) : undefined;
}

/** Annotations by which Calico tells the addresses of a node's tunnels (projectcalico/calico, the controller of nodes). */
const calicoTunnels = [
  "projectcalico.org/IPv4IPIPTunnelAddr",
  "projectcalico.org/IPv4VXLANTunnelAddr",
  "projectcalico.org/IPv4WireguardInterfaceAddr",
  "projectcalico.org/IPv6VXLANTunnelAddr",
  "projectcalico.org/IPv6WireguardInterfaceAddr",
];
/** Annotations of plugins whose tunnel has the first address of the node's pods (flannel, so k3s and RKE2), or the second (Antrea). */
const flannel = "flannel.alpha.coreos.com/backend-type";
const antrea = "node.antrea.io/mac-address";

/**
 * The addresses by which pods see the nodes, as ranges of one address each, sorted: those that each node has, and where pods of
 * other nodes lie behind a tunnel that of its end, which such a connection comes from.
 */
export function nodeRanges(nodes: FoundNode[]): string[] {
  const addresses = nodes.flatMap(({ metadata: { annotations = {} }, spec, status }) => {
    const podRanges = spec?.podCIDRs ?? (spec?.podCIDR === undefined ? [] : [spec.podCIDR]);
    return [
      ...(status?.addresses ?? [])
        .filter(({ type }) => type === "InternalIP" || type === "ExternalIP")
        .map(({ address }) => address),
      ...calicoTunnels.map((key) => annotations[key] ?? ""),
      ...(annotations[flannel] === undefined ? [] : podRanges.map((range) => nth(range, 0))),
      ...(annotations[antrea] === undefined ? [] : podRanges.map((range) => nth(range, 1))),
    ];
  });
  const known = addresses.filter((address) => isIP(address) !== 0);
  return [...new Set(known)]
    .sort()
    .map((address) => `${address}/${isIP(address) === 4 ? 32 : 128}`);
}

/** An address at the beginning of a range: the first one, or the one after it. */
function nth(range: string, index: 0 | 1): string {
  const [first = ""] = range.split("/");
  if (index === 0) return first;
  if (isIP(first) === 4) return first.replace(/\d+$/, (last) => String(Number(last) + index));
  return first.endsWith("::") ? `${first}${index}` : "";
}

/**
 * The description with what it leaves to the cluster, read again at every `up`: which controller is behind the class of an Ingress,
 * and the addresses of the nodes where it limits addresses. What cannot be read stays open, and the preflight says so.
 */
export async function completed<Described extends KubernetesDescription>(
  args: Described,
): Promise<Described> {
  const { expose, networkPolicy } = args.kubernetes;
  const wantsController = expose.kind === "Ingress" && expose.controller === undefined;
  const wantsNodes = limitsSources(args) && networkPolicy.fromNodes === undefined;
  if (!wantsController && !wantsNodes) return args;
  let api: Api | undefined;
  try {
    const access = findCluster();
    if (!isReadable(access)) return args;
    api = await Api.connect(access);
    const [classes, nodes] = await Promise.all([
      wantsController ? ingressClasses(api) : undefined,
      wantsNodes ? nodesOf(api) : undefined,
    ]);
    const found = wantsController && classes !== undefined ? classOf(expose, classes) : undefined;
    return {
      ...args,
      kubernetes: {
        ...args.kubernetes,
        ...(found !== undefined &&
          expose.kind === "Ingress" && {
            expose: { ...expose, controller: controllerOfClass(found) },
          }),
        ...(nodes !== undefined && {
          networkPolicy: { ...networkPolicy, fromNodes: nodeRanges(nodes) },
        }),
      },
    };
  } catch {
    // A cluster that does not answer is the preflight's first problem.
    return args;
  } finally {
    api?.close();
  }
}
