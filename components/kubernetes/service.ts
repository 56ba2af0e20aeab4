import type { KubernetesDescription } from "./settings";
import type * as pulumi from "@pulumi/pulumi";
import { Service } from "@pulumi/kubernetes/core/v1/service";
import type { input } from "@pulumi/kubernetes/types";

import { allowedRanges, limitsSources, limitsUsers } from "./rules/expose";
import { metadata, selectorLabels, type Component } from "./labels";
import { controllerOf, IngressController } from "./expose-settings";
import { speaksTls } from "./hosts";
import { traefikTransportName } from "./ingress";

/**
 * The Service by which pods, nodes or the world reach the registry. It exists before any pod, since its addresses are in the certificate.
 * @param component whose pods it reaches
 */
export function createService(
  name: string,
  args: KubernetesDescription,
  opts: pulumi.CustomResourceOptions,
  component: Component = "registry",
): Service {
  const { endpoint, kubernetes } = args;
  const { expose, service } = kubernetes;
  return new Service(
    name,
    {
      metadata: {
        ...metadata(args, service, component),
        annotations: { ...annotationsFor(args) },
      },
      spec: {
        ...typeOf(args),
        selector: selectorLabels(args, component),
        ports: [
          {
            name: speaksTls(args) ? "https" : "http",
            port: endpoint.port,
            targetPort: "registry",
            ...(expose.kind === "NodePort" && { nodePort: expose.nodePort }),
          },
        ],
      },
    },
    opts,
  );
}

/** What the provider waits for: a load balancer's address, and no pods, which come after the Service. */
function annotationsFor(args: KubernetesDescription): Record<string, string> {
  const { expose, namespace } = args.kubernetes;
  switch (expose.kind) {
    case "LoadBalancer":
      return {
        ...expose.annotations,
        "pulumi.com/waitFor": "jsonpath={.status.loadBalancer.ingress[0]}",
      };
    case "Ingress":
      return {
        "pulumi.com/skipAwait": "true",
        ...(speaksTls(args) && backendProtocol(controllerOf(expose), namespace)),
      };
    case "ClusterIP":
    case "NodePort":
    case "Gateway":
      return { "pulumi.com/skipAwait": "true" };
  }
}

/** How two controllers read from the Service, and not from the Ingress, that its port speaks TLS. */
function backendProtocol(controller: IngressController, namespace: string): Record<string, string> {
  switch (controller) {
    case IngressController.Contour:
      return { "projectcontour.io/upstream-protocol.tls": "https" };
    case IngressController.Traefik:
      return {
        "traefik.ingress.kubernetes.io/service.serversscheme": "https",
        "traefik.ingress.kubernetes.io/service.serverstransport": `${namespace}-${traefikTransportName}@kubernetescrd`,
      };
    default:
      return {};
  }
}

function typeOf(args: KubernetesDescription): input.core.v1.ServiceSpec {
  const { expose } = args.kubernetes;
  const ranges = allowedRanges(args);
  switch (expose.kind) {
    case "ClusterIP":
      return { type: "ClusterIP", clusterIP: expose.clusterIp };
    case "NodePort":
      return {
        type: "NodePort",
        clusterIP: expose.clusterIp,
        externalTrafficPolicy: expose.externalTrafficPolicy ?? trafficPolicy(args),
      };
    case "LoadBalancer":
      return {
        type: "LoadBalancer",
        loadBalancerClass: expose.loadBalancerClass,
        loadBalancerSourceRanges: ranges.length > 0 ? ranges : undefined,
        externalTrafficPolicy: expose.externalTrafficPolicy ?? trafficPolicy(args),
      };
    case "Ingress":
    case "Gateway":
      return { type: "ClusterIP" };
  }
}

/** Where addresses are limited, the pods must see the client's own and not that of the node it came in by. */
function trafficPolicy(args: KubernetesDescription): string {
  return limitsSources(args) || limitsUsers(args) ? "Local" : "Cluster";
}
