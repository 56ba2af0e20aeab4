import { removeCommand, setCommand } from "../description/messages";
import type { Problem } from "../description/problems";
import type { Parsed } from "../description/schema";
import { controllerOf, IngressController } from "./description-expose";

/** Controllers that limit addresses by an annotation of their own. */
export const limitsAddresses: readonly IngressController[] = [
  IngressController.Nginx,
  IngressController.HaProxy,
  IngressController.HaProxyIngress,
  IngressController.Alb,
];

/** What cannot hold together in `wharf:kubernetes.expose` and `wharf:endpoint`. */
export function exposeProblems({ endpoint, kubernetes: { expose } }: Parsed): Problem[] {
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
  const controller = expose.kind === "Ingress" ? controllerOf(expose) : undefined;
  const limits = controller !== undefined && limitsAddresses.includes(controller);
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
  if (
    expose.kind === "Ingress" &&
    expose.className === undefined &&
    expose.controller === undefined
  ) {
    return [
      {
        key: "wharf:kubernetes.expose.controller",
        message: `is missing beside an Ingress of the default class: without it bodies above the controller's limit, 1 MiB with ingress-nginx, are refused; one of ${Object.values(IngressController).join(", ")} belongs here`,
        fix: setCommand(["kubernetes", "expose", "controller"], IngressController.Nginx),
      },
    ];
  }
  return [];
}
