import type { EcrRule } from "./ecr";
import {
  isOlder,
  Outcome,
  ranksOf,
  settle,
  type Decision,
  type ListedImage,
  type Verdict,
} from "./listing";
import { matchesPattern } from "../model/tag-patterns";

/**
 * What an ECR lifecycle policy does with the images of one repository, by the evaluation rules of the ECR user guide ("Lifecycle
 * policy evaluation rules"): every rule looks at all images, those of earlier rules as well, and is then applied in the order of
 * priority; an image that matches what a rule says of tags and storage class is skipped by every later rule, whether the first
 * one acts on it or not. An image of an index is deleted with the index, a referrer with its subject.
 * @param policy the policy's JSON
 */
export function evaluateEcr(policy: string, images: readonly ListedImage[], now: Date): Verdict[] {
  const { rules } = JSON.parse(policy) as { rules: EcrRule[] };
  const inOrder = rules.toSorted((one, other) => one.rulePriority - other.rulePriority);
  const ranks = new Map(
    inOrder.map((rule) => [
      rule,
      ranksOf(images.filter((image) => selects(rule.selection, image))),
    ]),
  );
  const decide = (image: ListedImage): Decision => {
    const rule = inOrder.find((rule) => selects(rule.selection, image));
    if (rule === undefined)
      return { outcome: Outcome.Keep, rule: "none", why: "No rule selects it." };
    const acts = reaches(rule.selection, image, ranks.get(rule)?.get(image) ?? 0, now);
    return {
      outcome: !acts
        ? Outcome.Keep
        : rule.action.type === "transition"
          ? Outcome.Archive
          : Outcome.Delete,
      rule: `priority ${rule.rulePriority}`,
      why: acts
        ? `Rule ${rule.rulePriority} applies: ${rule.description}.`
        : `Rule ${rule.rulePriority} selects it and does not reach it: ${rule.description}.`,
    };
  };
  return settle(images, decide, {
    followsSubject: ({ tags, subject }) => tags.length === 0 && subject !== undefined,
  });
}

/** Whether a rule is about an image, by its tags and its storage class. */
function selects(
  { tagStatus, tagPatternList, storageClass = "standard" }: EcrRule["selection"],
  { tags, archivedAt }: ListedImage,
): boolean {
  if ((archivedAt === undefined ? "standard" : "archive") !== storageClass) return false;
  if (tagStatus === "any") return true;
  if (tagStatus === "untagged") return tags.length === 0;
  const patterns = tagPatternList ?? [];
  return (
    patterns.length > 0 &&
    patterns.every((pattern) => tags.some((tag) => matchesPattern(pattern, tag)))
  );
}

/** Whether the rule's count or age reaches an image, which has a rank among all those that it selects. */
function reaches(
  { countType, countNumber }: EcrRule["selection"],
  image: ListedImage,
  rank: number,
  now: Date,
): boolean {
  switch (countType) {
    case "imageCountMoreThan":
      return rank >= countNumber;
    case "sinceImagePushed":
      return isOlder(image.pushedAt, countNumber, now);
    case "sinceImagePulled":
      // ECR goes by the push where an image was never pulled.
      return isOlder(image.lastPulledAt ?? image.pushedAt, countNumber, now);
    case "sinceImageTransitioned":
      return image.archivedAt !== undefined && isOlder(image.archivedAt, countNumber, now);
  }
}
