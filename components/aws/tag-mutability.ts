import { signatureTags } from "../model/tag-patterns";
import type { AwsSettings } from "./settings";

/** Limits of `imageTagMutabilityExclusionFilters` in the service model of ECR's API; two wildcards by its user guide. */
export const exclusionLimits = { filters: 5, characters: 128, wildcards: 2 } as const;

/** The tag mutability of a repository as ECR's API has it. */
export interface TagMutability {
  imageTagMutability: "MUTABLE" | "IMMUTABLE" | "IMMUTABLE_WITH_EXCLUSION";
  imageTagMutabilityExclusionFilters?: { filter: string; filterType: "WILDCARD" }[];
}

/**
 * Tags that may move in a repository with immutable tags: those of the description, and signatures unless `signatureTags` is
 * immutable.
 */
export function movingTags(
  except: readonly string[],
  { signatureTags: signatures }: Pick<AwsSettings, "signatureTags">,
): string[] {
  return [...new Set([...except, ...(signatures === "movable" ? [signatureTags] : [])])];
}

/** The mutability of a repository's tags. */
export function tagMutability(
  { enabled, except }: { enabled: boolean; except: readonly string[] },
  settings: Pick<AwsSettings, "signatureTags">,
): TagMutability {
  if (!enabled) return { imageTagMutability: "MUTABLE" };
  const moving = movingTags(except, settings);
  if (moving.length === 0) return { imageTagMutability: "IMMUTABLE" };
  return {
    imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
    imageTagMutabilityExclusionFilters: moving.map((filter) => ({
      filter,
      filterType: "WILDCARD",
    })),
  };
}
