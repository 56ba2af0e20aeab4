import {
  deletes,
  expiresTagged,
  refuseGroups,
  type Refusal,
  type Retention,
} from "../model/retention";
import { type Difference, isSignature, sentences } from "./listing";
import { matchesPattern, signatureTags } from "../model/tag-patterns";

/** A cleanup policy of Artifact Registry, in the shape of the provider's `cleanupPolicies`. */
export interface CleanupPolicy {
  /** Name, unique within the repository. */
  id: string;
  /** A version that a KEEP policy matches stays, whatever DELETE policies match it. */
  action: "DELETE" | "KEEP";
  /** What a version must be like, all parts of it. */
  condition?: {
    tagState?: "TAGGED" | "UNTAGGED" | "ANY";
    /** Beginnings, one of which one of the tags must have. */
    tagPrefixes?: string[];
    /** Age since the upload in seconds, as in `604800s`; days would come back as seconds and show as a change at every run. */
    olderThan?: string;
    /** Beginnings of the names of images, one of which theirs must have; all images of the repository where left out. */
    packageNamePrefixes?: string[];
  };
  /** The newest versions of each image, with tags or without. */
  mostRecentVersions?: { keepCount: number; packageNamePrefixes?: string[] };
}

/** The retention of one repository for Artifact Registry. */
export interface ArtifactRegistryRetention {
  cleanupPolicies: CleanupPolicy[];
  /**
   * Whether the policies only write to the audit log what they would delete. Deletion is live where the provider is told nothing.
   */
  cleanupPolicyDryRun: boolean;
  /** What Artifact Registry does differently from the model. */
  differences: string[];
}

/** Most cleanup policies of one repository. */
export const artifactRegistryLimits = { policies: 10 } as const;

const secondsPerDay = 24 * 60 * 60;

/** What comes before the first wildcard: Artifact Registry matches only the beginning of tags. */
function prefixOf(pattern: string): string {
  return pattern.split("*")[0] ?? "";
}

/** Whether a beginning names the same tags as the pattern. */
function isPrefix(pattern: string): boolean {
  return pattern.indexOf("*") === pattern.length - 1;
}

/** What Artifact Registry cannot do. */
export function refuseArtifactRegistry(retention: Retention): Refusal[] {
  const refusals = refuseGroups(
    retention,
    "Artifact Registry keeps a number of newest versions of a repository, whatever their tags",
  );
  const shapeless = retention.keep.find((pattern) => prefixOf(pattern) === "");
  if (shapeless !== undefined && shapeless !== "*" && expiresTagged(retention)) {
    refusals.push({
      key: "keep",
      message: `Artifact Registry matches tags only by how they begin, which "${shapeless}" leaves open`,
      instead:
        "begin the pattern with a letter or digit, as in release-*, or do not let tagged images expire",
    });
  }
  if (retention.expireUnpulledAfterDays !== undefined) {
    refusals.push({
      key: "expireUnpulledAfterDays",
      message: "Artifact Registry's cleanup policies do not know when an image was pulled",
      instead: "set expireAfterDays",
    });
  }
  if (retention.archiveAfterDays !== undefined) {
    refusals.push({
      key: "archiveAfterDays",
      message: "Artifact Registry has one storage class only",
      instead: "leave it out",
    });
  }
  return refusals;
}

/** What Artifact Registry does differently from the model. */
export const artifactRegistryDifferences: readonly Difference[] = [
  {
    sentence:
      "Artifact Registry counts every version for keepLast, also those without tags, those of one platform and signatures, so that fewer tagged images may stay; and the newest stay even without a tag.",
    concerns: ({ keepLast }) => keepLast !== undefined,
    shows: (images) => images.some((image) => image.tags.length === 0 || isSignature(image)),
  },
  {
    sentence:
      "Artifact Registry keeps every tag that begins as a kept pattern does up to its first wildcard: stable keeps stable-2 as well.",
    concerns: (retention) =>
      expiresTagged(retention) && retention.keep.some((pattern) => !isPrefix(pattern)),
    shows: (images, { keep }) =>
      images.some(({ tags }) =>
        tags.some((tag) =>
          keep.some(
            (pattern) => tag.startsWith(prefixOf(pattern)) && !matchesPattern(pattern, tag),
          ),
        ),
      ),
  },
  {
    sentence: `Signatures under tags ${signatureTags} stay when their image expires; Artifact Registry cannot tell what they belong to.`,
    concerns: deletes,
    shows: (images) => images.some(isSignature),
  },
  {
    sentence:
      "Artifact Registry treats a signature without a tag as any other version without one: it may be deleted before its image, and stay after it.",
    concerns: deletes,
    shows: (images) =>
      images.some(({ tags, subject }) => tags.length === 0 && subject !== undefined),
  },
];

/**
 * The retention of one repository as cleanup policies of Artifact Registry.
 * @throws Error where `refuseArtifactRegistry` refuses it.
 */
export function compileArtifactRegistry(retention: Retention): ArtifactRegistryRetention {
  const [refused] = refuseArtifactRegistry(retention);
  if (refused) throw new Error(`${refused.key}: ${refused.message}`);
  const { keep, keepLast, expireAfterDays, untaggedAfterDays, dryRun } = retention;
  const olderThan = (days: number) => ({ olderThan: `${days * secondsPerDay}s` });
  const cleanupPolicies: CleanupPolicy[] = [];
  if (expiresTagged(retention)) {
    cleanupPolicies.push(
      {
        id: "delete-tagged",
        action: "DELETE",
        condition: {
          tagState: "TAGGED",
          ...(expireAfterDays === undefined ? {} : olderThan(expireAfterDays)),
        },
      },
      {
        id: "keep-tags",
        action: "KEEP",
        condition: {
          tagState: "TAGGED",
          tagPrefixes: [...new Set([...keep, signatureTags].map(prefixOf))],
        },
      },
    );
  }
  if (keepLast !== undefined) {
    cleanupPolicies.push({
      id: "keep-newest",
      action: "KEEP",
      mostRecentVersions: { keepCount: keepLast },
    });
  }
  if (untaggedAfterDays !== undefined) {
    cleanupPolicies.push({
      id: "delete-untagged",
      action: "DELETE",
      condition: { tagState: "UNTAGGED", ...olderThan(untaggedAfterDays) },
    });
  }
  return {
    cleanupPolicies,
    cleanupPolicyDryRun: dryRun,
    differences: sentences(artifactRegistryDifferences, [retention]),
  };
}

/** An image of a repository that holds several, and how long it is kept. */
export interface SharedImage {
  /** Its name in the repository: `api`, or `team/api`. */
  image: string;
  retention: Retention;
}

/** The images of a repository by their retention, each group with the names of its images. */
function groupsOf(held: readonly SharedImage[]): { retention: Retention; images: string[] }[] {
  const groups = new Map<string, { retention: Retention; images: string[] }>();
  for (const { image, retention } of held) {
    const key = JSON.stringify(retention);
    const group = groups.get(key) ?? { retention, images: [] };
    group.images.push(image);
    groups.set(key, group);
  }
  return [...groups.values()].sort((one, other) =>
    (one.images[0] ?? "") < (other.images[0] ?? "") ? -1 : 1,
  );
}

/**
 * The retention of a repository that holds several images: one set of policies where all have the same, which is then also that of
 * images that nobody described, and else one for each retention, by how the names of its images begin. The id of a nested image has
 * `%2F` for its slashes, so that both forms are named.
 */
export function compileShared(held: readonly SharedImage[]): ArtifactRegistryRetention {
  const groups = groupsOf(held);
  const [only] = groups;
  if (groups.length === 1 && only !== undefined) return compileArtifactRegistry(only.retention);
  const compiled = groups.map(({ retention, images }) => ({
    images,
    ...compileArtifactRegistry(retention),
  }));
  return {
    cleanupPolicies: compiled.flatMap(({ cleanupPolicies, images }, index) => {
      const packageNamePrefixes = [
        ...new Set(images.flatMap((image) => [image, encodeURIComponent(image)])),
      ].sort();
      return cleanupPolicies.map(({ id, condition, mostRecentVersions, ...policy }) => ({
        ...policy,
        id: `${id}-${index + 1}`,
        ...(condition && { condition: { ...condition, packageNamePrefixes } }),
        ...(mostRecentVersions && {
          mostRecentVersions: { ...mostRecentVersions, packageNamePrefixes },
        }),
      }));
    }),
    cleanupPolicyDryRun: compiled.some(({ cleanupPolicyDryRun }) => cleanupPolicyDryRun),
    differences: [...new Set(compiled.flatMap(({ differences }) => differences))],
  };
}

/**
 * Two images of a repository with different retention of which the second one's name begins with the first one's, so that the policies
 * of the first would be for both; undefined where there are none.
 */
export function overlapping(held: readonly SharedImage[]): [string, string] | undefined {
  const groups = groupsOf(held);
  for (const { images } of groups) {
    const others = groups.filter((group) => group.images !== images);
    for (const image of images) {
      const longer = others
        .flatMap((group) => group.images)
        .find((other) => other.startsWith(image));
      if (longer !== undefined) return [image, longer];
    }
  }
  return undefined;
}
