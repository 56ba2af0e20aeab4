import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import type { Cluster } from "../../cluster/cluster";
import { until } from "../../cluster/waiting";
import { freePort } from "../../support/free-port";
import { ownId, valueAt, type ClusterPlace, type ClusterRow } from "./bad-inputs";
import { issue } from "../../support/test-certificates";

/** Kinds that a registry consists of, or that it is set up beside. */
const kinds = [
  "namespaces",
  "secrets",
  "configmaps",
  "services",
  "serviceaccounts",
  "persistentvolumeclaims",
  "persistentvolumes",
  "deployments",
  "daemonsets",
  "jobs",
  "pods",
  "networkpolicies",
  "ingresses",
  "poddisruptionbudgets",
  "horizontalpodautoscalers",
  "storageclasses",
  "customresourcedefinitions",
];

/** An object, as far as it is not the cluster's own record of it. */
interface Found {
  kind: string;
  metadata: Record<string, unknown> & { name: string; namespace?: string };
}

/** Users of the cluster beside its administrator, each a service account. */
const users = ["visitor", "editor"] as const;

/**
 * A cluster that cannot carry out a description for one reason or another: names, ports and volumes that others have, users who
 * may do little.
 */
export class UnwillingCluster {
  private constructor(
    private readonly cluster: Cluster,
    private readonly home: string,
  ) {}

  /** Makes a cluster unwilling, once it is prepared; it stays so. */
  static async create(cluster: Cluster): Promise<UnwillingCluster> {
    return new UnwillingCluster(cluster, await mkdtemp(join(tmpdir(), "wharf-refused-")));
  }

  /** Makes what the rows meet, waits until the cluster has done its own with it, and tells where all is. */
  async prepare(rows: ClusterRow[]): Promise<ClusterPlace> {
    const { cluster, home } = this;
    const text = await readFile(cluster.kubeconfig, "utf8");
    const { clusters } = parse(text) as { clusters: { cluster: { server: string } }[] };
    const address = "--output=jsonpath={.spec.clusterIP}";
    const server = { name: "registry.example.com", hosts: ["registry.example.com"] };
    const authority = await issue({ name: "Example CA" });
    const inThirtyDays = new Date(Date.now() + 30 * 86_400_000);
    const dates = { notBefore: new Date("2019-01-01"), notAfter: new Date("2020-01-01T12:00:00Z") };
    const place: ClusterPlace = {
      kubeconfig: cluster.kubeconfig,
      home,
      server: clusters[0]?.cluster.server ?? "",
      apiAddress: await cluster.kubectl("get", "service", "kubernetes", address),
      visitor: join(home, "visitor"),
      editor: join(home, "editor"),
      freePort: await freePort(),
      certificate: await issue(server),
      authority,
      outlasting: await issue({ ...server, issuer: authority, notAfter: inThirtyDays }),
      expired: await issue({ ...server, ...dates }),
    };
    const objects = rows.flatMap((row) => valueAt(row.stands ?? [], place));
    await cluster.apply(...accounts, ...objects, editing);
    for (const name of users) await this.writeKubeconfig(name, text);
    await cluster.kubectl("delete", "namespace", "leaving", "--wait=false");
    await until({ what: "the cluster to have settled" }, () => this.isSettled());
    return place;
  }

  /** A kubeconfig of a user's in the directory of the rows. */
  private async writeKubeconfig(name: string, administrators: string): Promise<void> {
    const token = await this.cluster.kubectl("create", "token", name, "--namespace=users");
    const config = {
      ...(parse(administrators) as object),
      users: [{ name, user: { token } }],
      contexts: [{ name, context: { cluster: "wharf-test", user: name } }],
      "current-context": name,
    };
    await writeFile(join(this.home, name), stringify(config), { mode: 0o600 });
  }

  /** Whether every claim is bound that names a volume, and every namespace has what the cluster puts into each. */
  private async isSettled(): Promise<boolean> {
    const claims = "--output=jsonpath={.items[?(@.spec.volumeName)].status.phase}";
    const states = await this.cluster.kubectl("get", "pvc", "--all-namespaces", claims);
    if (states.split(" ").some((state) => state !== "Bound")) return false;
    const objects = await this.contents();
    const count = (kind: string, name?: string) =>
      objects.filter(
        (each) => each.kind === kind && (name ?? each.metadata.name) === each.metadata.name,
      ).length;
    // Into the one that is being deleted it puts nothing.
    const namespaces = count("Namespace") - 1;
    return (
      count("ServiceAccount", "default") >= namespaces &&
      count("ConfigMap", "kube-root-ca.crt") >= namespaces
    );
  }

  /** What the cluster holds, without how often it was written and what the cluster notes of its state. */
  async contents(): Promise<Found[]> {
    const all = ["--all-namespaces", "--output=json"];
    const text = await this.cluster.kubectl("get", kinds.join(","), ...all);
    return (JSON.parse(text) as { items: Found[] }).items.map((object) => ({
      ...object,
      metadata: { ...object.metadata, resourceVersion: "", managedFields: [] },
      status: {},
    }));
  }

  /** The state of the stack by which what a row has standing is its own, as the engine tells it. */
  async stateOf(
    { holds, stands }: ClusterRow,
    place: ClusterPlace,
  ): Promise<Record<string, { type: string; outputs: object }>> {
    if (holds === "by their id") {
      const type = "random:index/randomString:RandomString";
      return { "urn::registry-stack-id": { type, outputs: { result: ownId } } };
    }
    const made = (valueAt(stands ?? [], place) as Found[]).map(({ metadata }) =>
      [metadata.namespace, metadata.name].join("/"),
    );
    const found = (await this.contents()).filter(({ metadata }) =>
      made.includes([metadata.namespace, metadata.name].join("/")),
    );
    return Object.fromEntries(
      found.map(({ kind, metadata }) => [
        `urn::${kind}-${metadata.name}`,
        { type: `kubernetes:core/v1:${kind}`, outputs: { metadata } },
      ]),
    );
  }

  /** Does something while objects stand in the cluster, kinds of other software before what is of them. */
  async during(objects: object[], action: () => Promise<void>): Promise<void> {
    // A kind is known some moments after it was made.
    await until({ what: "the kinds" }, () => this.cluster.apply(...objects).then(() => true));
    try {
      await action();
    } finally {
      for (const { kind, metadata } of ([...objects] as Found[]).reverse()) {
        await this.cluster.kubectl("delete", kind, metadata.name);
      }
    }
  }

  /** Does something while no StorageClass is the default one. */
  async withoutDefaultClass(action: () => Promise<void>): Promise<void> {
    const annotation = "storageclass.kubernetes.io/is-default-class";
    const annotate = ["annotate", "storageclass", "standard"];
    await this.cluster.kubectl(...annotate, `${annotation}-`);
    try {
      await action();
    } finally {
      await this.cluster.kubectl(...annotate, `${annotation}=true`);
    }
  }

  /** Removes what was made on this machine. */
  async remove(): Promise<void> {
    await rm(this.home, { recursive: true });
  }
}

const accounts = [
  { apiVersion: "v1", kind: "Namespace", metadata: { name: "users" } },
  ...users.map((name) => ({
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { namespace: "users", name },
  })),
];

const editing = {
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "RoleBinding",
  metadata: { namespace: "shared", name: "editor" },
  subjects: [{ kind: "ServiceAccount", namespace: "users", name: "editor" }],
  roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "edit" },
};
