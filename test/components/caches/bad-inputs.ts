/** A description whose caches are refused. */
export interface CacheRow {
  name: string;
  /** The stack's config, keys without the `wharf:` before them; `target` is docker where it is not named. */
  config: Record<string, unknown>;
  /** Keys that were set as secrets. */
  secretKeys?: string[];
  /** The report below its first line. */
  report: string;
}

const hub = { upstream: "docker-hub" };
const reader = { username: "reader" };
const proxy = { remoteUrl: "https://mirror.example.com" };

/** Descriptions that are refused by what they say of caches. */
export const cacheRows: CacheRow[] = [
  {
    name: "a misspelt word for an upstream",
    config: { pullThroughCaches: [{ upstream: "dockerhub" }] },
    report: `
  wharf:pullThroughCaches[0].upstream   "dockerhub" is neither one of docker-hub, ghcr, quay, kubernetes, ecr-public nor the URL of a registry, with scheme, host and port only; did you mean docker-hub?
`,
  },
  {
    name: "hosts that are known by a word",
    config: {
      pullThroughCaches: [
        { upstream: "https://docker.io" },
        { upstream: "https://hub.docker.com/" },
        { upstream: "https://registry-1.docker.io" },
        { upstream: "registry.k8s.io" },
      ],
    },
    report: `
  wharf:pullThroughCaches[0].upstream   "https://docker.io" is neither one of docker-hub, ghcr, quay, kubernetes, ecr-public nor the URL of a registry, with scheme, host and port only; did you mean docker-hub?
  wharf:pullThroughCaches[1].upstream   "https://hub.docker.com/" is neither one of docker-hub, ghcr, quay, kubernetes, ecr-public nor the URL of a registry, with scheme, host and port only; did you mean docker-hub?
  wharf:pullThroughCaches[2].upstream   "https://registry-1.docker.io" is neither one of docker-hub, ghcr, quay, kubernetes, ecr-public nor the URL of a registry, with scheme, host and port only; did you mean docker-hub?
  wharf:pullThroughCaches[3].upstream   "registry.k8s.io" is neither one of docker-hub, ghcr, quay, kubernetes, ecr-public nor the URL of a registry, with scheme, host and port only; did you mean kubernetes?
`,
  },
  {
    name: "an upstream's URL with a path",
    config: { pullThroughCaches: [{ upstream: "https://registry.example.com/v2/" }] },
    report: `
  wharf:pullThroughCaches[0].upstream   "https://registry.example.com/v2/" is neither one of docker-hub, ghcr, quay, kubernetes, ecr-public nor the URL of a registry, with scheme, host and port only
`,
  },
  {
    name: "a user in an upstream's URL",
    config: { pullThroughCaches: [{ upstream: "https://reader:hidden@registry.example.com" }] },
    report: `
  wharf:pullThroughCaches[0].upstream   "https://reader:hidden@registry.example.com" is neither one of docker-hub, ghcr, quay, kubernetes, ecr-public nor the URL of a registry, with scheme, host and port only
`,
  },
  {
    name: "two caches of one upstream",
    config: { pullThroughCaches: [hub, { upstream: "quay" }, { ...hub, name: "hub-2" }] },
    report: `
  wharf:pullThroughCaches[2].upstream   "docker-hub" has a cache already, wharf:pullThroughCaches[0]
                                        pulumi config rm --path 'wharf:pullThroughCaches[2]'
`,
  },
  {
    name: "two caches of one name",
    config: { pullThroughCaches: [{ upstream: "quay" }, { upstream: "ghcr", name: "quay" }] },
    report: `
  wharf:pullThroughCaches[1].name   "quay" appears twice, first in wharf:pullThroughCaches[0]
                                    pulumi config set --path 'wharf:pullThroughCaches[1].name' quay-2
`,
  },
  {
    name: "an upstream's host that makes no name",
    config: { pullThroughCaches: [{ upstream: "https://192.0.2.10" }] },
    report: `
  wharf:pullThroughCaches[0].name   is missing, and "192-0-2-10", after the upstream's host, is not a name of a cache: 2 to 30 lower-case letters, digits and - between them, a letter first
                                    pulumi config set --path 'wharf:pullThroughCaches[0].name' cache-1
`,
  },
  {
    name: "a user without a password",
    config: { pullThroughCaches: [{ ...hub, credentials: reader }] },
    report: `
  wharf:pullThroughCaches[0].credentials.password   is missing, while wharf:pullThroughCaches[0].credentials.username is "reader"
                                                    pulumi config set --secret --path 'wharf:pullThroughCaches[0].credentials.password'
`,
  },
  {
    name: "a password in plaintext",
    config: { pullThroughCaches: [{ ...hub, credentials: { ...reader, password: "hidden" } }] },
    report: `
  wharf:pullThroughCaches[0].credentials.password   is in plaintext in the stack's config; set a secret encrypted
                                                    pulumi config set --secret --path 'wharf:pullThroughCaches[0].credentials.password'
`,
  },
  {
    name: "a password twice",
    config: {
      target: "aws",
      pullThroughCaches: [
        {
          ...hub,
          credentials: {
            ...reader,
            password: "hidden",
            passwordSecret:
              "arn:aws:secretsmanager:eu-central-1:123456789012:secret:ecr-pullthroughcache/hub-AbCdEf",
          },
        },
      ],
    },
    secretKeys: ["pullThroughCaches"],
    report: `
  wharf:pullThroughCaches[0].credentials.passwordSecret   is set together with a password; one of the two is enough
                                                          pulumi config rm --path 'wharf:pullThroughCaches[0].credentials.password'
`,
  },
  {
    name: "a password in a cloud's store of secrets",
    config: { pullThroughCaches: [{ ...hub, credentials: { ...reader, passwordSecret: "hub" } }] },
    report: `
  wharf:pullThroughCaches[0].credentials.passwordSecret   not on docker: a self-hosted registry does not read a cloud's store of secrets; set credentials.password as a secret of the stack
                                                          pulumi config rm --path 'wharf:pullThroughCaches[0].credentials.passwordSecret'
`,
  },
  {
    name: "an upstream over plain HTTP outside a lab",
    config: {
      environment: "dev",
      endpoint: { hosts: ["registry.example.com"] },
      pullThroughCaches: [{ upstream: "http://registry.lan:5000" }],
    },
    report: `
  wharf:pullThroughCaches[0].upstream   "http://registry.lan:5000" is asked without encryption, so that anyone on the way could change an image; http is allowed only in a lab on docker or kubernetes
                                        pulumi config set --path 'wharf:pullThroughCaches[0].upstream' https://registry.lan:5000
`,
  },
  {
    name: "a registry that is a cache itself",
    config: { pullThroughCaches: [hub], distribution: { proxy } },
    report: `
  wharf:distribution.proxy   makes the whole registry a cache of https://mirror.example.com, and wharf:pullThroughCaches are beside a registry; add that upstream to the list
                             pulumi config set --path 'wharf:pullThroughCaches[1].upstream' https://mirror.example.com && pulumi config rm --path 'wharf:distribution.proxy'
`,
  },
  {
    name: "the registry's own port",
    config: { pullThroughCaches: [{ ...hub, port: 5000 }] },
    report: `
  wharf:pullThroughCaches[0].port   5000 is the registry's own (wharf:endpoint.port)
                                    pulumi config set --path 'wharf:pullThroughCaches[0].port' 5001
`,
  },
  {
    name: "a port that another cache has by default",
    config: { pullThroughCaches: [hub, { upstream: "quay", port: 5001 }] },
    report: `
  wharf:pullThroughCaches[1].port   5001 is that of wharf:pullThroughCaches[0] as well
                                    pulumi config set --path 'wharf:pullThroughCaches[1].port' 5002
`,
  },
  {
    name: "a port that a cache would have by default and another one has",
    config: { pullThroughCaches: [{ ...hub, port: 5002 }, { upstream: "quay" }] },
    report: `
  wharf:pullThroughCaches[1].port   5002, as it is by default, is that of wharf:pullThroughCaches[0] as well
                                    pulumi config set --path 'wharf:pullThroughCaches[1].port' 5003
`,
  },
  {
    name: "no port left for a cache",
    config: { endpoint: { port: 65535 }, pullThroughCaches: [hub] },
    report: `
  wharf:pullThroughCaches[0].port   65536, as it is by default, is above 65535, the highest port there is
                                    pulumi config set --path 'wharf:pullThroughCaches[0].port' 65534
`,
  },
  {
    name: "a port of a cache on Kubernetes",
    config: { target: "kubernetes", pullThroughCaches: [{ ...hub, port: 5001 }] },
    report: `
  wharf:pullThroughCaches[0].port   not on kubernetes: a cache has a Service of its own; read its address from the stack's output mirrors
                                    pulumi config rm --path 'wharf:pullThroughCaches[0].port'
`,
  },
  {
    name: "a size of a cache on Docker",
    config: { pullThroughCaches: [{ ...hub, sizeGiB: 20 }] },
    report: `
  wharf:pullThroughCaches[0].sizeGiB   not on docker: Docker's volumes have no size limit; leave sizeGiB out
                                       pulumi config rm --path 'wharf:pullThroughCaches[0].sizeGiB'
`,
  },
  {
    name: "a cache that takes the name of the registry's Service",
    config: {
      target: "kubernetes",
      kubernetes: { service: "registry-cache-quay" },
      pullThroughCaches: [{ upstream: "quay" }],
    },
    report: `
  wharf:pullThroughCaches[0].name   "quay" would give its Service the name of the registry's Service, registry-cache-quay (wharf:kubernetes.service)
                                    pulumi config set --path 'wharf:pullThroughCaches[0].name' quay-1
`,
  },
  {
    name: "nodes that pull through caches, of which there is none",
    config: { target: "kubernetes", kubernetes: { trust: { mirrors: true } } },
    report: `
  wharf:kubernetes.trust.mirrors   true has nodes pull through caches, but wharf:pullThroughCaches has none
                                   pulumi config rm --path 'wharf:kubernetes.trust.mirrors'
`,
  },
  {
    name: "nodes that pull through caches, without what tells them",
    config: {
      target: "kubernetes",
      kubernetes: { trust: { mirrors: true, enabled: false } },
      pullThroughCaches: [hub],
    },
    report: `
  wharf:kubernetes.trust.mirrors   true needs the DaemonSet that writes to the nodes, but wharf:kubernetes.trust.enabled is false
                                   pulumi config set --path 'wharf:kubernetes.trust.enabled' true
`,
  },
];
