import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseAllDocuments, stringify } from "yaml";
import { announce } from "../../support/announce";
import { checkov } from "../../support/lint/checkov";
import { pluralOf } from "./bad-inputs";
import { kubeconform } from "../../support/lint/kubeconform";
import { manifestsOfEveryKind, podOf } from "./every-kind";
import type { Manifest } from "./manifests";

/** Kinds of others' software, whose schemas Kubernetes does not have. */
const foreignKinds = [
  "cert-manager.io/v1/Certificate",
  "gateway.networking.k8s.io/v1/BackendTLSPolicy",
  "gateway.networking.k8s.io/v1/HTTPRoute",
  "monitoring.coreos.com/v1/PrometheusRule",
  "monitoring.coreos.com/v1/ServiceMonitor",
  "traefik.io/v1alpha1/ServersTransport",
];

/** A ClusterRole, as far as it is looked at here. */
interface Role {
  kind: string;
  metadata: { name: string };
  rules: { apiGroups: string[]; resources: string[]; resourceNames?: string[]; verbs: string[] }[];
}

let directory: string;
let manifests: Map<string, Manifest[]>;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "wharf-manifests-"));
  await mkdir(join(directory, "manifests"));
  manifests = await manifestsOfEveryKind();
  for (const [name, objects] of manifests) {
    await writeFile(fileOf(name), objects.map((each) => stringify(each)).join("---\n"));
  }
});

afterAll(async () => {
  await rm(directory, { recursive: true });
});

test("every object is one that Kubernetes' schemas admit, and has no field beside them", async () => {
  const files = [...manifests.keys()].map(fileOf);
  const findings = await kubeconform(files, foreignKinds, announce);
  expect(findings.filter(({ status }) => status !== "statusSkipped")).toEqual([]);
});

test("a field that a kind does not have is told", async () => {
  const file = join(directory, "misspelt.yaml");
  const spec = { ports: [{ port: 5000, nodeport: 30500 }] };
  const metadata = { name: "misspelt" };
  await writeFile(file, stringify({ apiVersion: "v1", kind: "Service", metadata, spec }));
  const [finding] = await kubeconform([file], [], announce);
  expect(finding).toMatchObject({ kind: "Service", status: "statusInvalid" });
  expect(finding?.msg).toContain("additional properties 'nodeport' not allowed");
});

test("the objects together are of every kind that this target has", () => {
  const kinds = [...manifests.values()].flat().map(({ kind }) => kind);
  expect([...new Set(kinds)].sort()).toEqual([
    ...["BackendTLSPolicy", "Certificate", "ClusterRole", "ClusterRoleBinding", "ConfigMap"],
    ...["DaemonSet", "Deployment"],
    ...["HTTPRoute", "HorizontalPodAutoscaler", "Ingress", "Job", "Namespace", "NetworkPolicy"],
    ...["PersistentVolume", "PersistentVolumeClaim", "PodDisruptionBudget", "PrometheusRule"],
    ...["Secret", "ServersTransport", "Service", "ServiceAccount", "ServiceMonitor"],
  ]);
});

test("the reaper's roles delete every kind that is made, and change nothing of another's", async () => {
  const text = await readFile(
    join(__dirname, "../../../pipelines/lab-reaper/cronjob.yaml"),
    "utf8",
  );
  const roles = parseAllDocuments(text)
    .map((document) => document.toJS() as Role)
    .filter(({ kind }) => kind === "ClusterRole");
  const may = (role: string, verb: string, { apiVersion, kind, metadata: { name } }: Manifest) => {
    const rules = roles.find(({ metadata }) => metadata.name === role)?.rules ?? [];
    const group = apiVersion.includes("/") ? apiVersion.split("/")[0] : "";
    return rules.some(
      ({ apiGroups, resources, resourceNames = [name], verbs }) =>
        apiGroups.includes(group ?? "") &&
        resources.includes(pluralOf(kind)) &&
        resourceNames.includes(name) &&
        verbs.includes(verb),
    );
  };
  /** Whether the right is to all objects of the kind, as lists and watches need it. */
  const mayAll = (name: string, verb: string, object: Manifest) =>
    may(name, verb, { ...object, metadata: { ...object.metadata, name: "any" } });
  const made = [...manifests.values()].flat();
  // What is in the namespace of the nodes' trust is deleted with it; Secrets of caches are named after these.
  // A lab that expires has no role of the cluster: the description is refused.
  const ofTheCluster = ["ClusterRole", "ClusterRoleBinding"];
  const left = made.filter(({ kind, metadata: { name, namespace } }) =>
    namespace === undefined
      ? !ofTheCluster.includes(kind)
      : namespace !== "registry-trust" && !(kind === "Secret" && name.includes("-cache-")),
  );
  const role = ({ metadata: { namespace } }: Manifest) =>
    ({ shop: "lab-reaper-pull-secrets", registry: "lab-reaper-inside" })[namespace ?? ""] ??
    "lab-reaper";
  const lacking = left.filter((object) => !may(role(object), "delete", object));
  expect(lacking.map(({ kind, metadata: { name } }) => `${kind} ${name}`)).toEqual([]);
  // Pulumi's plugin waits for the end of an object by a watch of all of its kind, and without end where it may not.
  const unwatched = left.filter(
    (object) => !["list", "watch"].every((verb) => mayAll(role(object), verb, object)),
  );
  expect([...new Set(unwatched.map(({ kind }) => kind))]).toEqual([]);
  const foreign = { apiVersion: "v1", metadata: { name: "others" } };
  for (const { metadata } of roles) {
    expect(may(metadata.name, "delete", { ...foreign, kind: "Secret" })).toBe(false);
    expect(may(metadata.name, "delete", { ...foreign, kind: "Namespace" })).toBe(false);
  }
});

test("only the registry's own pod has a token, by which it may list pods, where what runs is to be kept", () => {
  const made = [...manifests.values()].flat();
  const tokens = made.flatMap((object) => {
    const [pod] = podOf(object);
    const volumes = (pod?.spec as { volumes?: { projected?: unknown }[] } | undefined)?.volumes;
    return volumes?.some(({ projected }) => projected !== undefined)
      ? [`${object.kind} ${object.metadata.name}`]
      : [];
  });
  expect(tokens).toEqual(["Deployment registry"]);
  const roles = made.filter(({ kind }) => kind === "ClusterRole") as unknown as Role[];
  expect(roles.map(({ rules }) => rules)).toEqual([
    [{ apiGroups: [""], resources: ["pods"], verbs: ["list"] }],
  ]);
  const subject = { kind: "ServiceAccount", name: "registry", namespace: "registry" };
  expect(made.find(({ kind }) => kind === "ClusterRoleBinding")).toMatchObject({
    roleRef: { name: roles[0]?.metadata.name },
    subjects: [subject],
  });
});

test("every rule of checkov holds, or the object says why it does not", async () => {
  const { failed, passed, skipped } = await checkov(join(directory, "manifests"), announce);
  expect(failed.map(({ check_id: id, resource }) => `${id} ${resource}`)).toEqual([]);
  expect(passed.length).toBeGreaterThan(500);
  const exceptions = skipped.map(
    ({ check_id: id, resource, check_result: { suppress_comment: reason } }) =>
      `${id} ${resource}: ${reason}`,
  );
  const root = "the node's directory of containerd's hosts belongs to root";
  expect([...new Set(exceptions)].sort()).toEqual([
    `CKV_K8S_23 DaemonSet.registry-trust.registry-trust: ${root}`,
    `CKV_K8S_40 DaemonSet.registry-trust.registry-trust: ${root}`,
    "CKV_K8S_8 DaemonSet.registry-trust.registry-trust: it repairs its own files; a restart would remove the trust for a while",
  ]);
});

function fileOf(description: string): string {
  return join(directory, "manifests", `${description.replaceAll(" ", "-")}.yaml`);
}
