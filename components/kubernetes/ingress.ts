import type { KubernetesDescription } from "./settings";
import * as pulumi from "@pulumi/pulumi";
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import { Ingress } from "@pulumi/kubernetes/networking/v1/ingress";

import { allowedRanges } from "./rules/expose";
import type { TlsSecret } from "./certificates";
import { controllerOf, IngressController } from "./expose-settings";
import { hasOwnAuthority, verifiedName } from "./hosts";
import { metadata } from "./labels";

/** Time that a controller gives a layer on its way through, in seconds: 10 GiB at 100 Mbit/s take 860. */
export const transferSeconds = 900;

/**
 * The Ingress, which takes TLS from clients and speaks TLS to the pods; undefined for the other ways in. What its controller
 * limits by itself, the size of a body and the time that it takes, is lifted: a layer may have any size.
 */
export function createIngress(
  name: string,
  certificate: TlsSecret | undefined,
  args: KubernetesDescription,
  opts: pulumi.CustomResourceOptions,
): Ingress | undefined {
  const { endpoint, kubernetes } = args;
  const { expose, service } = kubernetes;
  if (expose.kind !== "Ingress") return undefined;
  const tlsSecret = expose.tlsSecret ?? certificate?.secretName;
  return new Ingress(
    name,
    {
      metadata: {
        ...metadata(args, "registry"),
        annotations: {
          // Some controllers never write the address that the provider would wait ten minutes for.
          "pulumi.com/skipAwait": "true",
          ...controllerAnnotations(controllerOf(expose), allowedRanges(args)),
          ...expose.annotations,
        },
      },
      spec: {
        ingressClassName: expose.className,
        tls:
          tlsSecret === undefined ? undefined : [{ hosts: [expose.host], secretName: tlsSecret }],
        rules: [
          {
            host: expose.host,
            http: {
              paths: [
                {
                  path: "/",
                  pathType: "Prefix",
                  backend: { service: { name: service, port: { number: endpoint.port } } },
                },
              ],
            },
          },
        ],
      },
    },
    opts,
  );
}

/**
 * Annotations by which a controller speaks TLS to the pods, takes bodies of any size, gives them time, and limits addresses, from
 * the reference of each: kubernetes.github.io/ingress-nginx, haproxy.com/documentation/kubernetes-ingress,
 * haproxy-ingress.github.io, projectcontour.io, kubernetes-sigs.github.io/aws-load-balancer-controller. Traefik limits no bodies;
 * its time is a setting of its entry point.
 */
function controllerAnnotations(
  controller: IngressController,
  allowFrom: string[],
): Record<string, string> {
  const ranges = allowFrom.length > 0 ? allowFrom.join(",") : undefined;
  const seconds = String(transferSeconds);
  switch (controller) {
    case IngressController.Nginx:
      return prefixed("nginx.ingress.kubernetes.io/", {
        "backend-protocol": "HTTPS",
        "proxy-body-size": "0",
        // Without it a layer would be written to the controller's disk before the registry sees its first byte.
        "proxy-request-buffering": "off",
        "proxy-read-timeout": seconds,
        "proxy-send-timeout": seconds,
        "whitelist-source-range": ranges,
      });
    case IngressController.HaProxy:
      return prefixed("haproxy.org/", {
        "server-ssl": "true",
        "timeout-server": `${seconds}s`,
        "timeout-tunnel": `${seconds}s`,
        "allow-list": ranges,
      });
    case IngressController.HaProxyIngress:
      return prefixed("haproxy-ingress.github.io/", {
        "backend-protocol": "h1-ssl",
        "proxy-body-size": "unlimited",
        "timeout-client": `${seconds}s`,
        "timeout-server": `${seconds}s`,
        "allowlist-source-range": ranges,
      });
    case IngressController.Contour:
      return prefixed("projectcontour.io/", { "response-timeout": "infinity" });
    case IngressController.Alb:
      return prefixed("alb.ingress.kubernetes.io/", {
        "backend-protocol": "HTTPS",
        "target-type": "ip",
        "healthcheck-protocol": "HTTPS",
        "load-balancer-attributes": `idle_timeout.timeout_seconds=${seconds}`,
        "inbound-cidrs": ranges,
      });
    case IngressController.Traefik:
    case IngressController.Other:
      return {};
  }
}

function prefixed(
  prefix: string,
  annotations: Record<string, string | undefined>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(annotations)
      .filter((entry): entry is [string, string] => entry[1] !== undefined)
      .map(([key, value]) => [prefix + key, value]),
  );
}

/** Name of the ServersTransport by which Traefik verifies the pods' certificate. */
export const traefikTransportName = "registry";

/** Tells Traefik which CA signed the pods' certificate, and by which name; undefined for other controllers. */
export function createTraefikTransport(
  name: string,
  certificate: TlsSecret | undefined,
  args: KubernetesDescription,
  opts: pulumi.CustomResourceOptions,
): CustomResource | undefined {
  const { expose } = args.kubernetes;
  if (expose.kind !== "Ingress" || controllerOf(expose) !== IngressController.Traefik) {
    return undefined;
  }
  if (certificate === undefined) return undefined;
  return new CustomResource(
    name,
    {
      apiVersion: "traefik.io/v1alpha1",
      kind: "ServersTransport",
      metadata: metadata(args, traefikTransportName),
      spec: {
        serverName: verifiedName(args),
        ...(hasOwnAuthority(args) && { rootCAs: [{ secret: certificate.secretName }] }),
      },
    },
    opts,
  );
}
