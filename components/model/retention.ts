import { z } from "zod";
import { keyOf, removeCommand, setCommand } from "../core/messages";
import type { Path } from "../core/fields";
import type { Problem } from "../core/problems";
import { isSchedule } from "./schedule";
import { patternLimits, tagPattern } from "./tag-patterns";

/** Ten years; Azure's and ECR's own counters of days end beyond. */
const longestDays = 3650;

/** A number of days; 0 or `never` switches a default or the common block off. */
const days = z.union([z.int().min(0).max(longestDays), z.literal("never")], {
  error: `is neither a whole number of days (1 to ${longestDays}, or 0 for never) nor never`,
});

/** Stack config `wharf:retention`, and the same block under `wharf:repositories[].retention`: how long images are kept. */
export const retentionSettings = z.strictObject({
  keep: z
    .array(tagPattern)
    .max(patternLimits.patterns, `has more than ${patternLimits.patterns} patterns`)
    .optional()
    .meta({
      description:
        "Tags that no rule ever deletes, `*` for any text, as in `v*`. An image with one such tag is kept. A repository adds to the common list. Defaults to none.",
    }),
  keepLast: z.int().min(0).max(10000).optional().meta({
    description:
      "Number of newest tagged images of a repository that are kept whatever their age; without an age, all others are deleted. 0 switches a common number off. Defaults to none.",
  }),
  expireAfterDays: days.optional().meta({
    description:
      "Days after its push at which a tagged image expires; 0 or `never` for never. Defaults to never.",
  }),
  expireUnpulledAfterDays: days.optional().meta({
    description:
      "Days after its last pull at which a tagged image expires; 0 or `never` for never; only where the registry records pulls. Defaults to never.",
  }),
  untaggedAfterDays: days.optional().meta({
    description:
      "Days after its push at which an image without a tag expires; 0 or `never` for never. Defaults to 1 in a lab, 7 in dev, 14 in staging and 30 in prod.",
  }),
  archiveAfterDays: days.optional().meta({
    description:
      "Days after its last pull, or after its push where it was never pulled, at which a tagged image moves to cheaper storage; 0 or `never` for never; only on aws. Defaults to never.",
  }),
  groups: z
    .array(
      z.strictObject({
        tags: z
          .array(tagPattern)
          .min(1, "is empty; name the tags that the group is about")
          .max(patternLimits.patterns, `has more than ${patternLimits.patterns} patterns`)
          .meta({ description: "Tags that the group is about, `*` for any text, as in `dev-*`." }),
        keepLast: z.int().min(1).max(10000).meta({
          description: "Number of newest images with such a tag that are kept; the others expire.",
        }),
      }),
    )
    .max(10, "has more than 10 groups")
    .optional()
    .meta({
      description:
        "Groups of tags, each with a number of its own; an image with tags of several groups is kept by any of them, and one with a tag that no group names is decided by the rest of the block as well. A repository's groups replace the common ones. Defaults to none.",
    }),
  dryRun: z.boolean().optional().meta({
    description: "Whether rules only report what they would delete. Defaults to false.",
  }),
});

/** What is set once for a whole registry that Wharf runs, beside the rules. */
export const registryRetentionSettings = retentionSettings.extend({
  schedule: z
    .string()
    .refine(
      (schedule) => schedule === "never" || isSchedule(schedule),
      "is neither a schedule in cron's five fields, as in 0 3 * * * for every night at 3:00 UTC, nor never",
    )
    .optional()
    .meta({
      description:
        "When the registry deletes by the rules and frees what nothing names, in cron's five fields, UTC; `never` for only by `npx wharf collect`. Defaults to `0 3 * * *`.",
    }),
  graceMinutes: z.int().min(0).max(10_080).optional().meta({
    description:
      "Minutes for which a blob that a client uploaded or asked for stays though no image names it yet; longer than the longest push. Defaults to 120.",
  }),
  mostPercent: z.int().min(1).max(100).optional().meta({
    description:
      "Share of the tagged images that one scheduled run may delete; it deletes none where it would be more. Defaults to 50.",
  }),
  keepRunning: z.boolean().optional().meta({
    description:
      "Whether runs of the schedule, too, keep every image that a pod of the cluster runs, and delete nothing where the cluster does not say so: the registry's pod gets a token that may list the pods of all namespaces. On a Docker host it needs `schedule: never`, since only `npx wharf collect` may ask the engine. Defaults to false.",
  }),
});

/** The common block as it was written. */
export type RegistryRetentionSettings = z.output<typeof registryRetentionSettings>;

/** A block of retention settings as it was written. */
export type RetentionSettings = z.output<typeof retentionSettings>;

/** What holds for one repository: defaults filled in, overrides applied; a rule that is off is undefined. */
export interface Retention {
  /** Tag patterns whose images are kept. */
  keep: readonly string[];
  /** Newest tagged images that are kept whatever their age. */
  keepLast?: number;
  /** Days since the push. */
  expireAfterDays?: number;
  /** Days since the last pull. */
  expireUnpulledAfterDays?: number;
  /** Days since the push of an image without tags. */
  untaggedAfterDays?: number;
  /** Days since the last pull, or the push. */
  archiveAfterDays?: number;
  /** Numbers of newest images for groups of tags; undefined where there are none. */
  groups?: readonly TagGroup[];
  dryRun: boolean;
}

/** The newest images with certain tags. */
export interface TagGroup {
  /** Patterns of the tags. */
  tags: readonly string[];
  /** Images with such a tag that are kept; the others expire. */
  keepLast: number;
}

const untaggedAfterDays = { lab: 1, dev: 7, staging: 14, prod: 30 } as const;

/**
 * The retention of one repository: its own block over the common one, whose `keep` it adds to, over the defaults.
 * @param environment sets the days of images without tags
 * @param common the block `wharf:retention`
 * @param own the block of the repository
 */
export function retentionOf(
  environment: keyof typeof untaggedAfterDays,
  common: RetentionSettings = {},
  own: RetentionSettings = {},
): Retention {
  const on = (value: number | "never" | undefined) =>
    value === "never" || value === 0 ? undefined : value;
  const rank = own.keepLast ?? common.keepLast;
  return {
    keep: [...new Set([...(common.keep ?? []), ...(own.keep ?? [])])],
    keepLast: rank === 0 ? undefined : rank,
    expireAfterDays: on(own.expireAfterDays ?? common.expireAfterDays),
    expireUnpulledAfterDays: on(own.expireUnpulledAfterDays ?? common.expireUnpulledAfterDays),
    untaggedAfterDays: on(
      own.untaggedAfterDays ?? common.untaggedAfterDays ?? untaggedAfterDays[environment],
    ),
    archiveAfterDays: on(own.archiveAfterDays ?? common.archiveAfterDays),
    groups: listed(own.groups ?? common.groups),
    dryRun: own.dryRun ?? common.dryRun ?? false,
  };
}

const listed = <T>(list: readonly T[] = []) => (list.length === 0 ? undefined : list);

/** Whether a rank or an age is set by which tagged images may expire. */
function ranksOrAges(retention: Retention): boolean {
  return (
    retention.keepLast !== undefined ||
    retention.groups !== undefined ||
    retention.expireAfterDays !== undefined ||
    retention.expireUnpulledAfterDays !== undefined
  );
}

/** Whether any rule may delete an image that has a tag. */
export function expiresTagged(retention: Retention): boolean {
  return ranksOrAges(retention) && !retention.keep.includes("*");
}

/** Whether any rule may delete an image. */
export function deletes(retention: Retention): boolean {
  return expiresTagged(retention) || retention.untaggedAfterDays !== undefined;
}

/** What a platform cannot do, whichever repository it is for. */
export interface Refusal {
  /** The setting that it is about. */
  key: keyof Retention;
  /** Why, as the rest of a sentence whose subject is the key. */
  message: string;
  /** What to write in its place, as a whole clause. */
  instead: string;
}

/** What a platform without numbers for groups of tags says of them. */
export function refuseGroups({ groups }: Retention, message: string): Refusal[] {
  return groups === undefined
    ? []
    : [
        {
          key: "groups",
          message,
          instead: "give each group a repository of its own, with keepLast",
        },
      ];
}

/** A refusal as the check of a description tells it. */
export function refusalProblem({ key, message, instead }: Refusal, block: Path): Problem {
  return { key: keyOf([...block, key]), message: `${message}; ${instead}` };
}

/**
 * Contradictions within the retention of one repository, on every platform.
 * @param block path of the block that the user wrote last: `["retention"]` or `["repositories", 2, "retention"]`
 */
export function retentionProblems(retention: Retention, block: Path): Problem[] {
  const { keep, expireAfterDays, archiveAfterDays } = retention;
  const problems: Problem[] = [];
  const archives = archiveAfterDays !== undefined;
  if (keep.includes("*") && (archives || ranksOrAges(retention))) {
    problems.push({
      key: keyOf([...block, "keep"]),
      message: archives
        ? `"*" keeps every tag, so that archiveAfterDays, keepLast and the expiry of tagged images would never apply to one`
        : `"*" keeps every tag, so that keepLast and the expiry of tagged images would never delete one`,
      fix: removeCommand([...block, "keep"]),
    });
  }
  if (keep.length > patternLimits.patterns) {
    problems.push({
      key: keyOf([...block, "keep"]),
      message: `has ${keep.length} patterns together with wharf:retention.keep; ${patternLimits.patterns} are allowed`,
    });
  }
  if (
    archiveAfterDays !== undefined &&
    expireAfterDays !== undefined &&
    archiveAfterDays >= expireAfterDays
  ) {
    problems.push({
      key: keyOf([...block, "archiveAfterDays"]),
      message: `${archiveAfterDays} is not below expireAfterDays, ${expireAfterDays}: an image would be deleted before it is archived`,
      fix: setCommand([...block, "archiveAfterDays"], Math.max(1, Math.floor(expireAfterDays / 2))),
    });
  }
  return problems;
}
