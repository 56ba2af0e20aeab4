import type { ClusterRow } from "./row";
import {
  inNamespace,
  existing,
  namespaceOf,
  ofStack,
  byId,
  othersId,
  serviceOf,
  boundClaim,
  standingStack,
  secretOf,
} from "./objects";

/** Namespaces and objects of others, and those of the stack from before. */
export const namespaceRows: ClusterRow[] = [
  {
    name: "existingNamespace without the namespace",
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
    name: "an existing namespace",
    config: inNamespace("occupied"),
    stands: [namespaceOf("occupied")],
    report: `
  wharf:kubernetes.namespace   "occupied" exists already, and does not belong to this stack; use it as it is, or choose another name
                               pulumi config set --path 'wharf:kubernetes.existingNamespace' true
`,
  },
  {
    name: "a namespace of the stack's from before, with its images",
    config: inNamespace("kept"),
    count: 2,
    stands: [namespaceOf("kept", ofStack), ...boundClaim("kept", "registry-data", "", ofStack)],
    report: `
  wharf:kubernetes.namespace              "kept" exists already, from before this stack was taken down; use it as it is, or choose another name
                                          pulumi config set --path 'wharf:kubernetes.existingNamespace' true
  wharf:kubernetes.volume.existingClaim   is not set, but claim registry-data exists in namespace kept from an earlier stack; use it again with the images in it, under new passwords and a new CA, or delete it
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
  wharf:kubernetes.namespace   "theirs" is that of another stack bad (io.wharf/stack-id=${othersId}), whose registry runs in it; where this stack created it and its state was lost, restore the state (.wharf of the checkout, or what PULUMI_BACKEND_URL names), since with a new one passwords and the CA are new; otherwise choose another name
                               pulumi config set --path 'wharf:kubernetes.namespace' theirs-2
`,
  },
  {
    name: "the namespace of another stack of the name from before ids, which the state does not have",
    config: inNamespace("unmarked"),
    stands: standingStack("unmarked", "standard"),
    holds: "by their id",
    report: `
  wharf:kubernetes.namespace   "unmarked" is that of another stack bad, whose registry runs in it; where this stack created it and its state was lost, restore the state (.wharf of the checkout, or what PULUMI_BACKEND_URL names), since with a new one passwords and the CA are new; otherwise choose another name
                               pulumi config set --path 'wharf:kubernetes.namespace' unmarked-2
`,
  },
  {
    name: "a kept claim that is to be taken over by the command line",
    config: inNamespace("claims"),
    takeOver: "registry-data",
    report: `
  --take-over registry-data   a claim is taken over by the description, so that every later run finds it
                              pulumi config set --path 'wharf:kubernetes.volume.existingClaim' registry-data && pulumi config set --path 'wharf:kubernetes.existingNamespace' true
`,
  },
  {
    name: "a namespace of the nodes' trust that is another's",
    config: inNamespace("trusting"),
    stands: [namespaceOf("trusting-trust")],
    report: `
  wharf:kubernetes.trust.namespace   "trusting-trust" exists already, and does not belong to this stack; the namespace for the nodes' trust is created by the stack, so choose another name
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
  wharf:kubernetes.service     "registry-service" exists already in namespace crowded, and does not belong to this stack; choose another name
                               pulumi config set --path 'wharf:kubernetes.service' registry-service-2
  wharf:kubernetes.namespace   "crowded" has objects of others under names that this stack needs: Deployment registry, Secret registry-cert; choose another namespace, or let Wharf create one
                               pulumi config rm --path 'wharf:kubernetes.existingNamespace' && pulumi config set --path 'wharf:kubernetes.namespace' crowded-2
`,
  },
];
