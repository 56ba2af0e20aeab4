import { inputOf } from "../core/tokens";
import { isIP } from "node:net";
import { z } from "zod";
import { dnsLabel, dnsSubdomain } from "./names";
import { ExternalTrafficPolicy } from "./choices";

/** Controllers of Ingress whose limits on bodies and time Wharf knows how to lift. */
export const IngressController = {
  Nginx: "nginx",
  Traefik: "traefik",
  HaProxy: "haproxy",
  HaProxyIngress: "haproxy-ingress",
  Contour: "contour",
  Alb: "alb",
  Other: "other",
} as const;
export type IngressController = (typeof IngressController)[keyof typeof IngressController];

const annotations = z.record(z.string(), inputOf(z.string())).default({});

const clusterIp = z
  .string()
  .refine((address) => isIP(address) !== 0, "is not an IP address")
  .optional()
  .meta({
    description:
      "Address of the Service, in the cluster's range, which the certificate then covers. Defaults to any.",
  });

const externalTrafficPolicy = z.enum(ExternalTrafficPolicy).optional().meta({
  description:
    "Whether every node answers (Cluster) or only those that run the registry (Local), which see the client's address. Defaults to Local where addresses or namespaces are limited, else to Cluster.",
});

const inCluster = z.strictObject({ kind: z.literal("ClusterIP"), clusterIp });

const nodePort = z.strictObject({
  kind: z.literal("NodePort"),
  nodePort: z.int().min(1).max(65535).optional().meta({
    description: "Port on every node, in the cluster's range. Defaults to a free one.",
    kind: "port",
  }),
  nodePortRange: z
    .string()
    .regex(/^\d{1,5}-\d{1,5}$/, "is not a range of ports such as 30000-32767")
    .default("30000-32767")
    .meta({
      description:
        "Range of the cluster's NodePorts, where its API server was given another (`--service-node-port-range`), which cannot be read from the cluster. Defaults to 30000-32767.",
    }),
  clusterIp,
  externalTrafficPolicy,
});

const loadBalancer = z.strictObject({
  kind: z.literal("LoadBalancer"),
  loadBalancerClass: z.string().min(1).optional().meta({
    description: "Implementation, where the cluster has several. Defaults to the cluster's.",
  }),
  annotations: annotations.meta({
    description:
      "Annotations of the Service, which configure the cloud's load balancer. Defaults to none.",
  }),
  externalTrafficPolicy,
});

const host = dnsSubdomain.meta({
  description: "DNS name by which clients reach the registry; the certificate covers it. Required.",
});

const ingress = z.strictObject({
  kind: z.literal("Ingress"),
  host,
  className: dnsSubdomain.optional().meta({
    description: "IngressClass. Defaults to the cluster's default one.",
  }),
  controller: z.enum(IngressController).optional().meta({
    description:
      "Controller behind the class, whose limits on bodies and time are lifted by annotations; `other` gets none. Defaults to the one that the cluster's IngressClass names; required where that is unknown.",
  }),
  annotations: annotations.meta({
    description: "Annotations of the Ingress, over Wharf's own. Defaults to none.",
  }),
  tlsSecret: inputOf(dnsSubdomain).optional().meta({
    description:
      "Secret of the namespace with the certificate that the controller shows to clients. Defaults to the registry's own.",
  }),
});

const gateway = z.strictObject({
  kind: z.literal("Gateway"),
  host,
  gateway: dnsSubdomain.meta({
    description: "Existing Gateway that takes the HTTPRoute, on a listener with TLS. Required.",
  }),
  gatewayNamespace: dnsLabel.optional().meta({
    description: "Namespace of the Gateway. Defaults to the registry's.",
  }),
  listener: dnsSubdomain.optional().meta({
    description: "Listener of the Gateway (`sectionName`). Defaults to any that fits.",
  }),
});

/** Schema of `wharf:kubernetes.expose`: the way in. */
export const exposeSettings = z.discriminatedUnion("kind", [
  inCluster,
  nodePort,
  loadBalancer,
  ingress,
  gateway,
]);

/** Checked `wharf:kubernetes.expose`. */
export type ExposeSettings = z.output<typeof exposeSettings>;
export type NodePortSettings = Extract<ExposeSettings, { kind: "NodePort" }>;
export type IngressSettings = Extract<ExposeSettings, { kind: "Ingress" }>;
export type GatewaySettings = Extract<ExposeSettings, { kind: "Gateway" }>;

/** The controller of an Ingress so far as the description has it: the one named, or the one whose name the class has. */
export function knownController({
  className,
  controller,
}: IngressSettings): IngressController | undefined {
  return controller ?? Object.values(IngressController).find((name) => name === className);
}

/** The controller of an Ingress; `other` where nothing tells it. */
export function controllerOf(settings: IngressSettings): IngressController {
  return knownController(settings) ?? IngressController.Other;
}
