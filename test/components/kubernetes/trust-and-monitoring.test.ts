import { describe, expect, it } from "vitest";
import { checkDescription } from "../../../components/description/check";
import { DescriptionError, type Problem } from "../../../components/core/problems";
import { manifestsOf } from "./manifests";
import { register } from "../../support/registrations";

const metrics = { metrics: { enabled: true } };

/** Objects of a registry's monitoring, by kind. */
async function monitoring(values: Record<string, unknown>) {
  const registered = await register({ target: "kubernetes", ...values });
  const objects = manifestsOf(registered, "registry-monitoring");
  return Object.fromEntries(objects.map((each) => [each.kind, each.spec]));
}

describe("monitoring", () => {
  it("is nothing without metrics", async () => {
    expect(await monitoring({})).toEqual({});
  });

  it("is a way to the metrics only for the namespace of Prometheus, apart from the registry's", async () => {
    const pods = {
      "app.kubernetes.io/component": "registry",
      "app.kubernetes.io/instance": "shop",
      "app.kubernetes.io/name": "wharf",
    };
    const prometheus = { "kubernetes.io/metadata.name": "observed" };
    expect(
      await monitoring({
        distribution: metrics,
        kubernetes: { monitoring: { namespace: "observed" } },
      }),
    ).toEqual({
      NetworkPolicy: {
        podSelector: { matchLabels: pods },
        policyTypes: ["Ingress"],
        ingress: [
          {
            from: [{ namespaceSelector: { matchLabels: prometheus } }],
            ports: [{ protocol: "TCP", port: 5001 }],
          },
        ],
      },
      Service: {
        clusterIP: "None",
        selector: pods,
        ports: [{ name: "metrics", port: 5001, targetPort: "metrics" }],
      },
    });
  });

  it("tells the Prometheus operator where the metrics are, and what to alert of", async () => {
    const { PrometheusRule, ServiceMonitor } = await monitoring({
      distribution: { metrics: { enabled: true, path: "/numbers" } },
      kubernetes: { monitoring: { enabled: true, intervalSeconds: 15 } },
    });
    expect(ServiceMonitor).toMatchObject({
      namespaceSelector: { matchNames: ["registry"] },
      endpoints: [{ port: "metrics", path: "/numbers", interval: "15s" }],
    });
    expect(alertsOf(PrometheusRule)).toEqual([
      ...["RegistryDown", "RegistryErrors", "RegistrySlowManifests", "RegistrySlowStorage"],
      ...["RegistryRefusals", "RegistryVolumeFilling", "RegistryVolumeFull"],
      ...["RegistryCertificateEnding", "RegistryCertificateEnds"],
    ]);
  });

  it("alerts of no volume where a bucket holds the images, and of no certificate without TLS", async () => {
    const { PrometheusRule } = await monitoring({
      distribution: metrics,
      tls: { mode: "off" },
      storage: { kind: "gcs", bucket: "images" },
      kubernetes: { monitoring: { enabled: true } },
    });
    expect(alertsOf(PrometheusRule)).toEqual([
      ...["RegistryDown", "RegistryErrors", "RegistrySlowManifests", "RegistrySlowStorage"],
      "RegistryRefusals",
    ]);
  });

  it("has a dashboard where it is asked for, which Grafana's sidecar finds", async () => {
    const registered = await register({
      target: "kubernetes",
      distribution: metrics,
      kubernetes: { monitoring: { dashboard: true } },
    });
    const objects = manifestsOf(registered, "registry-monitoring");
    const dashboard = objects.find(({ kind }) => kind === "ConfigMap") as unknown as {
      metadata: { labels: Record<string, string>; namespace: string };
      data: Record<string, string>;
    };
    expect(dashboard.metadata).toMatchObject({
      namespace: "registry",
      labels: { grafana_dashboard: "1" },
    });
    const shown = JSON.parse(dashboard.data["wharf-shop.json"] ?? "") as object;
    expect(shown).toMatchObject({ uid: "wharf-shop", title: "Registry of namespace registry" });
    expect(JSON.stringify(shown)).toContain('job=\\"registry-metrics\\"');
    expect(objects.map(({ kind }) => kind)).not.toContain("PrometheusRule");
  });

  it.each(["enabled", "dashboard"])("is refused without metrics, as %s", (key) => {
    expect(refused({ monitoring: { [key]: true } })).toEqual([
      {
        key: `wharf:kubernetes.monitoring.${key}`,
        message: "true needs metrics, but wharf:distribution.metrics.enabled is false",
        fix: "pulumi config set --path 'wharf:distribution.metrics.enabled' true",
      },
    ]);
  });
});

describe("the nodes' trust", () => {
  it("is told where the stack holds a CA, and where it is asked for", async () => {
    const issuer = { mode: "cert-manager", issuer: { name: "internal" } };
    expect(await trusted({})).not.toEqual([]);
    expect(await trusted({ tls: { mode: "off" } })).toEqual([]);
    expect(await trusted({ tls: issuer })).toEqual([]);
    expect(await trusted({ tls: issuer, kubernetes: { trust: { enabled: true } } })).not.toEqual(
      [],
    );
    expect(await trusted({ kubernetes: { trust: { enabled: false } } })).toEqual([]);
  });

  it("leaves out a host at which clients see another certificate than the registry's", async () => {
    const host = "registry.example.com";
    const ingress = { kind: "Ingress", host, className: "nginx" };
    expect(await trusted({ kubernetes: { expose: ingress } })).toContain(host);
    const other = { ...ingress, tlsSecret: "public-cert" };
    expect(await trusted({ kubernetes: { expose: other } })).not.toContain(host);
    const gateway = { kind: "Gateway", host, gateway: "public" };
    expect(await trusted({ kubernetes: { expose: gateway } })).not.toContain(host);
  });

  it("has a namespace of its own, which the registry's is not", () => {
    expect(refused({ trust: { namespace: "registry" } })).toEqual([
      {
        key: "wharf:kubernetes.trust.namespace",
        message:
          "\"registry\" is the registry's namespace, which does not allow a node's directory; choose any other",
        fix: "pulumi config rm --path 'wharf:kubernetes.trust.namespace'",
      },
    ]);
    const long = "n".repeat(60);
    expect(refused({ namespace: long })).toEqual([
      {
        key: "wharf:kubernetes.trust.namespace",
        message: `"${long}-trust", as it is by default, is longer than 63 characters`,
        fix: "pulumi config set --path 'wharf:kubernetes.trust.namespace' registry-trust",
      },
    ]);
  });

  it("is written to an absolute path", () => {
    expect(refused({ trust: { directory: "certs.d" } })).toEqual([
      {
        key: "wharf:kubernetes.trust.directory",
        message: '"certs.d" is not an absolute path of a directory',
        fix: "pulumi config set --path 'wharf:kubernetes.trust.directory' /etc/containerd/certs.d",
      },
    ]);
  });
});

/** The hosts that the nodes are told of. */
async function trusted(values: Record<string, unknown>): Promise<string[]> {
  const registered = await register({ target: "kubernetes", ...values });
  const files = manifestsOf(registered, "registry-trust").find(({ kind }) => kind === "ConfigMap");
  const { hosts = "" } = (files?.data ?? {}) as { hosts?: string };
  return hosts.split("\n").filter(Boolean);
}

function alertsOf(spec: unknown): string[] {
  const { groups } = spec as { groups: { rules: { alert: string }[] }[] };
  return groups.flatMap(({ rules }) => rules.map(({ alert }) => alert));
}

function refused(kubernetes: Record<string, unknown>): Problem[] {
  const values = { target: "kubernetes", kubernetes };
  try {
    checkDescription({ stack: "shop", values, secretKeys: new Set() });
  } catch (error) {
    if (error instanceof DescriptionError) return error.problems;
    throw error;
  }
  return [];
}
