import type { AcrRetention } from "./acr";
import {
  isOlder,
  newestFirst,
  Outcome,
  settle,
  type Decision,
  type ListedImage,
  type Verdict,
} from "./listing";

/** One `acr purge` command, read as acr-cli reads it. */
interface Purge {
  /** Expressions of repositories, anchored at both ends, each with one of tags, anchored at none. */
  filters: { repository: RegExp; tags: RegExp }[];
  agoDays: number;
  keep: number;
  untaggedOnly: boolean;
}

/** What a command leaves of an image: the tags that it takes away, or the image itself. */
type Removal = { tags: string[]; command: string; days: number } | undefined;

/**
 * What a retention policy and the commands of a purge task do with the images of one repository, as cmd/acr/purge.go of
 * acr-cli does it. Tags and images are taken to be as old as the push, since a listing does not say when a tag moved.
 */
export function evaluateAcr(
  { retentionPolicy, purgeTask }: Pick<AcrRetention, "retentionPolicy" | "purgeTask">,
  images: readonly ListedImage[],
  now: Date,
): Verdict[] {
  const commands = (purgeTask?.commands ?? []).map((command) => ({ command, ...read(command) }));
  const removed = new Map<ListedImage, Exclude<Removal, undefined>>();
  for (const { command, ...purge } of commands.filter(({ untaggedOnly }) => !untaggedOnly)) {
    // The commands run one after the other, each on the tags that the earlier ones left.
    const left = (image: ListedImage) =>
      image.tags.filter((tag) => removed.get(image)?.tags.includes(tag) !== true);
    for (const [image, tag] of expiredTags(purge, images, left, now)) {
      const { tags } = removed.get(image) ?? { tags: [] };
      removed.set(image, { tags: [...tags, tag], command, days: purge.agoDays });
    }
  }
  const decide = (image: ListedImage): Decision => {
    const { tags: removedTags = [], days = 0 } = removed.get(image) ?? {};
    if (image.tags.length > 0) {
      return removedTags.length < image.tags.length
        ? {
            outcome: Outcome.Keep,
            rule: removedTags.length === 0 ? "none" : "purge --filter",
            why:
              removedTags.length === 0
                ? "No command takes its tags away."
                : `It loses ${removedTags.join(", ")} and stays by its other tags.`,
            removedTags,
          }
        : {
            outcome: Outcome.Delete,
            rule: "purge --filter",
            why: `All its tags are older than ${days} days; it is deleted once it has been without them for long enough.`,
            removedTags,
          };
    }
    if (image.subject !== undefined) {
      return { outcome: Outcome.Keep, rule: "none", why: "acr purge leaves signatures to ACR." };
    }
    if (retentionPolicy !== undefined && isOlder(image.pushedAt, retentionPolicy.days, now)) {
      return {
        outcome: Outcome.Delete,
        rule: "retentionPolicy",
        why: `It has no tag, and the registry keeps such images for ${retentionPolicy.days} days.`,
      };
    }
    const purge = commands.find(
      ({ untaggedOnly, filters, agoDays }) =>
        untaggedOnly &&
        filters.some(({ repository }) => repository.test(image.repository)) &&
        isOlder(image.pushedAt, agoDays, now),
    );
    return purge === undefined
      ? { outcome: Outcome.Keep, rule: "none", why: "It has no tag and is young enough." }
      : {
          outcome: Outcome.Delete,
          rule: "purge --untagged-only",
          why: `It has no tag and is older than ${purge.agoDays} days.`,
        };
  };
  return settle(images, decide, {
    followsSubject: ({ tags, subject }) => tags.length === 0 && subject !== undefined,
  });
}

/** The tags that a command takes away: those that match and are old enough, less the newest of them that `--keep` counts. */
function expiredTags(
  { filters, agoDays, keep }: Purge,
  images: readonly ListedImage[],
  tagsOf: (image: ListedImage) => string[],
  now: Date,
): [ListedImage, string][] {
  return newestFirst(images)
    .filter(({ pushedAt }) => isOlder(pushedAt, agoDays, now))
    .flatMap((image) =>
      tagsOf(image)
        .filter((tag) =>
          filters.some(
            ({ repository, tags }) => repository.test(image.repository) && tags.test(tag),
          ),
        )
        .map((tag): [ListedImage, string] => [image, tag]),
    )
    .slice(keep);
}

/** The words of a command as a shell splits them, where only single quotes are used. */
function wordsOf(command: string): string[] {
  return (command.match(/(?:'[^']*'|[^\s'])+/g) ?? []).map((word) => word.replaceAll("'", ""));
}

function read(command: string): Purge {
  const words = wordsOf(command);
  const valuesOf = (flag: string) =>
    words.flatMap((word, i) => (word === flag ? [words[i + 1] ?? ""] : []));
  return {
    filters: valuesOf("--filter").map((filter) => {
      const colon = filter.indexOf(":");
      return {
        repository: new RegExp(`^${filter.slice(0, colon)}$`),
        tags: new RegExp(filter.slice(colon + 1)),
      };
    }),
    agoDays: parseInt(valuesOf("--ago")[0] ?? "0", 10),
    keep: Number(valuesOf("--keep")[0] ?? 0),
    untaggedOnly: words.includes("--untagged-only"),
  };
}
