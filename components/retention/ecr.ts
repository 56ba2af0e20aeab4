import { deletes, refuseGroups, type Refusal, type Retention } from "../model/retention";
import { type Difference, isSignature, sentences } from "./listing";
import { signatureTags } from "../model/tag-patterns";

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
  const refusals = refuseGroups(
    retention,
    "ECR applies one rule to an image, also one with tags of two groups",
  );
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

/** What ECR does differently from the model. */
export const ecrDifferences: readonly Difference[] = [
  {
    sentence:
      "ECR counts signatures, attestations and SBOMs that have a tag of their own among the newest images of keepLast.",
    concerns: ({ keepLast }) => keepLast !== undefined,
    shows: (images) => images.some(isSignature),
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
  const ofTagged = taggedRules(retention);
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
