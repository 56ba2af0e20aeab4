import type { ClusterRow } from "./row";
import { inNamespace, namespaceOf, ingress, ingressClass, customKind } from "./objects";

/** Software that the cluster lacks, and many things at once. */
export const softwareRows: ClusterRow[] = [
  {
    name: "cert-manager where there is none",
    config: {
      ...inNamespace("certified"),
      tls: { mode: "cert-manager", issuer: { name: "letsencrypt" } },
    },
    report: `
  wharf:tls.mode   "cert-manager" needs cert-manager, which the cluster does not have (no kind Certificate of cert-manager.io/v1)
                   pulumi config rm --path 'wharf:tls.issuer' && pulumi config set --path 'wharf:tls.mode' self-signed
`,
  },
  {
    name: "a misspelt issuer",
    config: {
      ...inNamespace("certified"),
      tls: { mode: "cert-manager", issuer: { name: "letsencrpt" } },
    },
    meanwhile: [
      customKind("cert-manager.io", "Certificate", "Namespaced"),
      customKind("cert-manager.io", "ClusterIssuer", "Cluster"),
      {
        apiVersion: "cert-manager.io/v1",
        kind: "ClusterIssuer",
        metadata: { name: "letsencrypt" },
      },
    ],
    report: `
  wharf:tls.issuer.name   "letsencrpt" is not a ClusterIssuer of the cluster; did you mean letsencrypt?
                          pulumi config set --path 'wharf:tls.issuer.name' letsencrypt
`,
  },
  {
    name: "a Gateway where there is no Gateway API",
    config: inNamespace("gated", { expose: { ...ingress, kind: "Gateway", gateway: "public" } }),
    report: `
  wharf:kubernetes.expose.kind   "Gateway" needs HTTPRoute and BackendTLSPolicy of gateway.networking.k8s.io/v1, which the cluster does not have; install the Gateway API 1.4
                                 pulumi config rm --path 'wharf:kubernetes.expose'
`,
  },
  {
    name: "monitoring where there is no Prometheus operator",
    config: {
      ...inNamespace("watched", { monitoring: { enabled: true } }),
      distribution: { metrics: { enabled: true } },
    },
    report: `
  wharf:kubernetes.monitoring.enabled   true needs ServiceMonitor and PrometheusRule of monitoring.coreos.com/v1, which the cluster does not have; install the Prometheus operator
                                        pulumi config set --path 'wharf:kubernetes.monitoring.enabled' false
`,
  },
  {
    name: "an autoscaler where there is no metrics server",
    config: {
      ...inNamespace("scaled", { autoscaling: { maxReplicas: 3 } }),
      storage: { kind: "s3", bucket: "images", region: "eu-central-1" },
      distribution: { cache: { kind: "redis" } },
    },
    report: `
  wharf:kubernetes.autoscaling   needs a metrics server, which the cluster does not have (metrics.k8s.io/v1beta1)
                                 pulumi config rm --path 'wharf:kubernetes.autoscaling'
`,
  },
  {
    name: "a misspelt IngressClass",
    config: inNamespace("entered", {
      expose: { ...ingress, className: "ngnix-internal", controller: "nginx" },
    }),
    stands: [ingressClass("nginx-internal", "k8s.io/ingress-nginx")],
    report: `
  wharf:kubernetes.expose.className   "ngnix-internal" is not an IngressClass of the cluster; did you mean nginx-internal?
                                      pulumi config set --path 'wharf:kubernetes.expose.className' nginx-internal
`,
  },
  {
    name: "no IngressClass by default, and Traefik's kind missing",
    config: inNamespace("entered", { expose: { ...ingress, controller: "traefik" } }),
    count: 2,
    report: `
  wharf:kubernetes.expose.className    is not set, and the cluster has no default IngressClass; it has nginx-internal
                                       pulumi config set --path 'wharf:kubernetes.expose.className' nginx-internal
  wharf:kubernetes.expose.controller   "traefik" needs its kind ServersTransport of traefik.io/v1alpha1, by which it verifies the registry's certificate, and which the cluster does not have
                                       kubectl get ingressclasses
`,
  },
  {
    name: "an IngressClass whose controller nobody knows",
    config: inNamespace("entered", { expose: { ...ingress, className: "public" } }),
    meanwhile: [ingressClass("public", "nginx.org/ingress-controller")],
    report: `
  wharf:kubernetes.expose.controller   is missing: IngressClass "public" belongs to the controller nginx.org/ingress-controller, which Wharf does not know; the controller's limit on bodies, 1 MiB with ingress-nginx, and plain HTTP to the pods are lifted by annotations that differ by controller: set one of nginx, traefik, haproxy, haproxy-ingress, contour, alb, other; with "other", set the annotations yourself in wharf:kubernetes.expose.annotations
                                       pulumi config set --path 'wharf:kubernetes.expose.controller' other
`,
  },
  {
    name: "a limit of addresses behind a controller that the class's name does not tell",
    config: {
      ...inNamespace("entered", { expose: { ...ingress, className: "public" } }),
      endpoint: { allowFrom: ["10.0.0.0/8"] },
    },
    meanwhile: [ingressClass("public", "projectcontour.io/ingress-controller")],
    report: `
  wharf:endpoint.allowFrom   limits no addresses behind an Ingress of controller contour, where every connection comes from the controller; limit them there
                             pulumi config rm --path 'wharf:endpoint.allowFrom'
`,
  },
  {
    name: "many things at once",
    config: {
      ...inNamespace("burdened", {
        volume: { storageClass: "standrad" },
        expose: { kind: "NodePort", nodePort: 30555 },
        monitoring: { enabled: true },
        pullSecrets: { namespaces: [{ namespace: "paymnets" }] },
      }),
      endpoint: { hosts: ["10.1.2.3"] },
      distribution: { metrics: { enabled: true } },
    },
    stands: [namespaceOf("burdened"), namespaceOf("burdened-trust")],
    count: 6,
    report: `
  wharf:kubernetes.namespace                             "burdened" exists already, and does not belong to this stack; use it as it is, or choose another name
                                                         pulumi config set --path 'wharf:kubernetes.existingNamespace' true
  wharf:kubernetes.expose.nodePort                       30555 is taken by Service web of namespace early
                                                         pulumi config rm --path 'wharf:kubernetes.expose.nodePort'
  wharf:kubernetes.pullSecrets.namespaces[0].namespace   "paymnets" does not exist; did you mean payments?
                                                         pulumi config set --path 'wharf:kubernetes.pullSecrets.namespaces[0].namespace' payments
  wharf:kubernetes.trust.namespace                       "burdened-trust" exists already, and does not belong to this stack; the namespace for the nodes' trust is created by the stack, so choose another name
                                                         pulumi config set --path 'wharf:kubernetes.trust.namespace' burdened-trust-2
  wharf:kubernetes.volume.storageClass                   "standrad" is not a StorageClass of the cluster; did you mean standard?
                                                         pulumi config set --path 'wharf:kubernetes.volume.storageClass' standard
  wharf:kubernetes.monitoring.enabled                    true needs ServiceMonitor and PrometheusRule of monitoring.coreos.com/v1, which the cluster does not have; install the Prometheus operator
                                                         pulumi config set --path 'wharf:kubernetes.monitoring.enabled' false
`,
  },
];

/** A cluster whose default StorageClass is none for the time. */
export const noDefaultClassRow: ClusterRow = {
  name: "no default StorageClass",
  config: inNamespace("classless"),
  report: `
  wharf:kubernetes.volume.storageClass   is not set, and the cluster has no default StorageClass; it has standard
                                         pulumi config set --path 'wharf:kubernetes.volume.storageClass' standard
`,
};
