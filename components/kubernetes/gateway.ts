import type { KubernetesDescription } from "./settings";
import type * as pulumi from "@pulumi/pulumi";
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap";

import type { TlsSecret } from "./certificates";
import { hasOwnAuthority, verifiedName } from "./hosts";
import { transferSeconds } from "./ingress";
import { metadata } from "./labels";

const authorityName = "registry-ca";

/**
 * The HTTPRoute by which a Gateway hands on what it took from clients, and the BackendTLSPolicy (Gateway API 1.4) by which it
 * verifies the pods' certificate; nothing for the other ways in.
 */
export function createRoute(
  name: string,
  certificate: TlsSecret | undefined,
  args: KubernetesDescription,
  opts: pulumi.CustomResourceOptions,
): CustomResource | undefined {
  const { endpoint, kubernetes } = args;
  const { expose, service } = kubernetes;
  if (expose.kind !== "Gateway") return undefined;
  if (certificate !== undefined) createBackendPolicy(name, certificate, args, opts);
  return new CustomResource(
    `${name}-route`,
    {
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "HTTPRoute",
      metadata: metadata(args, "registry"),
      spec: {
        parentRefs: [
          {
            name: expose.gateway,
            namespace: expose.gatewayNamespace,
            sectionName: expose.listener,
          },
        ],
        hostnames: [expose.host],
        rules: [
          {
            matches: [{ path: { type: "PathPrefix", value: "/" } }],
            backendRefs: [{ name: service, port: endpoint.port }],
            timeouts: { request: `${transferSeconds}s` },
          },
        ],
      },
    },
    opts,
  );
}

function createBackendPolicy(
  name: string,
  certificate: TlsSecret,
  args: KubernetesDescription,
  opts: pulumi.CustomResourceOptions,
): void {
  const authority = hasOwnAuthority(args)
    ? new ConfigMap(
        `${name}-ca`,
        {
          metadata: metadata(args, authorityName),
          data: { "ca.crt": certificate.caCertificate },
        },
        opts,
      )
    : undefined;
  new CustomResource(
    `${name}-backend`,
    {
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "BackendTLSPolicy",
      metadata: metadata(args, "registry"),
      spec: {
        targetRefs: [{ group: "", kind: "Service", name: args.kubernetes.service }],
        validation: {
          hostname: verifiedName(args),
          ...(authority === undefined
            ? { wellKnownCACertificates: "System" }
            : { caCertificateRefs: [{ group: "", kind: "ConfigMap", name: authorityName }] }),
        },
      },
    },
    authority === undefined ? opts : { ...opts, dependsOn: [authority] },
  );
}
