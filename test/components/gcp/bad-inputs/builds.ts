import type { GcpRow } from "./row";

const build = { repository: "app", source: "github.com/acme/shop" };
const connections = { "github.com": { existing: "github" } };
const workerPool = "projects/acme-registry/locations/europe-west1/workerPools/builders";

/** Builds that Cloud Build cannot make. */
export const buildRows: GcpRow[] = [
  {
    name: "a source of another cloud",
    config: { builds: [{ repository: "app", source: "dev.azure.com/acme/shop/_git/api" }] },
    report: `
  wharf:builds[0].source   Cloud Build cannot reach dev.azure.com; it builds from github.com, gitlab.com, bitbucket.org and source.developers.google.com, so mirror the repository there
`,
  },
  {
    name: "a source without a connection",
    config: { builds: [build], gcp: { location: "europe-west3" } },
    report: `
  wharf:builds[0].source   Cloud Build reaches github.com by a connection, and wharf:gcp.builds.connections has none for it; somebody who may install GitHub apps authorises it, once
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
  wharf:gcp.builds.connections["gitlab.com"]   lacks readTokenSecret, webhookSecret, which a new connection needs; or name an existing connection in existing
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
  wharf:gcp.builds.connections["github.com"].tokenSecret   the value is not the name of a version of a secret, as in projects/acme-registry/secrets/github-token/versions/1; store the secret itself in Secret Manager
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
  wharf:gcp.builds.connections["github.com"].installationId   is set beside existing, which replaces all other keys
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
  wharf:gcp.builds.location   "global" is not a region, and the connection to github.com for wharf:builds[0] is of the second generation, which exists only in regions; name one, or leave it out to use that of the repositories
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
  wharf:gcp.builds.location   "global" is not a region, and Cloud Scheduler, which starts wharf:builds[0], runs only in regions; name one, or leave it out to use that of the repositories
                              pulumi config rm --path 'wharf:gcp.builds.location'
`,
  },
  {
    name: "builds in several regions at once",
    config: { builds: [build], gcp: { location: "europe", builds: { connections } } },
    report: `
  wharf:gcp.builds.location   is not set, and "europe" is a location of repositories, but not a region of Cloud Build; name a region
                              pulumi config set --path 'wharf:gcp.builds.location' europe-west1
`,
  },
  {
    name: "builds in what is not a region",
    config: { builds: [build], gcp: { builds: { connections, location: "europe-west-3" } } },
    report: `
  wharf:gcp.builds.location   "europe-west-3" is not a region of Cloud Build; did you mean europe-west3?
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
  wharf:gcp.builds.workerPool   the private pool is in europe-west1, and the builds are in europe-west3; Cloud Build accepts only a pool in its own region
                                pulumi config set --path 'wharf:gcp.builds.location' europe-west1
`,
  },
  {
    name: "layers on the disk of a worker",
    config: { builds: [{ ...build, cache: { kind: "local" } }], gcp: { builds: { connections } } },
    report: `
  wharf:builds[0].cache   not on gcp: workers of Cloud Build start with an empty disk; keep the layers in a registry
                          pulumi config rm --path 'wharf:builds[0].cache'
`,
  },
];
