import { unknownName } from "../../core/names";
import type { KubernetesDescription } from "../settings";
import { removeCommand, setCommand } from "../../core/messages";
import type { Problem } from "../../core/problems";
import { TlsMode } from "../../model/tls";

import type { Api } from "../cluster/api";
import { controllerOf, IngressController } from "../expose-settings";
import { speaksTls } from "../hosts";
import { classOf, ingressClasses } from "../cluster/ingress-classes";

/** Whether the cluster serves a kind of an API group. */
async function knows(api: Api, groupVersion: string, kind: string): Promise<boolean> {
  const { status, body } = await api.get<{ resources?: { kind: string }[] }>(
    `/apis/${groupVersion}`,
  );
  return status === 200 && (body.resources ?? []).some((resource) => resource.kind === kind);
}

/** A problem for each part of the description that needs software which the cluster does not have. */
export async function kindProblems(api: Api, args: KubernetesDescription): Promise<Problem[]> {
  const problems = await Promise.all([
    issuerProblems(api, args),
    gatewayProblems(api, args),
    ingressProblems(api, args),
    metricsProblems(api, args),
    monitoringProblems(api, args),
  ]);
  return problems.flat();
}

async function issuerProblems(
  api: Api,
  { kubernetes, tls }: KubernetesDescription,
): Promise<Problem[]> {
  if (tls.mode !== TlsMode.CertManager || tls.issuer === undefined) return [];
  if (!(await knows(api, "cert-manager.io/v1", "Certificate"))) {
    return [
      {
        key: "wharf:tls.mode",
        message: `"cert-manager" needs cert-manager, which the cluster does not have (no kind Certificate of cert-manager.io/v1)`,
        fix: `${removeCommand(["tls", "issuer"])} && ${setCommand(["tls", "mode"], TlsMode.SelfSigned)}`,
      },
    ];
  }
  const { group, kind, name } = tls.issuer;
  const scopes: Record<string, string> = {
    ClusterIssuer: "clusterissuers",
    Issuer: `namespaces/${kubernetes.namespace}/issuers`,
  };
  const path = scopes[kind];
  // Issuers of another group are known to whoever brought them.
  if (group !== "cert-manager.io" || path === undefined) return [];
  const { status, body } = await api.get<{ items?: { metadata: { name: string } }[] }>(
    `/apis/cert-manager.io/v1/${path}`,
  );
  const names = (body.items ?? []).map(({ metadata }) => metadata.name);
  if (status !== 200) return [];
  return unknownName(["tls", "issuer", "name"], name, names, {
    predicate: `is not a ${kind} of the cluster`,
    fix: `kubectl get ${kind.toLowerCase()}s`,
  });
}

async function gatewayProblems(api: Api, args: KubernetesDescription): Promise<Problem[]> {
  const { expose, namespace } = args.kubernetes;
  if (expose.kind !== "Gateway") return [];
  const group = "gateway.networking.k8s.io/v1";
  const kinds = ["HTTPRoute", ...(speaksTls(args) ? ["BackendTLSPolicy"] : [])];
  const known = await Promise.all(kinds.map((kind) => knows(api, group, kind)));
  const missing = kinds.filter((_, i) => !known[i]);
  if (missing.length > 0) {
    return [
      {
        key: "wharf:kubernetes.expose.kind",
        message: `"Gateway" needs ${missing.join(" and ")} of ${group}, which the cluster does not have; install the Gateway API 1.4`,
        fix: removeCommand(["kubernetes", "expose"]),
      },
    ];
  }
  const place = expose.gatewayNamespace ?? namespace;
  const { status } = await api.get(`/apis/${group}/namespaces/${place}/gateways/${expose.gateway}`);
  return status === 404
    ? [
        {
          key: "wharf:kubernetes.expose.gateway",
          message: `"${expose.gateway}" is not a Gateway of namespace ${place}`,
          fix: "kubectl get gateways --all-namespaces",
        },
      ]
    : [];
}

async function ingressProblems(
  api: Api,
  { kubernetes }: KubernetesDescription,
): Promise<Problem[]> {
  const { expose } = kubernetes;
  if (expose.kind !== "Ingress") return [];
  const classes = await ingressClasses(api);
  if (classes === undefined) return [];
  const names = classes.map(({ metadata }) => metadata.name);
  const key = "wharf:kubernetes.expose.className";
  const list = "kubectl get ingressclasses";
  const problems: Problem[] = [];
  const found = classOf(expose, classes);
  if (expose.className === undefined && found === undefined) {
    const message = `is not set, and the cluster has no default IngressClass; it has ${names.join(", ") || "none"}`;
    const [first] = names;
    const fix =
      first === undefined ? list : setCommand(["kubernetes", "expose", "className"], first);
    problems.push({ key, message, fix });
  }
  if (expose.className !== undefined && found === undefined) {
    problems.push(
      ...unknownName(["kubernetes", "expose", "className"], expose.className, names, {
        predicate: "is not an IngressClass of the cluster",
        fix: list,
      }),
    );
  }
  const traefik = controllerOf(expose) === IngressController.Traefik;
  if (traefik && !(await knows(api, "traefik.io/v1alpha1", "ServersTransport"))) {
    problems.push({
      key: "wharf:kubernetes.expose.controller",
      message: `"traefik" needs its kind ServersTransport of traefik.io/v1alpha1, by which it verifies the registry's certificate, and which the cluster does not have`,
      fix: list,
    });
  }
  return problems;
}

async function metricsProblems(
  api: Api,
  { kubernetes }: KubernetesDescription,
): Promise<Problem[]> {
  if (kubernetes.autoscaling === undefined) return [];
  return (await knows(api, "metrics.k8s.io/v1beta1", "PodMetrics"))
    ? []
    : [
        {
          key: "wharf:kubernetes.autoscaling",
          message:
            "needs a metrics server, which the cluster does not have (metrics.k8s.io/v1beta1)",
          fix: "pulumi config rm --path 'wharf:kubernetes.autoscaling'",
        },
      ];
}

async function monitoringProblems(
  api: Api,
  { kubernetes }: KubernetesDescription,
): Promise<Problem[]> {
  if (!kubernetes.monitoring.enabled) return [];
  const group = "monitoring.coreos.com/v1";
  const kinds = ["ServiceMonitor", "PrometheusRule"];
  const known = await Promise.all(kinds.map((kind) => knows(api, group, kind)));
  const missing = kinds.filter((_, i) => !known[i]);
  return missing.length === 0
    ? []
    : [
        {
          key: "wharf:kubernetes.monitoring.enabled",
          message: `true needs ${missing.join(" and ")} of ${group}, which the cluster does not have; install the Prometheus operator`,
          fix: setCommand(["kubernetes", "monitoring", "enabled"], false),
        },
      ];
}
