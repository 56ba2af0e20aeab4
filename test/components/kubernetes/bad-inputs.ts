import { parse, stringify } from "yaml";
import { endOf, type Issued } from "../../support/test-certificates";

/** What rows need of the machine and of the cluster. */
export interface ClusterPlace {
  /** An administrator's kubeconfig. */
  kubeconfig: string;
  /** URL of the cluster's API. */
  server: string;
  /** Address of the Service `kubernetes` of the namespace default, which is the API as pods see it. */
  apiAddress: string;
  /** A user's kubeconfig, its context `visitor`, who may do nothing. */
  visitor: string;
  /** A user's kubeconfig, its context `editor`, who may do what the role `edit` allows in the namespace shared. */
  editor: string;
  /** A directory without a kubeconfig in it, in which `files` are written. */
  home: string;
  /** A port of this machine that nobody listens on. */
  freePort: number;
  /** Covers registry.example.com. */
  certificate: Issued;
  /** Covers the same, ended on 2020-01-01. */
  expired: Issued;
  /** A CA that ends tomorrow, and a certificate of the same host that it signed for thirty days. */
  authority: Issued;
  outlasting: Issued;
}

type Config = Record<string, unknown>;
type At<Value> = Value | ((place: ClusterPlace) => Value);

/** A description that the cluster cannot carry out. */
export interface ClusterRow {
  name: string;
  /** The stack's config, keys without the `wharf:` before them; `wharf:target` goes without saying. */
  config: At<Config>;
  /** The provider's config, keys without the `kubernetes:` before them. */
  provider?: Record<string, string>;
  /** KUBECONFIG; the administrator's by default. */
  kubeconfig?: (place: ClusterPlace) => string | undefined;
  /** A kubeconfig file that is written for the row, from the administrator's, and is then its KUBECONFIG. */
  rewritten?: (text: string, place: ClusterPlace) => string;
  /** Objects that stand in the cluster from before the first row. */
  stands?: At<object[]>;
  /** Whether those that carry the stack's name are in its state. */
  holds?: "by their id" | "by their uid";
  /** What `--take-over` names. */
  takeOver?: string;
  /** Objects that stand in the cluster while the row is tried, because other rows need them to be absent. */
  meanwhile?: object[];
  /** How many problems the first line of the report counts; 1 by default. */
  count?: number;
  /** The report below its first line and the empty one after it. */
  report: At<string>;
}

/** What a row says of a place. */
export function valueAt<Value>(value: At<Value>, place: ClusterPlace): Value {
  return typeof value === "function" ? (value as (place: ClusterPlace) => Value)(place) : value;
}

const inNamespace = (namespace: string, kubernetes: Config = {}): Config => ({
  kubernetes: { namespace, ...kubernetes },
});

const existing = (namespace: string, kubernetes: Config = {}): Config =>
  inNamespace(namespace, { existingNamespace: true, ...kubernetes });

const onNodePort = (namespace: string, nodePort: number): Config => ({
  ...inNamespace(namespace, { expose: { kind: "NodePort", nodePort } }),
  endpoint: { hosts: ["10.1.2.3"] },
});

const namespaceOf = (name: string, labels: object = {}) => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name, labels },
});

/** The label by which Wharf knows what is its stack's. */
const ofStack = { "app.kubernetes.io/instance": "bad" };
/** Id of the stack in its state. */
export const ownId = "0123456789abcdef";
const byId = (id: string) => ({ ...ofStack, "io.wharf/stack-id": id });
const othersId = "fedcba9876543210";

const serviceOf = (namespace: string, name: string, spec: object, labels = {}) => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { namespace, name, labels },
  spec: { ports: [{ port: 5000 }], ...spec },
});

const claimOf = (namespace: string, name: string, spec: object, labels = {}) => ({
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: { namespace, name, labels },
  spec: {
    accessModes: ["ReadWriteOnce"],
    storageClassName: "",
    resources: { requests: { storage: "10Gi" } },
    ...spec,
  },
});

const volumeOf = (name: string, spec: object) => ({
  apiVersion: "v1",
  kind: "PersistentVolume",
  metadata: { name },
  spec: {
    accessModes: ["ReadWriteOnce"],
    capacity: { storage: "10Gi" },
    persistentVolumeReclaimPolicy: "Retain",
    nfs: { server: "nfs.example.com", path: `/${name}` },
    ...spec,
  },
});

/** A claim of 10 GiB that is bound to a volume of its own. */
const boundClaim = (namespace: string, name: string, storageClassName = "", labels = {}) => [
  volumeOf(`${namespace}-${name}-volume`, {
    storageClassName,
    claimRef: { namespace, name, apiVersion: "v1", kind: "PersistentVolumeClaim" },
  }),
  claimOf(namespace, name, { storageClassName, volumeName: `${namespace}-${name}-volume` }, labels),
];

/** What a stack that stands has, as far as its size is concerned. */
const standingStack = (namespace: string, storageClassName: string, labels: object = ofStack) => [
  namespaceOf(namespace, labels),
  serviceOf(namespace, "registry-service", {}, labels),
  ...boundClaim(namespace, "registry-data", storageClassName, labels),
];

const secretOf = (
  namespace: string,
  name: string,
  type: string,
  stringData: Record<string, string>,
) => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: { namespace, name },
  type,
  stringData,
});

const fromSecret = (namespace: string, secretName: string): Config => ({
  ...existing(namespace),
  endpoint: { hosts: ["registry.example.com", "images.example.com"] },
  tls: { mode: "provided", secretName },
});

const tlsSecret = (namespace: string, { certificate, privateKey }: Issued, ca?: Issued) =>
  secretOf(namespace, "registry-tls", "kubernetes.io/tls", {
    "tls.crt": certificate,
    "tls.key": privateKey,
    ...(ca && { "ca.crt": ca.certificate }),
  });

const ingress = { kind: "Ingress", host: "registry.example.com" };

export const ingressClass = (name: string, controller: string, annotations = {}) => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "IngressClass",
  metadata: { name, annotations },
  spec: { controller },
});

/** What the API calls objects of a kind. */
export function pluralOf(kind: string): string {
  const word = kind.toLowerCase();
  return /[^aeiou]y$/.test(word)
    ? `${word.slice(0, -1)}ies`
    : word + (word.endsWith("s") ? "es" : "s");
}

/** A kind of a group that software brings along; whatever it is, the cluster takes it. */
export const customKind = (group: string, kind: string, scope: string, version = "v1") => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: {
    name: `${pluralOf(kind)}.${group}`,
    // Kubernetes takes none of its own groups without a word on their approval.
    annotations: { "api-approved.kubernetes.io": "unapproved, for a test" },
  },
  spec: {
    group,
    scope,
    names: { kind, plural: pluralOf(kind) },
    versions: [
      {
        name: version,
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
        },
      },
    ],
  },
});

/** A kubeconfig's contents, changed. */
const changed = (text: string, change: (config: Kubeconfig) => object) =>
  stringify({ ...(parse(text) as Kubeconfig), ...change(parse(text) as Kubeconfig) });

interface Kubeconfig {
  clusters: { name: string; cluster: Record<string, unknown> }[];
  users: object[];
}

const withServer = (text: string, cluster: Record<string, unknown>) =>
  changed(text, ({ clusters: [first] }) => ({
    clusters: [{ name: first?.name, cluster: { ...first?.cluster, ...cluster } }],
  }));

const withUser = (text: string, user: object) =>
  changed(text, () => ({ users: [{ name: "wharf-test", user }] }));

/** No way to a cluster. */
export const kubeconfigRows: ClusterRow[] = [
  {
    name: "no kubeconfig at all",
    config: {},
    kubeconfig: () => undefined,
    report: ({ home }) => `
  kubernetes:kubeconfig   no kubeconfig: neither this key nor KUBECONFIG names one, and ${home}/.kube/config is not there
                          pulumi config set kubernetes:kubeconfig PATH
`,
  },
  {
    name: "a kubeconfig that is not there",
    config: {},
    kubeconfig: ({ home }) => `${home}/absent`,
    report: ({ home }) => `
  kubernetes:kubeconfig   ${home}/absent is not there
                          unset KUBECONFIG
`,
  },
  {
    name: "a kubeconfig of the stack's own that is not there",
    config: {},
    provider: { kubeconfig: "clusters/prod.yaml" },
    report: `
  kubernetes:kubeconfig   clusters/prod.yaml is not there
                          pulumi config rm kubernetes:kubeconfig
`,
  },
  {
    name: "a kubeconfig that is no YAML",
    config: {},
    rewritten: () => "contexts: [",
    report: ({ home }) => `
  kubernetes:kubeconfig   ${home}/rewritten cannot be read: Flow sequence in block collection must be sufficiently indented and end with a ] at line 1, column 12
                          kubectl config view --kubeconfig ${home}/rewritten
`,
  },
  {
    name: "a misspelt context",
    config: {},
    provider: { context: "wharf-tset" },
    report: ({ kubeconfig }) => `
  kubernetes:context   "wharf-tset" is no context of ${kubeconfig}; did you mean wharf-test?
                       pulumi config set kubernetes:context wharf-test
`,
  },
  {
    name: "no current context",
    config: {},
    rewritten: (text) => changed(text, () => ({ "current-context": "" })),
    report: ({ home }) => `
  kubernetes:context   is not set, and ${home}/rewritten has no current context; it has wharf-test
                       pulumi config set kubernetes:context wharf-test
`,
  },
  {
    name: "a context of no cluster",
    config: {},
    rewritten: (text) => changed(text, () => ({ clusters: [] })),
    report: ({ home }) => `
  kubernetes:kubeconfig   context wharf-test of ${home}/rewritten names cluster "wharf-test", which is not in it
                          kubectl config get-clusters
`,
  },
  {
    name: "no cluster that answers",
    config: {},
    rewritten: (text, { freePort }) =>
      withServer(text, { server: `https://127.0.0.1:${freePort}` }),
    report: ({ home, freePort }) => `
  kubernetes:context   no cluster answers at https://127.0.0.1:${freePort} (context wharf-test of ${home}/rewritten): ECONNREFUSED
                       kubectl --context wharf-test cluster-info
`,
  },
  {
    name: "a cluster of another authority",
    config: {},
    rewritten: (text, { certificate }) =>
      withServer(text, {
        "certificate-authority-data": Buffer.from(certificate.certificate).toString("base64"),
      }),
    report: ({ home, server }) => `
  kubernetes:context   the cluster at ${server} (context wharf-test of ${home}/rewritten) cannot be asked: unable to verify the first certificate
                       kubectl --context wharf-test cluster-info
`,
  },
  {
    name: "credentials of nobody",
    config: {},
    rewritten: (text) => withUser(text, { token: "of-no-worth" }),
    report: ({ home, server }) => `
  kubernetes:context   the cluster at ${server} does not accept the credentials of context wharf-test of ${home}/rewritten
                       kubectl --context wharf-test cluster-info
`,
  },
  {
    name: "a program for credentials that is not there",
    config: {},
    rewritten: (text) =>
      withUser(text, {
        exec: {
          apiVersion: "client.authentication.k8s.io/v1",
          command: "wharf-absent-login",
          interactiveMode: "Never",
        },
      }),
    report: ({ home }) => `
  kubernetes:context   wharf-absent-login hands out the credentials of context wharf-test of ${home}/rewritten and is not on the PATH
`,
  },
];

/** Users who may do less than the stack needs. */
export const permissionRows: ClusterRow[] = [
  {
    name: "a user who may do nothing",
    config: inNamespace("unseen"),
    kubeconfig: ({ visitor }) => visitor,
    count: 14,
    report: `
  kubernetes:context   user system:serviceaccount:users:visitor may not create, get, list, watch, patch, delete namespaces in the cluster
                       kubectl auth can-i create namespaces
  kubernetes:context   user system:serviceaccount:users:visitor may not create, get, list, watch, patch, delete secrets in namespace unseen
                       kubectl auth can-i create secrets --namespace unseen
  kubernetes:context   user system:serviceaccount:users:visitor may not create, get, list, watch, patch, delete services in namespace unseen
                       kubectl auth can-i create services --namespace unseen
  kubernetes:context   user system:serviceaccount:users:visitor may not create, get, list, watch, patch, delete serviceaccounts in namespace unseen
                       kubectl auth can-i create serviceaccounts --namespace unseen
  kubernetes:context   user system:serviceaccount:users:visitor may not create, get, list, watch, patch, delete deployments.apps in namespace unseen
                       kubectl auth can-i create deployments.apps --namespace unseen
  kubernetes:context   user system:serviceaccount:users:visitor may not list, watch replicasets.apps in namespace unseen
                       kubectl auth can-i list replicasets.apps --namespace unseen
  kubernetes:context   user system:serviceaccount:users:visitor may not create, get, list, watch, delete pods in namespace unseen
                       kubectl auth can-i create pods --namespace unseen
  kubernetes:context   user system:serviceaccount:users:visitor may not create, get, list, watch, patch, delete persistentvolumeclaims in namespace unseen
                       kubectl auth can-i create persistentvolumeclaims --namespace unseen
  kubernetes:context   user system:serviceaccount:users:visitor may not create, get, list, watch, patch, delete jobs.batch in namespace unseen
                       kubectl auth can-i create jobs.batch --namespace unseen
  kubernetes:context   user system:serviceaccount:users:visitor may not create, get, list, watch, patch, delete networkpolicies.networking.k8s.io in namespace unseen
                       kubectl auth can-i create networkpolicies.networking.k8s.io --namespace unseen
  kubernetes:context   user system:serviceaccount:users:visitor may not create, get, list, watch, patch, delete daemonsets.apps in namespace unseen-trust
                       kubectl auth can-i create daemonsets.apps --namespace unseen-trust
  kubernetes:context   user system:serviceaccount:users:visitor may not create, get, list, watch, patch, delete configmaps in namespace unseen-trust
                       kubectl auth can-i create configmaps --namespace unseen-trust
  kubernetes:context   user system:serviceaccount:users:visitor may not list, watch pods in namespace unseen-trust
                       kubectl auth can-i list pods --namespace unseen-trust
  kubernetes:context   user system:serviceaccount:users:visitor may not create, get, list, watch, patch, delete networkpolicies.networking.k8s.io in namespace unseen-trust
                       kubectl auth can-i create networkpolicies.networking.k8s.io --namespace unseen-trust
`,
  },
  {
    name: "a user who may edit one namespace",
    config: existing("shared"),
    kubeconfig: ({ editor }) => editor,
    count: 5,
    stands: [namespaceOf("shared")],
    report: `
  kubernetes:context   user system:serviceaccount:users:editor may not create, get, list, watch, patch, delete namespaces in the cluster
                       kubectl auth can-i create namespaces
  kubernetes:context   user system:serviceaccount:users:editor may not create, get, list, watch, patch, delete daemonsets.apps in namespace shared-trust
                       kubectl auth can-i create daemonsets.apps --namespace shared-trust
  kubernetes:context   user system:serviceaccount:users:editor may not create, get, list, watch, patch, delete configmaps in namespace shared-trust
                       kubectl auth can-i create configmaps --namespace shared-trust
  kubernetes:context   user system:serviceaccount:users:editor may not list, watch pods in namespace shared-trust
                       kubectl auth can-i list pods --namespace shared-trust
  kubernetes:context   user system:serviceaccount:users:editor may not create, get, list, watch, patch, delete networkpolicies.networking.k8s.io in namespace shared-trust
                       kubectl auth can-i create networkpolicies.networking.k8s.io --namespace shared-trust
`,
  },
  {
    name: "a user who may not list the nodes that a limit has to admit",
    config: existing("shared", {
      trust: { enabled: false },
      networkPolicy: { fromNamespaces: ["shop"] },
    }),
    kubeconfig: ({ editor }) => editor,
    report: `
  wharf:kubernetes.networkPolicy.fromNodes   is missing beside wharf:kubernetes.networkPolicy.fromNamespaces: the nodes pull by their own addresses, which cannot be read from the cluster (kubectl auth can-i list nodes); name their ranges here, or an empty list that shuts them out
                                             pulumi config set --path 'wharf:kubernetes.networkPolicy.fromNodes[0]' 10.0.0.0/16
`,
  },
];

/** What the cluster has, lacks, or has given to others. */
export const clusterRows: ClusterRow[] = [
  {
    name: "an existing namespace that is not there",
    config: existing("shoop"),
    stands: [namespaceOf("shop")],
    report: `
  wharf:kubernetes.namespace   "shoop" does not exist, but wharf:kubernetes.existingNamespace is true; did you mean shop?
                               pulumi config set --path 'wharf:kubernetes.namespace' shop
`,
  },
  {
    name: "an existing namespace that resembles none",
    config: existing("warehouse"),
    report: `
  wharf:kubernetes.namespace   "warehouse" does not exist, but wharf:kubernetes.existingNamespace is true
                               kubectl create namespace warehouse
`,
  },
  {
    name: "a namespace that is there already",
    config: inNamespace("occupied"),
    stands: [namespaceOf("occupied")],
    report: `
  wharf:kubernetes.namespace   "occupied" is there already, and is not this stack's; use it as it is, or choose another name
                               pulumi config set --path 'wharf:kubernetes.existingNamespace' true
`,
  },
  {
    name: "a namespace of the stack's from before, with its images",
    config: inNamespace("kept"),
    count: 2,
    stands: [namespaceOf("kept", ofStack), ...boundClaim("kept", "registry-data", "", ofStack)],
    report: `
  wharf:kubernetes.namespace              "kept" is there already, from before this stack was taken down; use it as it is, or choose another name
                                          pulumi config set --path 'wharf:kubernetes.existingNamespace' true
  wharf:kubernetes.volume.existingClaim   is not set, but claim registry-data stands in namespace kept from before; take it up with the images in it, under new passwords and a new CA, or delete it
                                          pulumi config set --path 'wharf:kubernetes.volume.existingClaim' registry-data
`,
  },
  {
    name: "a namespace that is being deleted",
    config: inNamespace("leaving"),
    stands: [
      namespaceOf("leaving"),
      {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { namespace: "leaving", name: "stays", finalizers: ["example.com/stays"] },
      },
    ],
    report: `
  wharf:kubernetes.namespace   "leaving" is being deleted; wait until it is gone
                               kubectl wait --for=delete namespace/leaving
`,
  },
  {
    name: "the namespace of another stack of the name, by its id",
    config: inNamespace("theirs"),
    stands: standingStack("theirs", "standard", byId(othersId)),
    holds: "by their id",
    report: `
  wharf:kubernetes.namespace   "theirs" is that of another stack bad (io.wharf/stack-id=${othersId}), whose registry stands in it; where this stack made it and its state was lost, put that back (.wharf of the checkout, or what PULUMI_BACKEND_URL names), since with a new one passwords and the CA are new; else choose another name
                               pulumi config set --path 'wharf:kubernetes.namespace' theirs-2
`,
  },
  {
    name: "the namespace of another stack of the name from before ids, which the state does not have",
    config: inNamespace("unmarked"),
    stands: standingStack("unmarked", "standard"),
    holds: "by their id",
    report: `
  wharf:kubernetes.namespace   "unmarked" is that of another stack bad, whose registry stands in it; where this stack made it and its state was lost, put that back (.wharf of the checkout, or what PULUMI_BACKEND_URL names), since with a new one passwords and the CA are new; else choose another name
                               pulumi config set --path 'wharf:kubernetes.namespace' unmarked-2
`,
  },
  {
    name: "a kept claim that is to be taken over by the command line",
    config: inNamespace("claims"),
    takeOver: "registry-data",
    report: `
  --take-over registry-data   a claim is taken over by the description, where every later run finds it
                              pulumi config set --path 'wharf:kubernetes.volume.existingClaim' registry-data && pulumi config set --path 'wharf:kubernetes.existingNamespace' true
`,
  },
  {
    name: "a namespace of the nodes' trust that is another's",
    config: inNamespace("trusting"),
    stands: [namespaceOf("trusting-trust")],
    report: `
  wharf:kubernetes.trust.namespace   "trusting-trust" is there already, and is not this stack's; the namespace of the nodes' trust is made, so choose another name
                                     pulumi config set --path 'wharf:kubernetes.trust.namespace' trusting-trust-2
`,
  },
  {
    name: "a Service and a Deployment of another's by the same names",
    config: existing("crowded"),
    count: 2,
    stands: [
      namespaceOf("crowded"),
      serviceOf("crowded", "registry-service", {}),
      {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { namespace: "crowded", name: "registry" },
        spec: {
          replicas: 0,
          selector: { matchLabels: { app: "other" } },
          template: {
            metadata: { labels: { app: "other" } },
            spec: { containers: [{ name: "other", image: "other.example.com/other:1" }] },
          },
        },
      },
      secretOf("crowded", "registry-cert", "Opaque", {}),
    ],
    report: `
  wharf:kubernetes.service     "registry-service" is there already in namespace crowded, and is not this stack's; choose another name
                               pulumi config set --path 'wharf:kubernetes.service' registry-service-2
  wharf:kubernetes.namespace   "crowded" holds what is not this stack's under names that it needs: Deployment registry, Secret registry-cert; choose another namespace, or one that is made
                               pulumi config rm --path 'wharf:kubernetes.existingNamespace' && pulumi config set --path 'wharf:kubernetes.namespace' crowded-2
`,
  },
  {
    name: "a misspelt StorageClass",
    config: inNamespace("classless", { volume: { storageClass: "standrad" } }),
    report: `
  wharf:kubernetes.volume.storageClass   "standrad" is no StorageClass of the cluster; did you mean standard?
                                         pulumi config set --path 'wharf:kubernetes.volume.storageClass' standard
`,
  },
  {
    name: "a StorageClass that resembles none",
    config: inNamespace("classless", { volume: { storageClass: "gp3" } }),
    report: `
  wharf:kubernetes.volume.storageClass   "gp3" is no StorageClass of the cluster, which has standard
                                         kubectl get storageclasses
`,
  },
  {
    name: "a size below that of the claim",
    config: { ...inNamespace("large"), storage: { kind: "volume", sizeGiB: 5 } },
    stands: standingStack("large", "standard", byId(ownId)),
    holds: "by their id",
    report: `
  wharf:storage.sizeGiB   5 is below the 10 GiB of claim registry-data; a claim grows and never shrinks
                          pulumi config set --path 'wharf:storage.sizeGiB' 10
`,
  },
  {
    name: "a class that cannot expand",
    config: { ...inNamespace("stiff"), storage: { kind: "volume", sizeGiB: 20 } },
    stands: standingStack("stiff", "standard"),
    holds: "by their uid",
    report: `
  wharf:storage.sizeGiB   20 is above the 10 GiB that claim registry-data has, of StorageClass standard, which allows no expansion
                          pulumi config set --path 'wharf:storage.sizeGiB' 10
`,
  },
  {
    name: "a volume without a class that is to expand",
    config: { ...inNamespace("classic"), storage: { kind: "volume", sizeGiB: 20 } },
    stands: standingStack("classic", ""),
    holds: "by their uid",
    report: `
  wharf:storage.sizeGiB   20 is above the 10 GiB that claim registry-data has, of a volume without a class
                          pulumi config set --path 'wharf:storage.sizeGiB' 10
`,
  },
  {
    name: "a claim that is not there",
    config: existing("claimed", { volume: { existingClaim: "imags" } }),
    stands: [
      namespaceOf("claimed"),
      claimOf("claimed", "images", { storageClassName: "standard" }),
    ],
    report: `
  wharf:kubernetes.volume.existingClaim   "imags" is no claim of namespace claimed; did you mean images?
                                          pulumi config set --path 'wharf:kubernetes.volume.existingClaim' images
`,
  },
  {
    name: "a claim that fewer may write",
    config: existing("single", {
      volume: { existingClaim: "images", accessMode: "ReadWriteMany" },
    }),
    stands: [namespaceOf("single"), ...boundClaim("single", "images")],
    report: `
  wharf:kubernetes.volume.accessMode   "ReadWriteMany" is not what claim images allows, ReadWriteOnce
                                       pulumi config set --path 'wharf:kubernetes.volume.accessMode' ReadWriteOnce
`,
  },
  {
    name: "a claim that is too small",
    config: {
      ...existing("narrow", { volume: { existingClaim: "images" } }),
      storage: { kind: "volume", sizeGiB: 50 },
    },
    stands: [namespaceOf("narrow"), ...boundClaim("narrow", "images")],
    report: `
  wharf:storage.sizeGiB   50 is above the 10 GiB of claim images, which is not the stack's to expand
                          pulumi config set --path 'wharf:storage.sizeGiB' 10
`,
  },
  {
    name: "a directory of a server whose volume another claim has",
    config: inNamespace("second", {
      volume: {
        persistentVolume: {
          kind: "nfs",
          server: "nfs.example.com",
          path: "/first-images-volume",
        },
      },
    }),
    stands: [namespaceOf("first"), ...boundClaim("first", "images")],
    report: `
  wharf:kubernetes.volume.persistentVolume   PersistentVolume first-images-volume is there already, and is bound to claim images of namespace first
                                             kubectl describe persistentvolume first-images-volume
`,
  },
  {
    name: "a volume of the same name that nobody has bound",
    config: inNamespace("former", {
      volume: { persistentVolume: { kind: "hostPath", path: "/images" } },
    }),
    stands: [volumeOf("former-registry-data", {})],
    report: `
  wharf:kubernetes.volume.persistentVolume   PersistentVolume former-registry-data is there already, bound to no claim
                                             kubectl describe persistentvolume former-registry-data
`,
  },
  {
    name: "a misspelt node",
    config: inNamespace("nowhere", {
      volume: { persistentVolume: { kind: "local", path: "/images", node: "nod" } },
    }),
    report: `
  wharf:kubernetes.volume.persistentVolume.node   "nod" is no node of the cluster; did you mean node?
                                                  pulumi config set --path 'wharf:kubernetes.volume.persistentVolume.node' node
`,
  },
  {
    name: "a NodePort that another Service has",
    config: onNodePort("latecomer", 30555),
    stands: [
      namespaceOf("early"),
      serviceOf("early", "web", { type: "NodePort", ports: [{ port: 80, nodePort: 30555 }] }),
    ],
    report: `
  wharf:kubernetes.expose.nodePort   30555 is taken by Service web of namespace early
                                     pulumi config rm --path 'wharf:kubernetes.expose.nodePort'
`,
  },
  {
    name: "a NodePort of the stack's that is to be another's",
    config: onNodePort("moving", 30556),
    holds: "by their uid",
    stands: [
      namespaceOf("moving", ofStack),
      serviceOf("moving", "registry-service", { type: "NodePort" }, ofStack),
      namespaceOf("sitting"),
      serviceOf("sitting", "web", { type: "NodePort", ports: [{ port: 80, nodePort: 30556 }] }),
    ],
    report: `
  wharf:kubernetes.expose.nodePort   30556 is taken by Service web of namespace sitting
                                     pulumi config rm --path 'wharf:kubernetes.expose.nodePort'
`,
  },
  {
    name: "an address outside of the cluster's range",
    config: inNamespace("abroad", { expose: { kind: "ClusterIP", clusterIp: "192.0.2.1" } }),
    report: `
  wharf:kubernetes.expose.clusterIp   "192.0.2.1" is not in the cluster's range of Service addresses
                                      pulumi config rm --path 'wharf:kubernetes.expose.clusterIp'
`,
  },
  {
    name: "the address of another Service",
    config: ({ apiAddress: clusterIp }) =>
      inNamespace("doubled", { expose: { kind: "ClusterIP", clusterIp } }),
    report: ({ apiAddress }) => `
  wharf:kubernetes.expose.clusterIp   "${apiAddress}" is taken by Service kubernetes of namespace default
                                      pulumi config rm --path 'wharf:kubernetes.expose.clusterIp'
`,
  },
  {
    name: "a misspelt Secret",
    config: fromSecret("secretive", "registry-tsl"),
    stands: ({ certificate }) => [namespaceOf("secretive"), tlsSecret("secretive", certificate)],
    report: `
  wharf:tls.secretName   "registry-tsl" is no Secret of namespace secretive; did you mean registry-tls?
                         pulumi config set --path 'wharf:tls.secretName' registry-tls
`,
  },
  {
    name: "a Secret that is not there",
    config: fromSecret("open", "registry-tls"),
    stands: [namespaceOf("open")],
    report: `
  wharf:tls.secretName   "registry-tls" is no Secret of namespace open, which has none of type kubernetes.io/tls
                         kubectl create secret tls registry-tls --namespace open --cert tls.crt --key tls.key
`,
  },
  {
    name: "a Secret of another type",
    config: fromSecret("opaque", "registry-tls"),
    stands: [
      namespaceOf("opaque"),
      secretOf("opaque", "registry-tls", "Opaque", { "server.crt": "", "server.key": "" }),
    ],
    report: `
  wharf:tls.secretName   Secret "registry-tls", of type Opaque, holds no tls.crt and no tls.key; one of type kubernetes.io/tls does
                         kubectl describe secret registry-tls --namespace opaque
`,
  },
  {
    name: "a Secret whose certificate is none",
    config: fromSecret("garbled", "registry-tls"),
    stands: ({ certificate }) => [
      namespaceOf("garbled"),
      tlsSecret("garbled", { ...certificate, certificate: "in clear" }),
    ],
    report: `
  wharf:tls.secretName   the tls.crt of Secret "registry-tls" is no certificate in PEM
                         kubectl create secret tls registry-tls --namespace garbled --cert tls.crt --key tls.key --dry-run=client --output yaml | kubectl replace --filename -
`,
  },
  {
    name: "a Secret whose certificate lacks a name, and has ended",
    config: fromSecret("partial", "registry-tls"),
    stands: ({ expired }) => [namespaceOf("partial"), tlsSecret("partial", expired)],
    count: 2,
    report: `
  wharf:tls.secretName   the certificate of Secret "registry-tls": CN=registry.example.com expired on 2020-01-01
                         kubectl create secret tls registry-tls --namespace partial --cert tls.crt --key tls.key --dry-run=client --output yaml | kubectl replace --filename -
  wharf:tls.secretName   the certificate of Secret "registry-tls": does not cover images.example.com; it names DNS:registry.example.com
                         kubectl create secret tls registry-tls --namespace partial --cert tls.crt --key tls.key --dry-run=client --output yaml | kubectl replace --filename -
`,
  },
  {
    name: "a Secret whose CA ends before its certificate",
    config: {
      ...fromSecret("outlasting", "registry-tls"),
      endpoint: { hosts: ["registry.example.com"] },
    },
    stands: ({ authority, outlasting }) => [
      namespaceOf("outlasting"),
      tlsSecret("outlasting", outlasting, authority),
    ],
    report: ({ authority, outlasting }) => `
  wharf:tls.secretName   the certificate of Secret "registry-tls": CN=Example CA ends on ${endOf(authority)}, before CN=registry.example.com, which ends on ${endOf(outlasting)}: clients would refuse both from then on
                         kubectl create secret tls registry-tls --namespace outlasting --cert tls.crt --key tls.key --dry-run=client --output yaml | kubectl replace --filename -
`,
  },
  {
    name: "pull secrets for a namespace and a service account that are not there",
    config: inNamespace("generous", {
      pullSecrets: {
        in: [{ namespace: "paymnets" }, { namespace: "payments", serviceAccounts: ["runer"] }],
      },
    }),
    stands: [
      namespaceOf("payments"),
      {
        apiVersion: "v1",
        kind: "ServiceAccount",
        metadata: { namespace: "payments", name: "runner" },
      },
    ],
    count: 2,
    report: `
  wharf:kubernetes.pullSecrets.in[0].namespace            "paymnets" does not exist; did you mean payments?
                                                          pulumi config set --path 'wharf:kubernetes.pullSecrets.in[0].namespace' payments
  wharf:kubernetes.pullSecrets.in[1].serviceAccounts[0]   "runer" is no ServiceAccount of namespace payments; did you mean runner?
                                                          pulumi config set --path 'wharf:kubernetes.pullSecrets.in[1].serviceAccounts[0]' runner
`,
  },
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
  wharf:tls.issuer.name   "letsencrpt" is no ClusterIssuer of the cluster; did you mean letsencrypt?
                          pulumi config set --path 'wharf:tls.issuer.name' letsencrypt
`,
  },
  {
    name: "a Gateway where there is no Gateway API",
    config: inNamespace("gated", { expose: { ...ingress, kind: "Gateway", gateway: "public" } }),
    report: `
  wharf:kubernetes.expose.kind   "Gateway" needs HTTPRoute and BackendTLSPolicy of gateway.networking.k8s.io/v1, which the cluster does not know; Gateway API 1.4 has them
                                 pulumi config rm --path 'wharf:kubernetes.expose'
`,
  },
  {
    name: "monitoring where there is no Prometheus operator",
    config: {
      ...inNamespace("watched", { monitoring: { enabled: true } }),
      engine: { metrics: { enabled: true } },
    },
    report: `
  wharf:kubernetes.monitoring.enabled   true needs ServiceMonitor and PrometheusRule of monitoring.coreos.com/v1, which the cluster does not know; the Prometheus operator brings them
                                        pulumi config set --path 'wharf:kubernetes.monitoring.enabled' false
`,
  },
  {
    name: "an autoscaler where there is no metrics server",
    config: {
      ...inNamespace("scaled", { autoscaling: { maxReplicas: 3 } }),
      storage: { kind: "s3", bucket: "images", region: "eu-central-1" },
      engine: { cache: { kind: "redis" } },
    },
    report: `
  wharf:kubernetes.autoscaling   needs the use of processors, which no metrics server of the cluster tells (metrics.k8s.io/v1beta1)
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
  wharf:kubernetes.expose.className   "ngnix-internal" is no IngressClass of the cluster; did you mean nginx-internal?
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
  wharf:kubernetes.expose.controller   "traefik" needs its kind ServersTransport of traefik.io/v1alpha1, by which it verifies the registry's certificate, and the cluster does not know it
                                       kubectl get ingressclasses
`,
  },
  {
    name: "an IngressClass whose controller nobody knows",
    config: inNamespace("entered", { expose: { ...ingress, className: "public" } }),
    meanwhile: [ingressClass("public", "nginx.org/ingress-controller")],
    report: `
  wharf:kubernetes.expose.controller   is missing: IngressClass "public" belongs to nginx.org/ingress-controller, which Wharf does not know; the controller's limit on bodies, 1 MiB with ingress-nginx, and plain HTTP to the pods are lifted by annotations of its own: one of nginx, traefik, haproxy, haproxy-ingress, contour, alb, other belongs here, with "other" those of wharf:kubernetes.expose.annotations
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
        pullSecrets: { in: [{ namespace: "paymnets" }] },
      }),
      endpoint: { hosts: ["10.1.2.3"] },
      engine: { metrics: { enabled: true } },
    },
    stands: [namespaceOf("burdened"), namespaceOf("burdened-trust")],
    count: 6,
    report: `
  wharf:kubernetes.namespace                     "burdened" is there already, and is not this stack's; use it as it is, or choose another name
                                                 pulumi config set --path 'wharf:kubernetes.existingNamespace' true
  wharf:kubernetes.expose.nodePort               30555 is taken by Service web of namespace early
                                                 pulumi config rm --path 'wharf:kubernetes.expose.nodePort'
  wharf:kubernetes.pullSecrets.in[0].namespace   "paymnets" does not exist; did you mean payments?
                                                 pulumi config set --path 'wharf:kubernetes.pullSecrets.in[0].namespace' payments
  wharf:kubernetes.trust.namespace               "burdened-trust" is there already, and is not this stack's; the namespace of the nodes' trust is made, so choose another name
                                                 pulumi config set --path 'wharf:kubernetes.trust.namespace' burdened-trust-2
  wharf:kubernetes.volume.storageClass           "standrad" is no StorageClass of the cluster; did you mean standard?
                                                 pulumi config set --path 'wharf:kubernetes.volume.storageClass' standard
  wharf:kubernetes.monitoring.enabled            true needs ServiceMonitor and PrometheusRule of monitoring.coreos.com/v1, which the cluster does not know; the Prometheus operator brings them
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
