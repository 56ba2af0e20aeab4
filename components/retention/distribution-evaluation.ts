import type { EnginePlan, EngineStep } from "./distribution";
import {
  isOlder,
  isSignature,
  Outcome,
  ranksOf,
  settle,
  type Decision,
  type ListedImage,
  type Verdict,
} from "./listing";
import { matchesPattern } from "../model/tag-patterns";

/** What a plan for the self-hosted engine does with the images of one repository. */
export function evaluateEngine(
  { steps }: EnginePlan,
  images: readonly ListedImage[],
  now: Date,
): Verdict[] {
  const tagged = images.filter((image) => image.tags.length > 0 && !isSignature(image));
  const ranks = steps.map((step) =>
    step.do === "keep-newest"
      ? ranksOf(tagged.filter(({ tags }) => concerns(step, tags)))
      : undefined,
  );
  const decide = (image: ListedImage): Decision => {
    for (const [index, step] of steps.entries()) {
      const why = reason(step, image, ranks[index]?.get(image), now);
      if (why === undefined) continue;
      const outcome = step.do.startsWith("delete-") ? Outcome.Delete : Outcome.Keep;
      return { outcome, rule: step.do, why };
    }
    return { outcome: Outcome.Keep, rule: "none", why: "No rule is about it." };
  };
  const protectedTags = steps.flatMap((step) => (step.do === "keep-tags" ? step.patterns : []));
  const running = new Set(
    steps.flatMap((step) => (step.do === "keep-running" ? step.digests : [])),
  );
  return settle(images, decide, {
    followsSubject: (image) =>
      !running.has(image.digest) &&
      (image.tags.length === 0 || isSignature(image)) &&
      !image.tags.some((tag) => named(protectedTags, tag)),
  });
}

/** Why a step decides on an image, as a sentence; undefined where it leaves it to the next. */
function reason(
  step: EngineStep,
  { digest, tags, pushedAt, lastPulledAt }: ListedImage,
  rank: number | undefined,
  now: Date,
): string | undefined {
  const tagged = tags.length > 0;
  switch (step.do) {
    case "keep-running":
      return step.digests.includes(digest) ? "A container runs it." : undefined;
    case "keep-tags": {
      const tag = tags.find((tag) => named(step.patterns, tag));
      return tag === undefined ? undefined : `Its tag ${tag} is one of those to keep.`;
    }
    case "follow-subject":
      return tags.some((tag) => named(step.patterns, tag))
        ? "It is a signature, an attestation or an SBOM."
        : undefined;
    case "keep-newest":
      return rank !== undefined && rank < step.count
        ? `It is number ${rank + 1} of the ${step.count} newest ${step.tags === undefined ? "tagged images" : `images with a tag ${step.tags.join(", ")}`}.`
        : undefined;
    case "keep-pushed-within":
      return tagged && concerns(step, tags) && !isOlder(pushedAt, step.days, now)
        ? `It was pushed within the last ${step.days} days.`
        : undefined;
    case "keep-pulled-within":
      if (!tagged || !concerns(step, tags)) return undefined;
      if (lastPulledAt === undefined) return "Nobody knows when it was last pulled.";
      return isOlder(lastPulledAt ?? pushedAt, step.days, now)
        ? undefined
        : `It was pulled or pushed within the last ${step.days} days.`;
    case "delete-tagged":
      return tagged && (step.tags === undefined || tags.every((tag) => named(step.tags ?? [], tag)))
        ? "It has a tag, and no rule keeps it."
        : undefined;
    case "keep-tagged":
      return tagged ? "It has a tag, and no rule deletes those." : undefined;
    case "delete-untagged":
      return !tagged && step.afterDays !== undefined && isOlder(pushedAt, step.afterDays, now)
        ? `It has no tag and was pushed more than ${step.afterDays} days ago.`
        : undefined;
    case "keep-children":
    case "collect-garbage":
      return undefined;
  }
}

/** Whether a step is about an image with these tags. */
function concerns(
  { tags, except }: { tags?: readonly string[]; except?: readonly string[] },
  of: readonly string[],
): boolean {
  return (
    (tags === undefined || of.some((tag) => named(tags, tag))) &&
    (except === undefined || of.some((tag) => !named(except, tag)))
  );
}

function named(patterns: readonly string[], tag: string): boolean {
  return patterns.some((pattern) => matchesPattern(pattern, tag));
}
