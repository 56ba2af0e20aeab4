import { endOf } from "../../../support/test-certificates";
import type { ClusterRow } from "./row";
import {
  inNamespace,
  onNodePort,
  namespaceOf,
  ofStack,
  serviceOf,
  secretOf,
  fromSecret,
  tlsSecret,
} from "./objects";

/** Ports and addresses that others have. */
export const networkRows: ClusterRow[] = [
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
];

/** Secrets with certificates, and those by which others pull. */
export const secretRows: ClusterRow[] = [
  {
    name: "a misspelt Secret",
    config: fromSecret("secretive", "registry-tsl"),
    stands: ({ certificate }) => [namespaceOf("secretive"), tlsSecret("secretive", certificate)],
    report: `
  wharf:tls.secretName   "registry-tsl" is not a Secret of namespace secretive; did you mean registry-tls?
                         pulumi config set --path 'wharf:tls.secretName' registry-tls
`,
  },
  {
    name: "a Secret that does not exist",
    config: fromSecret("open", "registry-tls"),
    stands: [namespaceOf("open")],
    report: `
  wharf:tls.secretName   "registry-tls" is not a Secret of namespace open, which has none of type kubernetes.io/tls
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
      tlsSecret("garbled", { ...certificate, certificate: "plaintext" }),
    ],
    report: `
  wharf:tls.secretName   the tls.crt of Secret "registry-tls" is not a certificate in PEM
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
  wharf:tls.secretName   the certificate of Secret "registry-tls": CN=Example CA expires on ${endOf(authority)}, before CN=registry.example.com, which expires on ${endOf(outlasting)}: clients would refuse both from then on
                         kubectl create secret tls registry-tls --namespace outlasting --cert tls.crt --key tls.key --dry-run=client --output yaml | kubectl replace --filename -
`,
  },
  {
    name: "pull secrets for a namespace and a service account that are not there",
    config: inNamespace("generous", {
      pullSecrets: {
        namespaces: [
          { namespace: "paymnets" },
          { namespace: "payments", serviceAccounts: ["runer"] },
        ],
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
  wharf:kubernetes.pullSecrets.namespaces[0].namespace            "paymnets" does not exist; did you mean payments?
                                                                  pulumi config set --path 'wharf:kubernetes.pullSecrets.namespaces[0].namespace' payments
  wharf:kubernetes.pullSecrets.namespaces[1].serviceAccounts[0]   "runer" is not a ServiceAccount of namespace payments; did you mean runner?
                                                                  pulumi config set --path 'wharf:kubernetes.pullSecrets.namespaces[1].serviceAccounts[0]' runner
`,
  },
];
