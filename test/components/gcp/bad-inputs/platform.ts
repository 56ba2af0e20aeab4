import type { GcpRow } from "./row";

/** What Artifact Registry has of its own, identities and nodes. */
export const platformRows: GcpRow[] = [
  {
    name: "a virtual repository before one that is not there",
    config: {
      repositories: [{ name: "shop/api" }],
      gcp: { virtualRepositories: [{ name: "all", upstreams: ["shop/apo"] }] },
    },
    report: `
  wharf:gcp.virtualRepositories[0].upstreams[0]   "shop/apo" is not a repository or cache of this description; did you mean shop/api?
                                                  pulumi config set --path 'wharf:gcp.virtualRepositories[0].upstreams[0]' shop/api
`,
  },
  {
    name: "a virtual repository before nothing",
    config: { gcp: { virtualRepositories: [{ name: "all", upstreams: [] }] } },
    report: `
  wharf:gcp.virtualRepositories[0].upstreams   has 0 entries; at least 1 belongs here
`,
  },
  {
    name: "a download rule for a repository that is not there",
    config: {
      repositories: [{ name: "shop/api" }],
      gcp: { downloadRules: [{ name: "no-latest", repository: "warehouse", action: "deny" }] },
    },
    report: `
  wharf:gcp.downloadRules[0].repository   "warehouse" is not a repository of this description, which has shop/api
`,
  },
  {
    name: "a domain of another registry",
    config: { gcp: { domains: ["europe.gcr.io"] } },
    report: `
  wharf:gcp.domains[0]   "europe.gcr.io" is not one of gcr.io, us.gcr.io, eu.gcr.io, asia.gcr.io
`,
  },
  {
    name: "a condition on a grant",
    config: {
      access: { pull: ["group:contractors@example.com"] },
      gcp: {
        conditions: [
          {
            principal: "group:contractors@example.com",
            title: "until 2027",
            expression: "request.time < timestamp('2027-01-01T00:00:00Z')",
          },
        ],
      },
    },
    report: `
  wharf:gcp.conditions   the provider reads policies of repositories without their conditions and would remove them with the next change; grant with a condition on the project: gcloud projects add-iam-policy-binding PROJECT --member PRINCIPAL --role roles/artifactregistry.reader --condition 'title=TITLE,expression=EXPRESSION'
                         pulumi config rm --path 'wharf:gcp.conditions'
`,
  },
  {
    name: "keys of an issuer that no identity has",
    config: { gcp: { jwks: { "https://git.example.com": '{"keys": [{}]}' } } },
    report: `
  wharf:gcp.jwks["https://git.example.com"]   "https://git.example.com" is not an issuer of wharf:identities, which has none
                                              pulumi config rm --path 'wharf:gcp.jwks["https://git.example.com"]'
`,
  },
  {
    name: "keys that are none",
    config: {
      repositories: [{ name: "app" }],
      identities: [
        { name: "ci", issuer: "https://git.example.com", project: "acme/shop", push: ["app"] },
      ],
      gcp: { jwks: { "https://git.example.com": "-----BEGIN PUBLIC KEY-----" } },
    },
    report: `
  wharf:gcp.jwks["https://git.example.com"]   is not a JSON Web Key Set, as in {"keys": [{"kty": "RSA", ...}]}
                                              pulumi config set --path 'wharf:gcp.jwks["https://git.example.com"]' "$(curl --silent --fail https://git.example.com/oauth/discovery/keys)"
`,
  },
  {
    name: "settings of the project without an owner",
    config: { gcp: { projectSettings: { platformLogs: "info" } } },
    report: `
  wharf:gcp.projectSettings.owner   is missing; name the stack that manages these settings
`,
  },
  {
    name: "an unknown severity",
    config: { gcp: { projectSettings: { owner: "bad", platformLogs: "warn" } } },
    report: `
  wharf:gcp.projectSettings.platformLogs   "warn" is not one of disabled, debug, info, notice, warning, error, critical, alert, emergency; did you mean warning?
                                           pulumi config set --path 'wharf:gcp.projectSettings.platformLogs' warning
`,
  },
  {
    name: "a password in place of a secret's version",
    config: {
      pullThroughCaches: [
        { upstream: "docker-hub", credentials: { username: "acme", passwordSecret: "hunter2" } },
      ],
    },
    report: `
  wharf:pullThroughCaches[0].credentials.passwordSecret   the value is not the name of a version of a secret, as in projects/acme-registry/secrets/docker-hub/versions/1; store the secret itself in Secret Manager
                                                          gcloud secrets create docker-hub --data-file -
`,
  },
  {
    name: "a cache with a port",
    config: { pullThroughCaches: [{ upstream: "quay", port: 5001 }] },
    report: `
  wharf:pullThroughCaches[0].port   not on gcp: Artifact Registry serves caches and repositories on one port; read the cache's address from the stack's output repositories
                                    pulumi config rm --path 'wharf:pullThroughCaches[0].port'
`,
  },
  {
    name: "a branch whose subject is too long",
    config: {
      identities: [{ name: "ci", project: "acme/shop", branch: "f".repeat(120), push: ["app"] }],
    },
    report: `
  wharf:identities[0]   its tokens have the subject repo:acme/shop:ref:refs/heads/${"f".repeat(120)}, 150 characters; Google Cloud accepts 127 at most, so give the branch, tag or environment a shorter name
`,
  },
  {
    name: "more patterns than Google tells apart",
    config: {
      identities: Array.from({ length: 51 }, (_, i) => ({
        name: `ci-${i}`,
        project: `acme/shop-${i}`,
        tag: "v*",
        push: ["app"],
      })),
    },
    report: `
  wharf:identities   51 identities of https://token.actions.githubusercontent.com have patterns; Google Cloud allows 50, so describe some of them in another stack
`,
  },
  {
    name: "a beginning of an identity pool's id that Google keeps for itself",
    config: { gcp: { identityPool: "gcp-shop" } },
    report: `
  wharf:gcp.identityPool   "gcp-shop" is not a prefix for the id of an identity pool: 4 to 18 lower-case letters, digits and -, starting with a letter, not with gcp-
`,
  },
  {
    name: "a custom role whose id Google does not take",
    config: { gcp: { deletingRole: "wharf-delete" } },
    report: `
  wharf:gcp.deletingRole   "wharf-delete" is not the id of a custom role: 3 to 64 letters, digits, _ and .
`,
  },
  {
    name: "nodes as a principal",
    config: {
      clusters: [{ name: "prod", nodes: "serviceAccount:nodes@acme-gke.iam.gserviceaccount.com" }],
    },
    report: `
  wharf:clusters[0].nodes   "serviceAccount:nodes@acme-gke.iam.gserviceaccount.com" is not the e-mail address of a service account, as in nodes@acme-clusters.iam.gserviceaccount.com
                            pulumi config set --path 'wharf:clusters[0].nodes' nodes@acme-gke.iam.gserviceaccount.com
`,
  },
  {
    name: "nodes of another cloud",
    config: { clusters: [{ name: "prod", nodes: "arn:aws:iam::123456789012:role/nodes" }] },
    report: `
  wharf:clusters[0].nodes   "arn:aws:iam::123456789012:role/nodes" is not the e-mail address of a service account, as in nodes@acme-clusters.iam.gserviceaccount.com
                            gcloud container node-pools describe POOL --cluster CLUSTER --format 'value(config.serviceAccount)'
`,
  },
  {
    name: "a pool in place of its project",
    config: {
      clusters: [
        {
          name: "prod",
          issuer: "acme-gke.svc.id.goog",
          workloads: [{ namespace: "flux", serviceAccount: "reflector" }],
        },
      ],
    },
    report: `
  wharf:clusters[0].issuer   "acme-gke.svc.id.goog" is not a project id; name GKE's workload identity pool by its project, as in acme-clusters
                             pulumi config set --path 'wharf:clusters[0].issuer' acme-gke
`,
  },
  {
    name: "nodes that may pull already",
    config: {
      access: { pull: ["serviceAccount:nodes@acme-gke.iam.gserviceaccount.com"] },
      clusters: [{ name: "prod", nodes: "nodes@acme-gke.iam.gserviceaccount.com" }],
    },
    report: `
  wharf:clusters[0].nodes   "nodes@acme-gke.iam.gserviceaccount.com" may already pull by wharf:access.pull[0]; name it once, since removing it from one place removes the grant of both
                            pulumi config rm --path 'wharf:access.pull[0]'
`,
  },
];
