import { z } from "zod";
import type { Retention } from "../model/retention";
import { signedDigest } from "../model/tag-patterns";

/** Something that a platform does differently from the model, which the self-hosted engine follows exactly. */
export interface Difference {
  /** What it does, as a whole sentence. */
  sentence: string;
  /** Whether it can matter with these settings. */
  concerns(retention: Retention): boolean;
  /** Whether it can change an outcome for the images of one repository; not called where it does not concern the settings. */
  shows(images: readonly ListedImage[], retention: Retention): boolean;
}

/** The sentences that matter with any of these settings. */
export function sentences(
  differences: readonly Difference[],
  retentions: readonly Retention[],
): string[] {
  return differences
    .filter(({ concerns }) => retentions.some(concerns))
    .map(({ sentence }) => sentence);
}

const digest = z
  .string()
  .regex(/^sha256:[0-9a-f]{64}$/, "is not a digest: sha256: and 64 hexadecimal digits");
const time = z.union([z.date(), z.iso.datetime({ offset: true })]).pipe(z.coerce.date());

/** What a registry holds, as a preview reads it: a fixture, or what a live registry listed. Times as ISO 8601 text or dates. */
export const imageListing = z.array(
  z.strictObject({
    repository: z.string().min(1).meta({ description: "Repository that holds the image." }),
    digest: digest.meta({ description: "Digest of its manifest or index." }),
    tags: z.array(z.string().min(1)).default([]).meta({
      description: "Tags that point to it. Defaults to none.",
    }),
    pushedAt: time.meta({ description: "When it was pushed." }),
    lastPulledAt: time.nullable().optional().meta({
      description:
        "When it was last pulled; null where it never was. Left out where the registry does not know.",
    }),
    sizeBytes: z.int().min(0).optional().meta({ description: "Size in bytes." }),
    mediaType: z.string().optional().meta({ description: "Media type of the manifest." }),
    children: z.array(digest).optional().meta({
      description: "Digests of the images of an index, one for each platform.",
    }),
    subject: digest.optional().meta({
      description: "Digest of the image that it is a signature, an attestation or an SBOM of.",
    }),
    archivedAt: time.optional().meta({
      description: "When it moved to cheaper storage. Left out where it did not.",
    }),
  }),
);

/** One image of a listing. */
export type ListedImage = z.output<typeof imageListing>[number];

/** What happens to an image. */
export const Outcome = { Keep: "keep", Delete: "delete", Archive: "archive" } as const;
export type Outcome = (typeof Outcome)[keyof typeof Outcome];

/** What one rule says of an image, before what depends on other images is looked at. */
export interface Decision {
  outcome: Outcome;
  /** The rule, by its name in the document that the platform gets; `none` where none applies. */
  rule: string;
  /** Why, as a whole sentence. */
  why: string;
  /** Tags that the image loses while it stays, or before it is deleted. */
  removedTags?: string[];
}

/** What happens to one image of a listing, and why. */
export interface Verdict extends Required<Decision> {
  repository: string;
  digest: string;
  tags: string[];
}

const dayInMilliseconds = 24 * 60 * 60 * 1000;

/** Whether more than `days` days have passed since `since`. */
export function isOlder(since: Date, days: number, now: Date): boolean {
  return now.getTime() - since.getTime() > days * dayInMilliseconds;
}

/** Images from the newest push to the oldest; of two pushed at once the one with the smaller digest comes first. */
export function newestFirst(images: readonly ListedImage[]): ListedImage[] {
  return images.toSorted(
    (one, other) =>
      other.pushedAt.getTime() - one.pushedAt.getTime() || (one.digest < other.digest ? -1 : 1),
  );
}

/** The rank of each image by its push: 0 for the newest. */
export function ranksOf(images: readonly ListedImage[]): Map<ListedImage, number> {
  return new Map(newestFirst(images).map((image, rank) => [image, rank]));
}

/** Whether all tags of an image are those of a signature, attestation or SBOM. */
export function isSignature({ tags }: ListedImage): boolean {
  return tags.length > 0 && tags.every((tag) => signedDigest(tag) !== undefined);
}

/** The image that another is a signature, an attestation or an SBOM of, by its subject or by its tags. */
export function subjectOf(image: ListedImage): string | undefined {
  return image.subject ?? (isSignature(image) ? signedDigest(image.tags[0] ?? "") : undefined);
}

/** What keeps an image where its own rules would not, and what is deleted with another image. */
export interface Bonds {
  /**
   * Whether an image that has a subject is deleted with it and kept while it stays, whatever the rules say of it. An image whose
   * subject is not listed is decided by itself.
   */
  followsSubject(image: ListedImage): boolean;
}

/**
 * The verdicts of one repository: each image's own decision, then what depends on others. No registry deletes an image that an
 * index which stays names as one of its platforms.
 */
export function settle(
  images: readonly ListedImage[],
  decide: (image: ListedImage) => Decision,
  { followsSubject }: Bonds,
): Verdict[] {
  const decisions = new Map(images.map((image) => [image.digest, decide(image)]));
  const byDigest = new Map(images.map((image) => [image.digest, image]));
  const parents = new Map<string, string[]>();
  for (const { digest, children = [] } of images) {
    for (const child of children) parents.set(child, [...(parents.get(child) ?? []), digest]);
  }
  const stays = (digest: string) => decisions.get(digest)?.outcome !== Outcome.Delete;
  const followers = images.filter((image) => {
    const subject = subjectOf(image);
    return subject !== undefined && decisions.has(subject) && followsSubject(image);
  });
  // Until their subjects are known followers stay, so that a chain of them is decided from its end.
  for (const { digest } of followers) {
    decisions.set(digest, follow(true));
  }
  keepChildren();
  for (let changed = true; changed;) {
    changed = false;
    for (const image of followers) {
      const subject = subjectOf(image) as string;
      if (stays(image.digest) && !stays(subject) && !isChildOfLive(image)) {
        decisions.set(image.digest, follow(false));
        changed = true;
      }
    }
  }
  return images.map((image) => ({
    repository: image.repository,
    digest: image.digest,
    tags: image.tags,
    removedTags: [],
    ...(decisions.get(image.digest) as Decision),
  }));

  function isChildOfLive({ digest }: ListedImage): boolean {
    return (parents.get(digest) ?? []).some(stays);
  }

  function keepChildren(): void {
    // The list grows while it is gone through: an index may name another.
    const live = images.filter(({ digest }) => stays(digest));
    for (const index of live) {
      for (const child of index.children ?? []) {
        const decision = decisions.get(child);
        if (decision?.outcome !== Outcome.Delete) continue;
        decisions.set(child, {
          ...decision,
          outcome: Outcome.Keep,
          rule: "index",
          why: `It belongs to the index ${shortDigest(index.digest)}, which stays.`,
        });
        const kept = byDigest.get(child);
        if (kept !== undefined) live.push(kept);
      }
    }
  }
}

function follow(stays: boolean): Decision {
  return stays
    ? { outcome: Outcome.Keep, rule: "subject", why: "The image that it belongs to stays." }
    : {
        outcome: Outcome.Delete,
        rule: "subject",
        why: "It is deleted with the image that it belongs to.",
      };
}

/** A digest as a sentence names it. */
export function shortDigest(digest: string): string {
  return digest.slice(0, "sha256:".length + 12);
}
