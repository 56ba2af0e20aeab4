/**
 * What builds fetch beside their base images, each pinned to a version that does not change, and from its own registry by name,
 * so that no mirror's setting decides whose image it is.
 */
export const pinnedImages = {
  /** BuildKit, in a container of its own. */
  buildkit: "docker.io/moby/buildkit:v0.29.0",
  /** Emulators of foreign processors for Linux's binfmt_misc. */
  binfmt: "docker.io/tonistiigi/binfmt:qemu-v10.2.3",
  /** Docker client of Cloud Build, with BuildKit as its builder. */
  cloudBuilder: "gcr.io/cloud-builders/docker:24.0.9",
  /** Docker client and engine of GitLab's jobs. */
  dockerClient: "docker:28.3.3-cli",
  dockerEngine: "docker:28.3.3-dind",
  /** Copies an image out of an engine without the engine's trust in the registry's CA. */
  skopeo: "quay.io/skopeo/stable:v1.18.0",
} as const;

/** Actions of GitHub by commit, since a tag of theirs can move, and the version that each commit is. */
export const pinnedActions = {
  checkout: {
    uses: "actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683",
    version: "v4.2.2",
  },
  googleAuth: {
    uses: "google-github-actions/auth@7c6bc770dae815cd3e89ee6cdf493a5fab2cc093",
    version: "v3.0.0",
  },
  awsCredentials: {
    uses: "aws-actions/configure-aws-credentials@e6de054238d6b7531b4efff3b6587d9aade6a06c",
    version: "v6.2.3",
  },
  azureLogin: {
    uses: "azure/login@f5d393ae46f8fde4be8b75f32e3fc50e654ad0ca",
    version: "v3.0.1",
  },
} as const;
