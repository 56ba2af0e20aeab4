import type { ArtifactRegistryRetention, CleanupPolicy } from "./artifact-registry";
import {
  isOlder,
  Outcome,
  ranksOf,
  settle,
  type Decision,
  type ListedImage,
  type Verdict,
} from "./listing";

const secondsPerDay = 24 * 60 * 60;

/**
 * What cleanup policies of Artifact Registry do with the versions of one image ("Cleanup policy overview" of its manual): a
 * version is deleted where a DELETE policy matches it and no KEEP policy does. A version that an index names is refused by the
 * registry itself ("Manifest is still referenced by one or more parent images"), and so is one with a tag in a repository with
 * immutable tags ("Container image versions": cloud.google.com/artifact-registry/docs/docker/names#versions).
 * @param immutableTags whether the repository's tags are immutable
 */
export function evaluateArtifactRegistry(
  { cleanupPolicies }: Pick<ArtifactRegistryRetention, "cleanupPolicies">,
  images: readonly ListedImage[],
  now: Date,
  immutableTags = false,
): Verdict[] {
  const ranks = ranksOf(images);
  const decide = (image: ListedImage): Decision => {
    const matching = cleanupPolicies.filter((policy) =>
      matches(policy, image, ranks.get(image) ?? 0, now),
    );
    const keeping = matching.find(({ action }) => action === "KEEP");
    const deleting = matching.find(({ action }) => action === "DELETE");
    if (immutableTags && image.tags.length > 0) {
      return {
        outcome: Outcome.Keep,
        rule: "immutableTags",
        why: "It has a tag, and the tags of its repository are immutable.",
      };
    }
    if (deleting === undefined) {
      return {
        outcome: Outcome.Keep,
        rule: keeping?.id ?? "none",
        why: "No policy deletes it.",
      };
    }
    return keeping === undefined
      ? {
          outcome: Outcome.Delete,
          rule: deleting.id,
          why: `The policy ${deleting.id} matches it, and none keeps it.`,
        }
      : {
          outcome: Outcome.Keep,
          rule: keeping.id,
          why: `The policy ${keeping.id} keeps it, which ${deleting.id} would delete.`,
        };
  };
  return settle(images, decide, { followsSubject: () => false });
}

function matches(
  { condition, mostRecentVersions }: CleanupPolicy,
  image: ListedImage,
  rank: number,
  now: Date,
): boolean {
  const { tagState = "ANY", tagPrefixes, olderThan } = condition ?? {};
  const { packageNamePrefixes } = mostRecentVersions ?? condition ?? {};
  const { tags, pushedAt, repository } = image;
  // Only policies of a shared repository have prefixes, of what follows its name.
  const name = repository.slice(repository.indexOf("/") + 1);
  if (packageNamePrefixes?.some((prefix) => name.startsWith(prefix)) === false) return false;
  if (mostRecentVersions !== undefined) return rank < mostRecentVersions.keepCount;
  return (
    (tagState === "ANY" || (tagState === "TAGGED") === tags.length > 0) &&
    (tagPrefixes === undefined ||
      tags.some((tag) => tagPrefixes.some((prefix) => tag.startsWith(prefix)))) &&
    (olderThan === undefined || isOlder(pushedAt, parseInt(olderThan, 10) / secondsPerDay, now))
  );
}
