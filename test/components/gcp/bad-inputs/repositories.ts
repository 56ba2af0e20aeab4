import type { GcpRow } from "./row";

/** Repositories, their place, key, tags and retention. */
export const repositoryRows: GcpRow[] = [
  {
    name: "a repository that begins with a digit",
    config: { repositories: [{ name: "7zip/cli" }] },
    report: `
  wharf:repositories[0].name   "7zip/cli" becomes 7zip-cli, which is not a valid name for a repository in Artifact Registry: a name starts with a letter, ends with a letter or digit, and has only lower-case letters, digits and -, 63 at most
`,
  },
  {
    name: "a repository whose name is too long",
    config: { repositories: [{ name: `team/${"a".repeat(60)}` }] },
    report: `
  wharf:repositories[0].name   "team/${"a".repeat(60)}" becomes team-${"a".repeat(60)}, which is not a valid name for a repository in Artifact Registry: a name starts with a letter, ends with a letter or digit, and has only lower-case letters, digits and -, 63 at most
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
    name: "a repository that is named as a shared one",
    config: {
      repositories: [{ name: "shop" }, { name: "shop/api" }],
      gcp: { sharedRepositories: ["shop"] },
    },
    report: `
  wharf:repositories[0].name   "shop" becomes the repository shop, as "shop" of wharf:gcp.sharedRepositories[0] does
`,
  },
  {
    name: "a shared repository that holds nothing",
    config: { repositories: [{ name: "shop/api" }], gcp: { sharedRepositories: ["shopp"] } },
    report: `
  wharf:gcp.sharedRepositories[0]   "shopp" holds no repository of this description; did you mean shop?
                                    pulumi config set --path 'wharf:gcp.sharedRepositories[0]' shop
`,
  },
  {
    name: "a shared repository that is named twice",
    config: { repositories: [{ name: "shop/api" }], gcp: { sharedRepositories: ["shop", "shop"] } },
    report: `
  wharf:gcp.sharedRepositories[1]   "shop" appears twice, first in wharf:gcp.sharedRepositories[0]
                                    pulumi config rm --path 'wharf:gcp.sharedRepositories[1]'
`,
  },
  {
    name: "other people for an image of a shared repository",
    config: {
      repositories: [{ name: "shop/api" }, { name: "shop/web", push: ["group:web@example.com"] }],
      gcp: { sharedRepositories: ["shop"] },
    },
    report: `
  wharf:repositories[1].push   is not that of wharf:repositories[0], shop/api: both are images of the repository shop, and Artifact Registry has one for all of its images; make them equal, or leave shop out of wharf:gcp.sharedRepositories
`,
  },
  {
    name: "tags that move in an image of a shared repository",
    config: {
      environment: "prod",
      repositories: [
        { name: "shop/api", immutableTags: { enabled: true } },
        { name: "shop/web", immutableTags: { enabled: false } },
      ],
      gcp: { sharedRepositories: ["shop"] },
    },
    report: `
  wharf:repositories[1].immutableTags.enabled   is not that of wharf:repositories[0], shop/api: both are images of the repository shop, and Artifact Registry has one for all of its images; make them equal, or leave shop out of wharf:gcp.sharedRepositories
`,
  },
  {
    name: "a retention that would be another image's too",
    config: {
      repositories: [
        { name: "shop/api", retention: { untaggedAfterDays: 3 } },
        { name: "shop/api-docs" },
      ],
      gcp: { sharedRepositories: ["shop"] },
    },
    report: `
  wharf:repositories[1].retention   differs from that of shop/api, whose name it begins with: Artifact Registry matches images by how their names begin, so that the policies of shop/api would be for shop/api-docs too; give both the same, or one of them another name
`,
  },
  {
    name: "more cleanup policies than a repository may have",
    config: {
      environment: "dev",
      immutableTags: { enabled: false },
      repositories: ["one", "two", "six"].map((name, i) => ({
        name: `shop/${name}`,
        retention: { keepLast: i + 1 },
      })),
      gcp: { sharedRepositories: ["shop"] },
    },
    report: `
  wharf:gcp.sharedRepositories[0]   needs 12 cleanup policies for the retention of its images, and a repository has at most 10; give more of them the same retention
`,
  },
  {
    name: "a pipeline for a part of a shared repository",
    config: {
      repositories: [{ name: "shop/api" }, { name: "shop/web" }],
      identities: [{ name: "ci", project: "acme/shop", push: ["shop/api"] }],
      gcp: { sharedRepositories: ["shop"] },
    },
    report: `
  wharf:identities[0].push   names only a part of the repository shop, and Artifact Registry grants all of its images or none; name shop/web as well, or leave shop out of wharf:gcp.sharedRepositories
`,
  },
  {
    name: "a cluster for a part of a shared repository",
    config: {
      repositories: [{ name: "shop/api" }, { name: "shop/web" }],
      clusters: [
        { name: "gke", nodes: "nodes@acme-registry.iam.gserviceaccount.com", pull: ["shop/web"] },
      ],
      gcp: { sharedRepositories: ["shop"] },
    },
    report: `
  wharf:clusters[0].pull   names only a part of the repository shop, and Artifact Registry grants all of its images or none; name shop/api as well, or leave shop out of wharf:gcp.sharedRepositories
`,
  },
  {
    name: "a cache of a repository's name",
    config: { repositories: [{ name: "quay" }], pullThroughCaches: [{ upstream: "quay" }] },
    report: `
  wharf:pullThroughCaches[0].name   "quay" becomes the repository quay, as "quay" of wharf:repositories[0].name does
`,
  },
  {
    name: "a repository named as a domain",
    config: { repositories: [{ name: "eu.gcr.io" }] },
    report: `
  wharf:repositories[0].name   "eu.gcr.io" is a domain of Container Registry; name it in wharf:gcp.domains
                               pulumi config rm --path 'wharf:repositories[0]' && pulumi config set --path 'wharf:gcp.domains[0]' eu.gcr.io
`,
  },
  {
    name: "what is not a location",
    config: { gcp: { location: "europe-west-3" } },
    report: `
  wharf:gcp.location   "europe-west-3" is not a location of Artifact Registry; did you mean europe-west3?
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
  wharf:gcp.location   "eu-central-1" is not a location of Artifact Registry; gcloud artifacts locations list shows them
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
  wharf:encryption.key   "projects/acme-keys/locations/europe-west3/keyRings/registry/cryptoKeys/images/cryptoKeyVersions/1" is a version of a key; Artifact Registry needs the key, projects/acme-keys/locations/europe-west3/keyRings/registry/cryptoKeys/images
`,
  },
  {
    name: "another cloud's key",
    config: { encryption: { key: "arn:aws:kms:eu-central-1:123456789012:key/1234abcd" } },
    report: `
  wharf:encryption.key   "arn:aws:kms:eu-central-1:123456789012:key/1234abcd" is neither "create" nor a Cloud KMS key, as in projects/acme-keys/locations/europe-west3/keyRings/registry/cryptoKeys/images
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
  wharf:immutableTags.except   not on gcp: immutable tags of Artifact Registry have no exceptions; leave except out, and push the tags that move to a repository with immutableTags.enabled false
                               pulumi config rm --path 'wharf:immutableTags.except'
`,
  },
  {
    name: "tagged images that expire while their tags are immutable",
    config: {
      repositories: [{ name: "shop/api" }, { name: "shop/web" }],
      immutableTags: { enabled: true },
      retention: { keepLast: 10, expireAfterDays: 90 },
    },
    report: `
  wharf:retention   Artifact Registry deletes no tagged image in a repository with immutable tags, as in shop/api, shop/web; leave out keepLast and expireAfterDays, or let the tags move
                    pulumi config set --path 'wharf:immutableTags.enabled' false
`,
  },
  {
    name: "tagged images that expire in one repository with immutable tags",
    config: {
      repositories: [
        { name: "shop/api", retention: { keepLast: 3 } },
        { name: "shop/web", immutableTags: {}, retention: { expireAfterDays: 9 } },
      ],
    },
    report: `
  wharf:repositories[1].retention   Artifact Registry deletes no tagged image in a repository with immutable tags, as in shop/web; leave out expireAfterDays, or let the tags move
                                    pulumi config set --path 'wharf:repositories[1].immutableTags.enabled' false
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
  wharf:retention.keep   Artifact Registry matches tags only by how they begin, which "*-stable" leaves open; begin the pattern with a letter or digit, as in release-*, or do not let tagged images expire
`,
  },
];
