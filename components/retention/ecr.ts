import { deletes, type Refusal, type Retention, type TagGroup } from "../model/retention";
import { type Difference, isSignature, sentences } from "./listing";
import { matchesPattern, signatureTags } from "../model/tag-patterns";

/** One rule of an ECR lifecycle policy ("Lifecycle policy properties" of the ECR user guide). */
export interface EcrRule {
  /** Order of the rules, lowest first; unique. An image whose tags a rule matches is skipped by every later one. */
  rulePriority: number;
  description: string;
  selection: {
    tagStatus: "tagged" | "untagged" | "any";
    /** Patterns that all must match some tag of the image. */
    tagPatternList?: string[];
    /** Storage class that the rule looks at; `standard` where left out. */
    storageClass?: "standard" | "archive";
    countType:
      "imageCountMoreThan" | "sinceImagePushed" | "sinceImagePulled" | "sinceImageTransitioned";
    countUnit?: "days";
    countNumber: number;
  };
  action: { type: "expire" } | { type: "transition"; targetStorageClass: "archive" };
}

/** The retention of one repository for ECR. */
export interface EcrRetention {
  /** The lifecycle policy as JSON; undefined where there is none: no rule deletes or archives, or it is a dry run. */
  policy: string | undefined;
  /** The rules of the policy, in a dry run as well. */
  rules: EcrRule[];
  /** What ECR does differently from the model. */
  differences: string[];
}

/** Longest policy that ECR takes, in characters, and most rules in one. */
export const ecrLimits = { characters: 30_720, rules: 50 } as const;

// A repository holds 100,000 images by default; a rule that allows ten times as many never expires one.
const unreachableCount = 1_000_000;
// The same in days for the archive, where ECR counts only days: ten thousand are 27 years.
const unreachableDays = 10_000;
// ECR charges for 90 days in the archive and lets no policy expire an image before.
const shortestArchiveDays = 90;

/** What ECR cannot do. */
export function refuseEcr(retention: Retention): Refusal[] {
  const { keepLast, expireAfterDays, expireUnpulledAfterDays, archiveAfterDays } = retention;
  const refusals = refuseOfGroups(retention);
  if (expireUnpulledAfterDays !== undefined) {
    refusals.push({
      key: "expireUnpulledAfterDays",
      message: "ECR archives by the last pull but deletes only by push or count",
      instead: "set archiveAfterDays, and expireAfterDays for what is in the archive",
    });
  }
  if (keepLast !== undefined && archiveAfterDays !== undefined) {
    refusals.push({
      key: "archiveAfterDays",
      message:
        "ECR applies one rule to an image, so that keepLast and archiveAfterDays exclude each other",
      instead: "set keepLast to 0 for this repository, or archiveAfterDays to never",
    });
  } else if (keepLast !== undefined && expireAfterDays !== undefined) {
    refusals.push({
      key: "keepLast",
      message:
        "ECR applies one rule to an image, so that it looks at the count or the age, never at both",
      instead: "set keepLast to 0 for this repository, or expireAfterDays to never",
    });
  }
  return refusals;
}

/** What ECR cannot do where groups of tags have numbers of their own. */
function refuseOfGroups({ groups, keepLast, archiveAfterDays }: Retention): Refusal[] {
  if (groups === undefined) return [];
  const several = groups.find(({ tags }) => new Set(tags).size > 1);
  return [
    ...(several === undefined
      ? []
      : [
          {
            key: "groups" as const,
            message: `ECR counts the images of one pattern, and a group has ${several.tags.length}, ${several.tags.join(" and ")}`,
            instead: "write a group for each of them",
          },
        ]),
    ...(keepLast === undefined
      ? []
      : [
          {
            key: "keepLast" as const,
            message: "ECR counts images of the groups among the newest of keepLast as well",
            instead:
              "write a group for the other tags, and set keepLast to 0 for this repository where the common block sets it",
          },
        ]),
    ...(archiveAfterDays === undefined
      ? []
      : [
          {
            key: "archiveAfterDays" as const,
            message:
              "ECR applies one rule to an image, so that groups and archiveAfterDays exclude each other",
            instead: "leave out groups for this repository, or set archiveAfterDays to never",
          },
        ]),
  ];
}

/** What ECR does differently from the model. */
export const ecrDifferences: readonly Difference[] = [
  {
    sentence:
      "ECR counts signatures, attestations and SBOMs that have a tag of their own among the newest images of keepLast and of a group.",
    concerns: ({ keepLast, groups }) => keepLast !== undefined || groups !== undefined,
    shows: (images) => images.some(isSignature),
  },
  {
    sentence:
      "ECR decides on an image by the first of groups that one of its tags matches; another group, or what the block says of other tags, does not keep it.",
    concerns: ({ groups }) => groups !== undefined,
    shows: (images, { groups = [] }) =>
      images.some(({ tags }) => {
        const [first, ...others] = groups.filter((group) => tags.some((tag) => isOf(group, tag)));
        return first !== undefined && (others.length > 0 || tags.some((tag) => !isOf(first, tag)));
      }),
  },
  {
    sentence: `Signatures under tags ${signatureTags} stay when their image expires; ECR cannot tell what they belong to.`,
    concerns: deletes,
    shows: (images) => images.some(isSignature),
  },
  {
    sentence: `With archiveAfterDays ECR deletes expireAfterDays after an image went to the archive, ${shortestArchiveDays} days after at the earliest.`,
    concerns: ({ archiveAfterDays, expireAfterDays }) =>
      archiveAfterDays !== undefined && expireAfterDays !== undefined,
    shows: () => true,
  },
  {
    sentence:
      "ECR has no dry run of a policy; none is set, and the preview shows what it would do.",
    concerns: ({ dryRun }) => dryRun,
    shows: () => false,
  },
];

type Selection = EcrRule["selection"];
type Written = Omit<EcrRule, "rulePriority">;

const tagged = (pattern: string) => ({ tagStatus: "tagged" as const, tagPatternList: [pattern] });
const since = (countType: Selection["countType"], countNumber: number) => ({
  countType,
  countUnit: "days" as const,
  countNumber,
});
const expire = { type: "expire" } as const;

/** Rules that match what is to stay before any other rule can, and never expire it. */
function guards({ keep }: Retention, archive: boolean): Written[] {
  // Each pattern once: the rules of a storage class must have a unique set of them ("Lifecycle policy evaluation rules").
  return [...new Set([...keep, signatureTags])].flatMap((pattern) => [
    {
      description: `Keep ${pattern}`,
      selection: {
        ...tagged(pattern),
        countType: "imageCountMoreThan",
        countNumber: unreachableCount,
      },
      action: expire,
    },
    ...(archive
      ? [
          {
            description: `Keep ${pattern} in the archive`,
            selection: {
              ...tagged(pattern),
              storageClass: "archive" as const,
              ...since("sinceImageTransitioned", unreachableDays),
            },
            action: expire,
          },
        ]
      : []),
  ]);
}

/** Whether a group is about a tag. */
function isOf({ tags }: TagGroup, tag: string): boolean {
  return tags.some((pattern) => matchesPattern(pattern, tag));
}

/**
 * A rule for each group, before the rule for all tagged images. A pattern that a guard or an earlier group has is not written again;
 * of two numbers for one pattern the higher counts, as an image is kept by any group.
 */
function groupRules({ groups = [], keep }: Retention): Written[] {
  const counts = new Map<string, number>();
  for (const { tags, keepLast } of groups) {
    for (const pattern of tags) {
      if (pattern === signatureTags || keep.includes(pattern)) continue;
      counts.set(pattern, Math.max(keepLast, counts.get(pattern) ?? 0));
    }
  }
  return [...counts].map(([pattern, keepLast]) => ({
    description: `Keep the newest ${keepLast} images with a tag ${pattern}`,
    selection: { ...tagged(pattern), countType: "imageCountMoreThan", countNumber: keepLast },
    action: expire,
  }));
}

/** The rule for tagged images in standard storage, and with an archive the rule for those in it. */
function taggedRules({ keepLast, expireAfterDays, archiveAfterDays }: Retention): Written[] {
  if (keepLast !== undefined) {
    return [
      {
        description: `Keep the newest ${keepLast} tagged images`,
        selection: { ...tagged("*"), countType: "imageCountMoreThan", countNumber: keepLast },
        action: expire,
      },
    ];
  }
  if (archiveAfterDays === undefined) {
    return expireAfterDays === undefined
      ? []
      : [
          {
            description: `Delete tagged images ${expireAfterDays} days after their push`,
            selection: { ...tagged("*"), ...since("sinceImagePushed", expireAfterDays) },
            action: expire,
          },
        ];
  }
  const archivedDays = Math.max(expireAfterDays ?? 0, shortestArchiveDays);
  return [
    {
      description: `Archive tagged images ${archiveAfterDays} days after their last pull`,
      selection: { ...tagged("*"), ...since("sinceImagePulled", archiveAfterDays) },
      action: { type: "transition", targetStorageClass: "archive" },
    },
    ...(expireAfterDays === undefined
      ? []
      : [
          {
            description: `Delete tagged images ${archivedDays} days after they were archived`,
            selection: {
              ...tagged("*"),
              storageClass: "archive" as const,
              ...since("sinceImageTransitioned", archivedDays),
            },
            action: expire,
          },
        ]),
  ];
}

/**
 * The retention of one repository as an ECR lifecycle policy.
 * @throws Error where `refuseEcr` refuses it.
 */
export function compileEcr(retention: Retention): EcrRetention {
  const [refused] = refuseEcr(retention);
  if (refused) throw new Error(`${refused.key}: ${refused.message}`);
  const { untaggedAfterDays, archiveAfterDays, expireAfterDays, dryRun } = retention;
  const ofTagged = [
    ...groupRules(retention),
    // With a group for every tag there are no others.
    ...(retention.groups?.some(({ tags }) => tags.includes("*")) ? [] : taggedRules(retention)),
  ];
  const expiresArchive = archiveAfterDays !== undefined && expireAfterDays !== undefined;
  const written: Written[] = [
    ...(ofTagged.length > 0 ? guards(retention, expiresArchive) : []),
    ...ofTagged,
    ...(untaggedAfterDays === undefined
      ? []
      : [
          {
            description: `Delete images without tags ${untaggedAfterDays} days after their push`,
            selection: {
              tagStatus: "untagged" as const,
              ...since("sinceImagePushed", untaggedAfterDays),
            },
            action: expire,
          },
        ]),
  ];
  const rules = written.map((rule, index) => ({ rulePriority: index + 1, ...rule }));
  return {
    policy: rules.length === 0 || dryRun ? undefined : JSON.stringify({ rules }),
    rules,
    differences: sentences(ecrDifferences, [retention]),
  };
}
