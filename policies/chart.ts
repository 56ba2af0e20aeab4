import { eachKnown, known } from "./known";
import type { Resource } from "./rule";

/** Types that install a chart of Helm's. */
export const chartTypes = [/^kubernetes:helm\.sh\/v\d+:(Release|Chart)$/];

/** Rules that a chart's values can break. */
export type ChartRule =
  "registry-auth" | "registry-persistent-storage" | "registry-tls" | "k8s-service-not-public";

/** Reads a value by its path; what the chart has by default where it is not set, and undefined where a file may set it. */
type Values = (path: string, byDefault: unknown) => unknown;

/** What is wrong with a chart's values, by rule. */
type Chart = Readonly<Record<ChartRule, (values: Values) => string | false>>;

const outside = (values: Values, key: string, byDefault: string) => {
  const type = values(key, byDefault);
  const reached = /^(LoadBalancer|NodePort)$/i.test(String(type));
  return reached && `${key} is ${String(type)}: the registry answers from outside the cluster.`;
};
const withoutTls = (values: Values) => {
  const tls = values("ingress.tls", []);
  const open = values("ingress.enabled", false) === true && Array.isArray(tls) && tls.length === 0;
  return open && "ingress.tls is empty: what goes through the Ingress is unencrypted.";
};

/** Charts of registries by name, with the defaults of their values.yaml: twuni/docker-registry 2.3, harbor 1.14 and zot 0.1. */
const charts: Record<string, Chart> = {
  "docker-registry": {
    "registry-auth": (values) =>
      values("secrets.htpasswd", "") === "" &&
      values("configData.auth", "") === "" &&
      "secrets.htpasswd and configData.auth are not set: whoever reaches the registry may push and pull.",
    "registry-persistent-storage": (values) =>
      values("persistence.enabled", false) === false &&
      values("storage", "filesystem") === "filesystem" &&
      "persistence.enabled is false: the images are deleted with the pod.",
    "registry-tls": withoutTls,
    "k8s-service-not-public": (values) => outside(values, "service.type", "ClusterIP"),
  },
  harbor: {
    "registry-auth": (values) =>
      values("existingSecretAdminPassword", "") === "" &&
      values("harborAdminPassword", "Harbor12345") === "Harbor12345" &&
      "harborAdminPassword is the chart's own, which everybody knows.",
    "registry-persistent-storage": (values) =>
      values("persistence.enabled", true) === false &&
      values("persistence.imageChartStorage.type", "filesystem") === "filesystem" &&
      "persistence.enabled is false: the images are deleted with the pod.",
    "registry-tls": (values) =>
      values("expose.tls.enabled", true) === false &&
      "expose.tls.enabled is false: passwords and images travel unencrypted.",
    "k8s-service-not-public": (values) => {
      const ranges = values("expose.loadBalancer.sourceRanges", []);
      const limited = Array.isArray(ranges) && ranges.length > 0;
      return !limited && outside(values, "expose.type", "ingress");
    },
  },
  zot: {
    "registry-auth": (values) => {
      const config = values("configFiles", {}) as Record<string, unknown> | undefined;
      const mounted = values("mountConfig", false);
      const asks =
        mounted === true && /"auth"\s*:/.test(JSON.stringify(config ?? {}).replaceAll("\\", ""));
      const told = mounted === false || (mounted === true && config?.["config.json"] !== undefined);
      return (
        told &&
        !asks &&
        "configFiles has no http.auth, or mountConfig is false: whoever reaches the registry may push and pull."
      );
    },
    "registry-persistent-storage": (values) =>
      values("persistence", false) === false &&
      !/s3|gcs/.test(JSON.stringify(values("configFiles", {}) ?? {})) &&
      "persistence is false: the images are deleted with the pod.",
    "registry-tls": withoutTls,
    "k8s-service-not-public": (values) => outside(values, "service.type", "NodePort"),
  },
};

/** Whether a release is of a registry's chart. */
export function isReleaseOfRegistry(resource: Resource): boolean {
  return chartOf(resource) !== undefined;
}

/** What a release of a registry's chart has wrong by one rule. */
export function inChart(rule: ChartRule): (resource: Resource) => string[] {
  return (resource) => {
    const chart = chartOf(resource);
    if (chart === undefined) return [];
    return known(() => {
      const found = chart[rule](
        (path, byDefault) => valueOf(resource, path) ?? byDefaultOf(resource, byDefault),
      );
      return found === false ? [] : [found];
    });
  };
}

/** A chart of one of the projects' own; Bitnami's of the same names have other values. */
function chartOf({ type, props }: Resource): Chart | undefined {
  if (!chartTypes.some((one) => one.test(type))) return undefined;
  const name = known(() => [props.chart as unknown])[0];
  const repository = known(() => [props.repositoryOpts?.repo as unknown])[0] ?? "";
  if (typeof name !== "string" || /bitnami/.test(`${name} ${String(repository)}`)) return undefined;
  return charts[
    name
      .split("/")
      .at(-1)
      ?.replace(/(-[\d.]+)?\.tgz$/, "") ?? ""
  ];
}

function valueOf({ props }: Resource, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>(
      (part, key) => (part as Record<string, unknown> | undefined)?.[key],
      props.values,
    );
}

/** A value that is not in the program may be in one of the release's files. */
function byDefaultOf({ props }: Resource, byDefault: unknown): unknown {
  const files = eachKnown(
    () => props.valueYamlFiles as unknown[],
    (file) => [file],
  );
  return files.length === 0 ? byDefault : undefined;
}
