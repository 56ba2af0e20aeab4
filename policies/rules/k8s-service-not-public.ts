import { chartTypes, inChart } from "../chart";
import { levels, type ResourceRule } from "../rule";

const service = "kubernetes:core/v1:Service";
const ingress = "kubernetes:networking.k8s.io/v1:Ingress";

/** Annotations by which the clouds keep a load balancer inside their network. */
const internal: Record<string, RegExp> = {
  "service.beta.kubernetes.io/aws-load-balancer-internal": /^true$/,
  "service.beta.kubernetes.io/aws-load-balancer-scheme": /^internal$/,
  "networking.gke.io/load-balancer-type": /^Internal$/,
  "service.beta.kubernetes.io/azure-load-balancer-internal": /^true$/,
};

export const k8sServiceNotPublic: ResourceRule = {
  name: "k8s-service-not-public",
  severity: "high",
  description: "Nothing in the cluster answers the world past an Ingress with TLS.",
  remediation:
    "Use a Service of type ClusterIP behind an Ingress or a Gateway, keep the load balancer inside by its cloud's annotation or loadBalancerSourceRanges, and set tls of the Ingress.",
  corresponds: ["C-0021"],
  levels: levels("mandatory", "mandatory", "mandatory", "mandatory"),
  general: true,
  types: [service, ingress, ...chartTypes],
  checks: [
    inChart("k8s-service-not-public"),
    function* ({ type, props }) {
      if (type !== service || !["LoadBalancer", "NodePort"].includes(props.spec?.type)) return;
      const annotations = (props.metadata?.annotations ?? {}) as Record<string, string>;
      const inside = Object.entries(internal).some(([key, value]) =>
        value.test(annotations[key] ?? ""),
      );
      const ranges = (props.spec.loadBalancerSourceRanges ?? []) as string[];
      const limited =
        ranges.length > 0 && !ranges.some((range) => /^(0\.0\.0\.0|::)\/0$/.test(range));
      if (!inside && !limited)
        yield `spec.type is ${props.spec.type}: it answers from outside the cluster.`;
    },
    function* ({ type, props }) {
      if (type !== ingress) return;
      if (((props.spec?.tls ?? []) as object[]).length === 0)
        yield "spec.tls is empty: what goes through the Ingress is unencrypted.";
    },
  ],
};
