/** A description for Google Cloud that is refused. */
export interface GcpRow {
  name: string;
  /** The stack's config beside the target, keys without the `wharf:` before them. */
  config: Record<string, unknown>;
  /** The report below its first line and the empty one after it. */
  report: string;
}

const build = { repository: "app", source: "github.com/acme/shop" };
const connections = { "github.com": { existing: "github" } };
const workerPool = "projects/acme-registry/locations/europe-west1/workerPools/builders";

/** Builds that Cloud Build cannot make. */
const buildRows: GcpRow[] = [
  {
    name: "a source of another cloud",
    config: { builds: [{ repository: "app", source: "dev.azure.com/acme/shop/_git/api" }] },
    report: `
  wharf:builds[0].source   Cloud Build does not reach dev.azure.com; it builds from github.com, gitlab.com, bitbucket.org and source.developers.google.com, so mirror the repository there
`,
  },
  {
    name: "a source without a connection",
    config: { builds: [build], gcp: { location: "europe-west3" } },
    report: `
  wharf:builds[0].source   Cloud Build reaches github.com by a connection, and wharf:gcp.builds.connections has none for it; somebody who may install apps there authorises one, once
                           gcloud builds connections create github wharf --region europe-west3 && pulumi config set --path 'wharf:gcp.builds.connections["github.com"].existing' wharf
`,
  },
  {
    name: "a connection that lacks tokens",
    config: {
      builds: [{ repository: "app", source: "gitlab.com/acme/shop" }],
      gcp: {
        builds: {
          connections: { "gitlab.com": { tokenSecret: "projects/keys/secrets/token/versions/1" } },
        },
      },
    },
    report: `
  wharf:gcp.builds.connections["gitlab.com"]   lacks readTokenSecret, webhookSecret, of which Wharf makes a connection; or name one that is there in existing
                                               pulumi config set --path 'wharf:gcp.builds.connections["gitlab.com"].readTokenSecret' projects/PROJECT/secrets/gitlab-read-token/versions/1 && pulumi config set --path 'wharf:gcp.builds.connections["gitlab.com"].webhookSecret' projects/PROJECT/secrets/gitlab-webhook/versions/1
`,
  },
  {
    name: "a token in place of a secret's version",
    config: {
      builds: [build],
      gcp: {
        builds: {
          connections: { "github.com": { installationId: 4711, tokenSecret: "ghp_012345" } },
        },
      },
    },
    report: `
  wharf:gcp.builds.connections["github.com"].tokenSecret   the value is no version of a secret, as in projects/acme-registry/secrets/github-token/versions/1; what it holds belongs into Secret Manager
                                                           gcloud secrets create github-token --data-file -
`,
  },
  {
    name: "two ways to one host",
    config: {
      builds: [build],
      gcp: {
        builds: { connections: { "github.com": { existing: "github", installationId: 4711 } } },
      },
    },
    report: `
  wharf:gcp.builds.connections["github.com"].installationId   stands beside existing, which takes the place of all others
                                                              pulumi config rm --path 'wharf:gcp.builds.connections["github.com"].installationId'
`,
  },
  {
    name: "a host by half its name",
    config: { builds: [], gcp: { builds: { connections: { github: { existing: "github" } } } } },
    report: `
  wharf:gcp.builds.connections.github   unknown key; did you mean wharf:gcp.builds.connections["github.com"]?
                                        pulumi config rm --path 'wharf:gcp.builds.connections.github'
`,
  },
  {
    name: "a connection of no region",
    config: { builds: [build], gcp: { builds: { connections, location: "global" } } },
    report: `
  wharf:gcp.builds.location   "global" is no region, and the connection to github.com for wharf:builds[0] is of the second generation, which has regions alone; name one, or leave it out for that of the repositories
                              pulumi config rm --path 'wharf:gcp.builds.location'
`,
  },
  {
    name: "a schedule of no region",
    config: {
      builds: [{ ...build, schedule: "0 3 * * *", tags: ["{build}"] }],
      gcp: {
        builds: { connections: { "github.com": { firstGeneration: true } }, location: "global" },
      },
    },
    report: `
  wharf:gcp.builds.location   "global" is no region, and Cloud Scheduler, which starts wharf:builds[0], has regions alone; name one, or leave it out for that of the repositories
                              pulumi config rm --path 'wharf:gcp.builds.location'
`,
  },
  {
    name: "builds in several regions at once",
    config: { builds: [build], gcp: { location: "europe", builds: { connections } } },
    report: `
  wharf:gcp.builds.location   is not set, and "europe" is a location of repositories and no region of Cloud Build; a region belongs here
                              pulumi config set --path 'wharf:gcp.builds.location' europe-west1
`,
  },
  {
    name: "builds in a region that there is not",
    config: { builds: [build], gcp: { builds: { connections, location: "europe-west33" } } },
    report: `
  wharf:gcp.builds.location   "europe-west33" is no region of Cloud Build; did you mean europe-west3?
                              pulumi config set --path 'wharf:gcp.builds.location' europe-west3
`,
  },
  {
    name: "a private pool in another region",
    config: {
      builds: [build],
      gcp: { location: "europe-west3", builds: { connections, workerPool } },
    },
    report: `
  wharf:gcp.builds.workerPool   the private pool is in europe-west1, and the builds are in europe-west3; Cloud Build takes a pool of its own region
                                pulumi config set --path 'wharf:gcp.builds.location' europe-west1
`,
  },
  {
    name: "layers on the disk of a worker",
    config: { builds: [{ ...build, cache: { kind: "local" } }], gcp: { builds: { connections } } },
    report: `
  wharf:builds[0].cache   not on gcp: the workers of Cloud Build begin with nothing on their disks; keep the layers in a registry
                          pulumi config rm --path 'wharf:builds[0].cache'
`,
  },
];

/** Descriptions for Google Cloud that are refused by what they say, with the report of each below its first line. */
export const gcpRows: GcpRow[] = [
  {
    name: "a repository that begins with a digit",
    config: { repositories: [{ name: "7zip/cli" }] },
    report: `
  wharf:repositories[0].name   "7zip/cli" becomes 7zip-cli, which is no repository of Artifact Registry: its name begins with a letter, ends with a letter or digit, holds lower-case letters, digits and - alone, and has 63 characters at most
`,
  },
  {
    name: "a repository whose name is too long",
    config: { repositories: [{ name: `team/${"a".repeat(60)}` }] },
    report: `
  wharf:repositories[0].name   "team/${"a".repeat(60)}" becomes team-${"a".repeat(60)}, which is no repository of Artifact Registry: its name begins with a letter, ends with a letter or digit, holds lower-case letters, digits and - alone, and has 63 characters at most
`,
  },
  {
    name: "repositories that would be one",
    config: { repositories: [{ name: "shop/api" }, { name: "shop-api" }] },
    report: `
  wharf:repositories[1].name   "shop-api" becomes the repository shop-api, as "shop/api" of wharf:repositories[0].name does
`,
  },
  {
    name: "a cache of a repository's name",
    config: { repositories: [{ name: "quay" }], caches: [{ upstream: "quay" }] },
    report: `
  wharf:caches[0].name   "quay" becomes the repository quay, as "quay" of wharf:repositories[0].name does
`,
  },
  {
    name: "a repository named as a domain",
    config: { repositories: [{ name: "eu.gcr.io" }] },
    report: `
  wharf:repositories[0].name   "eu.gcr.io" is a domain of Container Registry; ask for it in wharf:gcp.domains
                               pulumi config rm --path 'wharf:repositories[0]' && pulumi config set --path 'wharf:gcp.domains[0]' eu.gcr.io
`,
  },
  {
    name: "a location that there is not",
    config: { gcp: { location: "europe-west33" } },
    report: `
  wharf:gcp.location   "europe-west33" is no location of Artifact Registry; did you mean europe-west3?
                       pulumi config set --path 'wharf:gcp.location' europe-west3
`,
  },
  {
    name: "a zone for a location",
    config: { gcp: { location: "europe-west3-a" } },
    report: `
  wharf:gcp.location   "europe-west3-a" is a zone; repositories are in a region, europe-west3, or in asia, europe, us
                       pulumi config set --path 'wharf:gcp.location' europe-west3
`,
  },
  {
    name: "a location of another cloud",
    config: { gcp: { location: "eu-central-1" } },
    report: `
  wharf:gcp.location   "eu-central-1" is no location of Artifact Registry; gcloud artifacts locations list shows them
`,
  },
  {
    name: "a key's version",
    config: {
      encryption: {
        key: "projects/acme-keys/locations/europe-west3/keyRings/registry/cryptoKeys/images/cryptoKeyVersions/1",
      },
    },
    report: `
  wharf:encryption.key   "projects/acme-keys/locations/europe-west3/keyRings/registry/cryptoKeys/images/cryptoKeyVersions/1" is one version of a key; Artifact Registry takes the key, projects/acme-keys/locations/europe-west3/keyRings/registry/cryptoKeys/images
`,
  },
  {
    name: "another cloud's key",
    config: { encryption: { key: "arn:aws:kms:eu-central-1:123456789012:key/1234abcd" } },
    report: `
  wharf:encryption.key   "arn:aws:kms:eu-central-1:123456789012:key/1234abcd" is neither create nor a Cloud KMS key, as in projects/acme-keys/locations/europe-west3/keyRings/registry/cryptoKeys/images
`,
  },
  {
    name: "a key in another location",
    config: {
      gcp: { location: "europe-west3" },
      encryption: {
        key: "projects/acme-keys/locations/europe-west1/keyRings/registry/cryptoKeys/images",
      },
    },
    report: `
  wharf:encryption.key   the key is in europe-west1 and cannot encrypt repositories in europe-west3; name one in europe-west3, or write create
`,
  },
  {
    name: "a key that a domain's repository cannot use",
    config: {
      gcp: { location: "europe-west3", domains: ["gcr.io"] },
      encryption: {
        key: "projects/acme-keys/locations/europe-west3/keyRings/registry/cryptoKeys/images",
      },
    },
    report: `
  wharf:encryption.key   the key is in europe-west3 and cannot encrypt repositories in us; name one in us, or write create
`,
  },
  {
    name: "exceptions of immutable tags",
    config: { immutableTags: { except: ["latest"] } },
    report: `
  wharf:immutableTags.except   not on gcp: immutable tags of Artifact Registry know no exceptions; leave except out, and push the tags that move to a repository with immutableTags.enabled false
                               pulumi config rm --path 'wharf:immutableTags.except'
`,
  },
  {
    name: "an expiry by the last pull",
    config: { retention: { expireUnpulledAfterDays: 30 } },
    report: `
  wharf:retention.expireUnpulledAfterDays   Artifact Registry's cleanup policies do not know when an image was pulled; set expireAfterDays
`,
  },
  {
    name: "an archive",
    config: { repositories: [{ name: "app", retention: { archiveAfterDays: 90 } }] },
    report: `
  wharf:repositories[0].retention.archiveAfterDays   Artifact Registry has one storage class only; leave it out
`,
  },
  {
    name: "a kept pattern without a beginning",
    config: { retention: { keep: ["*-stable"], expireAfterDays: 30 } },
    report: `
  wharf:retention.keep   Artifact Registry knows tags by their beginning alone, which "*-stable" leaves open; begin the pattern with a letter or digit, as in release-*, or switch the expiry of tagged images off
`,
  },
  {
    name: "a principal of another cloud",
    config: { access: { pull: ["arn:aws:iam::123456789012:role/ci"] } },
    report: `
  wharf:access.pull[0]   "arn:aws:iam::123456789012:role/ci" is no principal of Google Cloud, which begins with user:, group:, serviceAccount:, principal://, principalSet:// or domain:
`,
  },
  {
    name: "a misspelt kind of principal",
    config: { access: { push: ["serviceaccount:ci@acme-registry.iam.gserviceaccount.com"] } },
    report: `
  wharf:access.push[0]   "serviceaccount:ci@acme-registry.iam.gserviceaccount.com" is no principal of Google Cloud, which begins with user:, group:, serviceAccount:, principal://, principalSet:// or domain:; did you mean serviceAccount:ci@acme-registry.iam.gserviceaccount.com?
                         pulumi config set --path 'wharf:access.push[0]' serviceAccount:ci@acme-registry.iam.gserviceaccount.com
`,
  },
  {
    name: "a principal without its kind",
    config: { repositories: [{ name: "app", push: ["ci@acme-registry.iam.gserviceaccount.com"] }] },
    report: `
  wharf:repositories[0].push[0]   "ci@acme-registry.iam.gserviceaccount.com" is no principal of Google Cloud, which begins with user:, group:, serviceAccount:, principal://, principalSet:// or domain:
`,
  },
  {
    name: "everyone as a principal",
    config: { access: { pull: ["allUsers"] } },
    report: `
  wharf:access.pull[0]   "allUsers" is everybody; anonymous pulls are allowed by wharf:access.public alone, and nobody is let push without logging in
                         pulumi config set --path 'wharf:access.public' true
`,
  },
  {
    name: "users with passwords",
    config: { users: [{ name: "ada" }] },
    report: `
  wharf:users   not on gcp: Artifact Registry knows IAM principals and no passwords; name the principals in wharf:access
                pulumi config rm wharf:users
`,
  },
  {
    name: "ranges of addresses",
    config: { endpoint: { allowFrom: ["10.0.0.0/8"] } },
    report: `
  wharf:endpoint.allowFrom   not on gcp: Artifact Registry limits no addresses by itself; put the project into a VPC Service Controls perimeter
                             pulumi config rm --path 'wharf:endpoint.allowFrom'
`,
  },
  {
    name: "a label in capitals",
    config: { labels: { Team: "shop" } },
    report: `
  wharf:labels.Team   "Team" is no label key of Google Cloud: it begins with a lower-case letter, not with goog, and holds lower-case letters, digits, _ and - alone, 63 at most
                      pulumi config rm --path 'wharf:labels.Team'
`,
  },
  {
    name: "a label's value with a space",
    config: { labels: { team: "Shop Team" } },
    report: `
  wharf:labels.team   "Shop Team" is no label value of Google Cloud: lower-case letters, digits, _ and - alone, 63 at most
                      pulumi config set --path 'wharf:labels.team' shop-team
`,
  },
  {
    name: "a label of Wharf's own",
    config: { labels: { "managed-by": "me" } },
    report: `
  wharf:labels.managed-by   is a label that Wharf writes itself
                            pulumi config rm --path 'wharf:labels.managed-by'
`,
  },
  {
    name: "a virtual repository before one that is not there",
    config: {
      repositories: [{ name: "shop/api" }],
      gcp: { virtuals: [{ name: "all", upstreams: ["shop/apo"] }] },
    },
    report: `
  wharf:gcp.virtuals[0].upstreams[0]   "shop/apo" is no repository or cache of this description; did you mean shop/api?
                                       pulumi config set --path 'wharf:gcp.virtuals[0].upstreams[0]' shop/api
`,
  },
  {
    name: "a virtual repository before nothing",
    config: { gcp: { virtuals: [{ name: "all", upstreams: [] }] } },
    report: `
  wharf:gcp.virtuals[0].upstreams   has 0 entries; at least 1 belongs here
`,
  },
  {
    name: "a download rule for a repository that is not there",
    config: {
      repositories: [{ name: "shop/api" }],
      gcp: { downloadRules: [{ name: "no-latest", repository: "warehouse", action: "deny" }] },
    },
    report: `
  wharf:gcp.downloadRules[0].repository   "warehouse" is no repository of this description, which has shop/api
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
    name: "a condition on nobody",
    config: {
      access: { pull: ["group:contractors@example.com"] },
      gcp: {
        conditions: [
          {
            principal: "group:contractor@example.com",
            title: "until 2027",
            expression: "request.time < timestamp('2027-01-01T00:00:00Z')",
          },
        ],
      },
    },
    report: `
  wharf:gcp.conditions[0].principal   "group:contractor@example.com" is granted nothing by this description; did you mean group:contractors@example.com?
                                      pulumi config set --path 'wharf:gcp.conditions[0].principal' group:contractors@example.com
`,
  },
  {
    name: "two conditions on one principal",
    config: {
      access: { pull: ["group:contractors@example.com"] },
      gcp: {
        conditions: [
          { principal: "group:contractors@example.com", title: "a", expression: "true" },
          { principal: "group:contractors@example.com", title: "b", expression: "true" },
        ],
      },
    },
    report: `
  wharf:gcp.conditions[1].principal   "group:contractors@example.com" has a condition already, wharf:gcp.conditions[0]; join the two expressions by && or ||
                                      pulumi config rm --path 'wharf:gcp.conditions[1]'
`,
  },
  {
    name: "settings of the project without an owner",
    config: { gcp: { projectSettings: { platformLogs: "info" } } },
    report: `
  wharf:gcp.projectSettings.owner   is missing; the name of the one stack that keeps the settings belongs here
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
      caches: [
        { upstream: "docker-hub", credentials: { username: "acme", passwordSecret: "hunter2" } },
      ],
    },
    report: `
  wharf:caches[0].credentials.passwordSecret   the value is no version of a secret, as in projects/acme-registry/secrets/docker-hub/versions/1; what it holds belongs into Secret Manager
                                               gcloud secrets create docker-hub --data-file -
`,
  },
  {
    name: "a cache with a port",
    config: { caches: [{ upstream: "quay", port: 5001 }] },
    report: `
  wharf:caches[0].port   not on gcp: Artifact Registry answers for caches and repositories alike; read the cache's address from the stack's output repositories
                         pulumi config rm --path 'wharf:caches[0].port'
`,
  },
  {
    name: "a branch whose subject is too long",
    config: {
      identities: [{ name: "ci", project: "acme/shop", branch: "f".repeat(120), push: ["app"] }],
    },
    report: `
  wharf:identities[0]   its tokens have the subject repo:acme/shop:ref:refs/heads/${"f".repeat(120)}, 150 characters; Google Cloud takes 127 at most, so give the branch, tag or environment a shorter name
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
  wharf:identities   51 identities of https://token.actions.githubusercontent.com are for patterns; Google Cloud tells 50 apart, so describe some of them in another stack
`,
  },
  {
    name: "a beginning of an identity pool's id that Google keeps for itself",
    config: { gcp: { identityPool: "gcp-shop" } },
    report: `
  wharf:gcp.identityPool   "gcp-shop" is no beginning of an identity pool's id: 4 to 18 lower-case letters, digits and -, a letter first, and not gcp-
`,
  },
  {
    name: "nodes as a principal",
    config: {
      clusters: [{ name: "prod", nodes: "serviceAccount:nodes@acme-gke.iam.gserviceaccount.com" }],
    },
    report: `
  wharf:clusters[0].nodes   "serviceAccount:nodes@acme-gke.iam.gserviceaccount.com" is no e-mail address of a service account, as in nodes@acme-clusters.iam.gserviceaccount.com
                            pulumi config set --path 'wharf:clusters[0].nodes' nodes@acme-gke.iam.gserviceaccount.com
`,
  },
  {
    name: "nodes of another cloud",
    config: { clusters: [{ name: "prod", nodes: "arn:aws:iam::123456789012:role/nodes" }] },
    report: `
  wharf:clusters[0].nodes   "arn:aws:iam::123456789012:role/nodes" is no e-mail address of a service account, as in nodes@acme-clusters.iam.gserviceaccount.com
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
  wharf:clusters[0].issuer   "acme-gke.svc.id.goog" is no project's id; GKE's workload identity pool is told by the project that it is in, as in acme-clusters
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
  wharf:clusters[0].nodes   "nodes@acme-gke.iam.gserviceaccount.com" may pull by wharf:access.pull[0] already; name it in one place, since what takes it from one takes the pull away
                            pulumi config rm --path 'wharf:access.pull[0]'
`,
  },
  ...buildRows,
];
