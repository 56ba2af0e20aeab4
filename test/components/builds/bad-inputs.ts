/** A description whose builds, identities or clusters are refused on every target that has them. */
export interface BuildsRow {
  name: string;
  /** The stack's config, keys without the `wharf:` before them. */
  config: Record<string, unknown>;
  /** The report below its first line. */
  report: string;
}

const repositories = [{ name: "shop/api" }];
const least = { repository: "shop/api", source: "github.com/acme/shop" };
const built = (...builds: object[]) => ({
  repositories,
  builds: builds.map((build) => ({ ...least, ...build })),
});
const on = (target: string, config: object) => ({ target, environment: "dev", ...config });
const pipeline = { name: "shop-ci", project: "acme/shop" };
const trusted = (...identities: object[]) => ({
  target: "gcp",
  repositories,
  identities: identities.map((identity) => ({ ...pipeline, push: ["shop/api"], ...identity })),
});

/** Descriptions that are refused by what they say of builds. */
const buildRows: BuildsRow[] = [
  {
    name: "a build of a misspelt repository",
    config: built({ repository: "shop/apis" }),
    report: `
  wharf:builds[0].repository   "shop/apis" is not a repository of this description; did you mean shop/api?
                               pulumi config set --path 'wharf:builds[0].repository' shop/api
`,
  },
  {
    name: "a build of a repository that is like no other",
    config: built({ repository: "zzz" }),
    report: `
  wharf:builds[0].repository   "zzz" is not a repository of this description, which has shop/api
`,
  },
  {
    name: "two builds of one name",
    config: built({ name: "shop" }, { name: "shop" }),
    report: `
  wharf:builds[1].name   "shop" appears twice, first in wharf:builds[0]
                         pulumi config set --path 'wharf:builds[1].name' shop-2
`,
  },
  {
    name: "two builds that take one name from their repository",
    config: built({}, {}),
    report: `
  wharf:builds[1].name   is missing; without one the build is called shop-api, as wharf:builds[0] is
                         pulumi config set --path 'wharf:builds[1].name' shop-api-2
`,
  },
  {
    name: "a branch and Git tags for one build",
    config: built({ branch: "main", tag: "v*" }),
    report: `
  wharf:builds[0].branch   "main" is set together with tag; a build is started by a branch or by Git tags
                           pulumi config rm --path 'wharf:builds[0].branch'
`,
  },
  {
    name: "a misspelt word in braces",
    config: built({ tags: ["{comit}-{build}"] }),
    report: `
  wharf:builds[0].tags[0]   "{comit}-{build}" has {comit}, which is not known; did you mean {commit}?
                            pulumi config set --path 'wharf:builds[0].tags[0]' '{commit}-{build}'
`,
  },
  {
    name: "a word in braces that is like no other",
    config: built({ tags: ["{xyzabc}"] }),
    report: `
  wharf:builds[0].tags[0]   "{xyzabc}" has {xyzabc}, which is not known; known are {commit}, {shortCommit}, {branch}, {tag}, {semver}, {build}, {date}
`,
  },
  {
    name: "templates that give no tag",
    config: built({ tags: ["-{commit}", "shop/{commit}", "{commit"] }),
    report: `
  wharf:builds[0].tags[0]   "-{commit}" does not give a tag: letters, digits and _ . - are allowed, . and - not at the beginning, 128 characters at most
  wharf:builds[0].tags[1]   "shop/{commit}" does not give a tag: letters, digits and _ . - are allowed, . and - not at the beginning, 128 characters at most
  wharf:builds[0].tags[2]   "{commit" does not give a tag: letters, digits and _ . - are allowed, . and - not at the beginning, 128 characters at most
`,
  },
  {
    name: "a template whose text leaves no room for the branch",
    config: built({ tags: [`${"x".repeat(84)}-{commit}-{branch}`] }),
    report: `
  wharf:builds[0].tags[0]   "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx..." does not give a tag: letters, digits and _ . - are allowed, . and - not at the beginning, 128 characters at most
`,
  },
  {
    name: "tags that move in a repository whose tags may not",
    config: on("aws", built({ tags: ["latest", "{branch}", "{commit}"] })),
    report: `
  wharf:builds[0].tags[1]   "{branch}" is pushed by more builds than one, and the tags of shop/api may not move; add {build} to it, or except it
                            pulumi config set --path 'wharf:repositories[0].immutableTags.except[0]' latest && pulumi config set --path 'wharf:repositories[0].immutableTags.except[1]' stable && pulumi config set --path 'wharf:repositories[0].immutableTags.except[2]' main
`,
  },
  {
    name: "a commit that a schedule builds again",
    config: on("aws", built({ schedule: "0 3 * * 1" })),
    report: `
  wharf:builds[0].tags[0]   "{commit}" is pushed by every build of a commit, and the tags of shop/api may not move; add {build} to it
                            pulumi config set --path 'wharf:builds[0].tags[0]' '{commit}-{build}'
`,
  },
  {
    name: "a tag that moves where there are no exceptions",
    config: on("gcp", {
      ...built({ source: "source.developers.google.com/p/my-project/r/shop", tags: ["latest"] }),
    }),
    report: `
  wharf:builds[0].tags[0]   "latest" is pushed by more builds than one, and the tags of shop/api may not move; add {build} to it, or let its tags move
                            pulumi config set --path 'wharf:repositories[0].immutableTags.enabled' false
`,
  },
  {
    name: "a cache in a registry without a repository",
    config: built({ cache: { kind: "registry" } }),
    report: `
  wharf:builds[0].cache.repository   is missing; a cache of kind registry is kept in a repository of this description
                                     pulumi config set --path 'wharf:builds[0].cache.repository' shop/api
`,
  },
  {
    name: "a cache in a misspelt repository",
    config: built({ cache: { kind: "registry", repository: "shop/ap" } }),
    report: `
  wharf:builds[0].cache.repository   "shop/ap" is not a repository of this description; did you mean shop/api?
                                     pulumi config set --path 'wharf:builds[0].cache.repository' shop/api
`,
  },
  {
    name: "a cache in a repository whose tags may not move",
    config: on("aws", {
      repositories: [...repositories, { name: "layers", immutableTags: { except: ["latest"] } }],
      builds: [{ ...least, cache: { kind: "registry", repository: "layers" } }],
    }),
    report: `
  wharf:builds[0].cache.repository   "layers" lets no tag move, and the cache is one, shop-api-cache; name another repository, or except it
                                     pulumi config set --path 'wharf:repositories[1].immutableTags.except[1]' shop-api-cache
`,
  },
  {
    name: "a repository for a cache that has none",
    config: built({ cache: { repository: "shop/api" } }),
    report: `
  wharf:builds[0].cache.repository   is only for cache.kind registry; a cache of kind none has no repository
                                     pulumi config rm --path 'wharf:builds[0].cache.repository'
`,
  },
  {
    name: "a version where no Git tag starts the build",
    config: built({ tags: ["{semver}"] }),
    report: `
  wharf:builds[0].tags[0]   {semver} is known only where a Git tag starts the build, and a branch starts this one; name the tags in wharf:builds[0].tag, or use {commit} or {branch}
                            pulumi config set --path 'wharf:builds[0].tag' 'v*'
`,
  },
  {
    name: "a branch where Git tags start the build",
    config: built({ tag: "v*", tags: ["{branch}-{commit}"] }),
    report: `
  wharf:builds[0].tags[0]   {branch} is known only where a branch starts the build, and Git tags start this one; use {tag} or {semver}
                            pulumi config set --path 'wharf:builds[0].tags[0]' '{tag}-{commit}'
`,
  },
  {
    name: "paths and a schedule for Git tags",
    config: built({ tag: "v*", tags: ["{tag}"], paths: ["src/**"], schedule: "0 3 * * 1" }),
    report: `
  wharf:builds[0].paths      is only for builds of a branch; a Git tag changes no files
                             pulumi config rm --path 'wharf:builds[0].paths'
  wharf:builds[0].schedule   is only for builds of a branch; at that time there is no Git tag to build
                             pulumi config rm --path 'wharf:builds[0].schedule'
`,
  },
  {
    name: "a schedule for many branches",
    config: built({ branch: "release/*", schedule: "0 3 * * 1", tags: ["{commit}-{build}"] }),
    report: `
  wharf:builds[0].schedule   is only for builds of one branch, and "release/*" may be many
                             pulumi config rm --path 'wharf:builds[0].schedule'
`,
  },
  {
    name: "Windows beside Linux",
    config: built({ platforms: ["windows/amd64", "linux/amd64"] }),
    report: `
  wharf:builds[0].platforms   holds windows/amd64 beside Linux, and one machine builds for one of them; make two builds of it
`,
  },
  {
    name: "Windows where builds run on Linux",
    config: built({ platforms: ["windows/amd64"] }),
    report: `
  wharf:builds[0].platforms   holds windows/amd64, and the builds of docker run on Linux; on azure they may run on Windows
`,
  },
  {
    name: "paths that leave the source code",
    config: built({ context: "api/../../other", dockerfile: "/etc/Dockerfile" }),
    report: `
  wharf:builds[0].context      "api/../../other" leads out of the source code; a path begins at its root and stays below it
  wharf:builds[0].dockerfile   "/etc/Dockerfile" leads out of the source code; a path begins at its root and stays below it
`,
  },
  {
    name: "a path of two lines",
    config: built({ context: "a\nb" }),
    report: `
  wharf:builds[0].context   "a\\nb" has a character that a path of a build may not have
`,
  },
  {
    name: "builds for a read-only registry",
    config: { ...built({}), distribution: { readOnly: true } },
    report: `
  wharf:builds   push images, and wharf:distribution.readOnly refuses every push
                 pulumi config rm --path 'wharf:distribution.readOnly'
`,
  },
  {
    name: "a source without runners for a self-hosted registry",
    config: built({ source: "dev.azure.com/acme/shop/_git/api" }),
    report: `
  wharf:builds[0].source   not on docker: "dev.azure.com/acme/shop/_git/api" has no runners that build for a self-hosted registry; use GitHub, GitLab or Bitbucket
`,
  },
  {
    name: "what runners cannot do for a self-hosted registry",
    config: built({
      ...{ source: "bitbucket.org/acme/shop", onBaseImage: true },
      ...{ platforms: ["linux/arm64"], cache: { kind: "local" }, tags: ["{build}"] },
    }),
    report: `
  wharf:builds[0].onBaseImage   not on docker: pipelines have no trigger for new base images; build on a schedule
                                pulumi config rm --path 'wharf:builds[0].onBaseImage'
  wharf:builds[0].cache         not on docker: runners start with an empty disk; cache the layers in a registry
                                pulumi config rm --path 'wharf:builds[0].cache'
  wharf:builds[0].platforms     not on docker: Bitbucket runs no privileged containers, which BuildKit needs for that; build it on GitHub or GitLab
                                pulumi config rm --path 'wharf:builds[0].platforms'
`,
  },
];

/** Descriptions that are refused by what they say of pipelines and clusters. */
const identityRows: BuildsRow[] = [
  {
    name: "an identity that may neither pull nor push",
    config: trusted({ push: [] }),
    report: `
  wharf:identities[0]   names no repository; set pull, push or delete
                        pulumi config set --path 'wharf:identities[0].push[0]' shop/api
`,
  },
  {
    name: "an identity of unknown repositories",
    config: trusted({ push: ["shop/ap"], pull: ["base"] }),
    report: `
  wharf:identities[0].pull[0]   "base" is not a repository of this description, which has shop/api
  wharf:identities[0].push[0]   "shop/ap" is not a repository of this description; did you mean shop/api?
                                pulumi config set --path 'wharf:identities[0].push[0]' shop/api
`,
  },
  {
    name: "two identities of one name",
    config: trusted({}, { project: "acme/other" }),
    report: `
  wharf:identities[1].name   "shop-ci" appears twice, first in wharf:identities[0]
                             pulumi config set --path 'wharf:identities[1].name' shop-ci-2
`,
  },
  {
    name: "two identities of the same pipelines",
    config: trusted({ branch: "main" }, { name: "other" }),
    report: `
  wharf:identities[1]   is for the same pipelines as wharf:identities[0]; name all their repositories in one
                        pulumi config rm --path 'wharf:identities[1]'
`,
  },
  {
    name: "an issuer named by its URL that has a word",
    config: trusted({ issuer: "https://token.actions.githubusercontent.com" }),
    report: `
  wharf:identities[0].issuer   "https://token.actions.githubusercontent.com" is known by its word; a URL is for a self-managed GitLab
                               pulumi config set --path 'wharf:identities[0].issuer' github
`,
  },
  {
    name: "an identity of a branch, a tag and an environment",
    config: trusted({ branch: "main", tag: "v*", environment: "production" }),
    report: `
  wharf:identities[0].tag           "v*" is set together with branch; a pipeline's token has one of branch, tag and environment
                                    pulumi config rm --path 'wharf:identities[0].tag'
  wharf:identities[0].environment   "production" is set together with branch; a pipeline's token has one of branch, tag and environment
                                    pulumi config rm --path 'wharf:identities[0].environment'
`,
  },
  {
    name: "clusters of which nobody pulls, or nobody knows who issues tokens",
    config: {
      ...{ target: "aws", repositories },
      clusters: [
        { name: "prod" },
        {
          name: "dev",
          workloads: [{ namespace: "scan", serviceAccount: "trivy" }],
          pull: ["shop/a"],
        },
      ],
    },
    report: `
  wharf:clusters[0]           names nobody who pulls; set nodes or workloads
  wharf:clusters[1].issuer    is missing; it issues the tokens of the workloads
  wharf:clusters[1].pull[0]   "shop/a" is not a repository of this description; did you mean shop/api?
                              pulumi config set --path 'wharf:clusters[1].pull[0]' shop/api
`,
  },
  {
    name: "two clusters of one name",
    config: {
      ...{ target: "aws", repositories },
      clusters: ["one", "two"].map((nodes) => ({
        name: "prod",
        nodes: `arn:aws:iam::123456789012:role/${nodes}`,
      })),
    },
    report: `
  wharf:clusters[1].name   "prod" appears twice, first in wharf:clusters[0]
                           pulumi config set --path 'wharf:clusters[1].name' prod-2
`,
  },
];

/** Every description that is refused. */
export const buildsRows: BuildsRow[] = [...buildRows, ...identityRows];
