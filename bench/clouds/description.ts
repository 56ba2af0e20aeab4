import type { Cloud } from "./cloud";

/** Who pushes to all repositories, in the words of each cloud. */
const teams: Record<Cloud, string> = {
  aws: "arn:aws:iam::123456789012:role/ci",
  gcp: "group:developers@example.com",
  azure: "group:22222222-2222-2222-2222-222222222222",
};

/** Whom all repositories let pull: the cluster that runs their images. */
const clusters: Record<Cloud, string> = {
  aws: "arn:aws:iam::123456789012:role/cluster",
  gcp: "serviceAccount:cluster@acme-registry.iam.gserviceaccount.com",
  azure: "servicePrincipal:11111111-1111-1111-1111-111111111111",
};

/**
 * What is measured: the same description for every cloud, with that many repositories. Keys without `wharf:`. An entry is no more
 * than a short name, since Pulumi passes a stack's whole config to a program in one variable of the environment, of which Linux
 * takes 128 KiB (MAX_ARG_STRLEN): 5,000 such entries fit, and about 1,500 with a name and a principal of usual length.
 */
export function descriptionOf(cloud: Cloud, repositories: number): Record<string, unknown> {
  return {
    target: cloud,
    environment: "staging",
    repositories: Array.from({ length: repositories }, (_, index) => ({
      name: `app-${index + 1}`,
    })),
    retention: { keep: ["v*"], keepLast: 10, untaggedAfterDays: 7 },
    access: { pull: [clusters[cloud]], push: [teams[cloud]] },
    labels: { team: "shop" },
    ...(cloud === "azure"
      ? // ACR has no immutable tags, and no scan of one registry.
        {}
      : { immutableTags: { enabled: true }, scan: { onPush: true } }),
  };
}
