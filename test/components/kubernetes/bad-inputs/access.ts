import { parse, stringify } from "yaml";
import type { ClusterRow } from "./row";
import { inNamespace, existing, namespaceOf } from "./objects";

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
  kubernetes:kubeconfig   no kubeconfig: neither this key nor KUBECONFIG names one, and ${home}/.kube/config does not exist
                          pulumi config set kubernetes:kubeconfig PATH
`,
  },
  {
    name: "a kubeconfig that does not exist",
    config: {},
    kubeconfig: ({ home }) => `${home}/absent`,
    report: ({ home }) => `
  kubernetes:kubeconfig   ${home}/absent does not exist
                          unset KUBECONFIG
`,
  },
  {
    name: "a kubeconfig of the stack's own that does not exist",
    config: {},
    provider: { kubeconfig: "clusters/prod.yaml" },
    report: `
  kubernetes:kubeconfig   clusters/prod.yaml does not exist
                          pulumi config rm kubernetes:kubeconfig
`,
  },
  {
    name: "a kubeconfig that is not YAML",
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
  kubernetes:context   "wharf-tset" is not a context of ${kubeconfig}; did you mean wharf-test?
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
  kubernetes:context   the cluster at ${server} (context wharf-test of ${home}/rewritten) cannot be reached: unable to verify the first certificate
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
    name: "a program for credentials that does not exist",
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
  kubernetes:context   wharf-absent-login provides the credentials of context wharf-test of ${home}/rewritten and is not on the PATH
`,
  },
];

/** What a user may not do in the cluster. */
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
  wharf:kubernetes.networkPolicy.fromNodes   is missing beside wharf:kubernetes.networkPolicy.fromNamespaces: the nodes pull by their own addresses, which cannot be read from the cluster (kubectl auth can-i list nodes); give their ranges here, or an empty list, which admits no nodes
                                             pulumi config set --path 'wharf:kubernetes.networkPolicy.fromNodes[0]' 10.0.0.0/16
`,
  },
];
