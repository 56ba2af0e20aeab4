import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse, parseAllDocuments, stringify } from "yaml";
import { until } from "../cluster/waiting";
import { customKind, ingressClass } from "../components/kubernetes/bad-inputs";
import { issue } from "../support/test-certificates";
import type { Run } from "./checkout";
import type { KubernetesLab } from "./kubernetes-lab";

const reaperNamespace = "wharf-reaper";
const account = "lab-reaper";

/** Kinds of others' software that a lab may have objects of; whatever these are, the cluster takes them. */
export const foreignKinds = [
  customKind("cert-manager.io", "Certificate", "Namespaced"),
  customKind("cert-manager.io", "ClusterIssuer", "Cluster"),
  customKind("gateway.networking.k8s.io", "Gateway", "Namespaced"),
  customKind("gateway.networking.k8s.io", "HTTPRoute", "Namespaced"),
  customKind("gateway.networking.k8s.io", "BackendTLSPolicy", "Namespaced"),
  customKind("monitoring.coreos.com", "ServiceMonitor", "Namespaced"),
  customKind("monitoring.coreos.com", "PrometheusRule", "Namespaced"),
  customKind("traefik.io", "ServersTransport", "Namespaced", "v1alpha1"),
  customKind("metrics.k8s.io", "PodMetrics", "Namespaced", "v1beta1"),
];

/** Every kind that the labs of the test add to the cluster by themselves. */
export const everyKind = [
  ...["BackendTLSPolicy", "Certificate", "ConfigMap", "DaemonSet", "Deployment", "HTTPRoute"],
  ...["HorizontalPodAutoscaler", "Ingress", "Job", "Namespace", "NetworkPolicy"],
  ...["PersistentVolume", "PersistentVolumeClaim", "PodDisruptionBudget", "PrometheusRule"],
  ...["Secret", "ServersTransport", "Service", "ServiceAccount", "ServiceMonitor"],
];

/** What stands before the labs: two namespaces with a Secret of somebody else's, a class of Ingress, a Gateway and an issuer. */
export const surroundings = (team: string, shared: string) => [
  ...[team, shared].flatMap((namespace) => [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
    {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "others", namespace },
      stringData: { key: "hidden" },
    },
  ]),
  ingressClass("web", "traefik.io/ingress-controller"),
  {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "Gateway",
    metadata: { name: "public", namespace: shared },
  },
  {
    apiVersion: "cert-manager.io/v1",
    kind: "ClusterIssuer",
    metadata: { name: "internal" },
  },
];

/** Does what cert-manager would for the registry's Certificate, once that exists: the Secret, and word that it is ready. */
export async function issueCertificate(
  lab: KubernetesLab,
  namespace: string,
  host: string,
): Promise<void> {
  const names = [host, `registry-service.${namespace}.svc.cluster.local`];
  const { certificate, privateKey } = await issue({ name: "registry", hosts: names });
  const where = `--namespace=${namespace}`;
  await until({ what: "the Certificate to be asked for", timeoutMs: 300_000 }, () =>
    lab.cluster.kubectl("get", "certificates.cert-manager.io", "registry-cert", where),
  );
  await lab.cluster.apply({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "registry-cert", namespace },
    type: "kubernetes.io/tls",
    stringData: { "tls.crt": certificate, "tls.key": privateKey, "ca.crt": certificate },
  });
  const ready = { status: { conditions: [{ type: "Ready", status: "True", reason: "Ready" }] } };
  await lab.cluster.kubectl(
    ...["patch", "certificates.cert-manager.io", "registry-cert", where],
    ...["--type=merge", "--patch", JSON.stringify(ready)],
  );
}

/** The account of pipelines/lab-reaper/cronjob.yaml in a cluster, with the roles of that file and the bindings that it shows. */
export class Reaper {
  private constructor(
    private readonly lab: KubernetesLab,
    private readonly kubeconfig: string,
  ) {}

  /**
   * @param existing namespaces of labs that were there before them
   * @param pulling namespaces with a pull secret
   */
  static async create(lab: KubernetesLab, existing: string[], pulling: string[]): Promise<Reaper> {
    const { cluster } = lab;
    const file = await readFile(join(__dirname, "../../pipelines/lab-reaper/cronjob.yaml"), "utf8");
    const objects = parseAllDocuments(file).map((each) => each.toJS() as { kind: string });
    await cluster.kubectl("create", "namespace", reaperNamespace);
    // No image of the project is there to be run by it.
    await cluster.apply(...objects.filter(({ kind }) => kind !== "CronJob"));
    const bind = (role: string) => (namespace: string) =>
      cluster.kubectl(
        ...["create", "rolebinding", account, `--namespace=${namespace}`],
        ...[`--clusterrole=${role}`, `--serviceaccount=${reaperNamespace}:${account}`],
      );
    await Promise.all([
      ...existing.map(bind("lab-reaper-inside")),
      ...pulling.map(bind("lab-reaper-pull-secrets")),
    ]);
    const token = await cluster.kubectl(
      ...["create", "token", account, `--namespace=${reaperNamespace}`, "--duration=1h"],
    );
    const administrators = parse(await readFile(cluster.kubeconfig, "utf8")) as object;
    const users = [{ name: "wharf-test", user: { token } }];
    const kubeconfig = join(lab.checkout.home, "reaper.kubeconfig");
    await writeFile(kubeconfig, stringify({ ...administrators, users }), { mode: 0o600 });
    return new Reaper(lab, kubeconfig);
  }

  /** Runs kubectl as the account; rejects where it fails. */
  async kubectl(...args: string[]): Promise<string> {
    return this.lab.cluster.kubectl(`--kubeconfig=${this.kubeconfig}`, ...args);
  }

  /** `wharf reap --yes` as the CronJob runs it: as the account, in a checkout that is read-only but for `.wharf`, a mount. */
  async reap(): Promise<Run> {
    const script = `mount --bind . . && mount --bind .wharf "$PWD/.wharf" &&
mount --options remount,ro,bind "$PWD" && cd "$PWD" && exec node cli/wharf.js reap --yes`;
    const env = `KUBECONFIG=${this.kubeconfig}`;
    return this.lab.checkout.run("unshare", "--mount", "env", env, "bash", "-c", script);
  }
}
