import { signatureTags } from "../model/tag-patterns";
import { expiresTagged, type Refusal, type Retention } from "../model/retention";

/** The tagged images that a step is about; all where it does not say. */
interface Scope {
  /** Only those with a tag that one of these patterns names. */
  tags?: readonly string[];
  /** Only those with a tag that none of these patterns names. */
  except?: readonly string[];
}

/**
 * One step of cleaning up a self-hosted registry, as its program and the preview go through them. A step works on what the
 * earlier ones did not decide. `offline/go/distribution/collection` reads the same.
 */
export type EngineStep =
  /** Images that containers run stay. */
  | { do: "keep-running"; digests: readonly string[] }
  /** Images with a tag that a pattern names stay. */
  | { do: "keep-tags"; patterns: readonly string[] }
  /** Signatures, attestations and SBOMs are kept and deleted with their image. */
  | { do: "follow-subject"; patterns: readonly string[] }
  /** The newest tagged images stay, signatures not counted. */
  | ({ do: "keep-newest"; count: number } & Scope)
  /** Tagged images pushed within so many days stay. */
  | ({ do: "keep-pushed-within"; days: number } & Scope)
  /** Tagged images pulled within so many days stay, and those of which nobody knows when they were pulled. */
  | ({ do: "keep-pulled-within"; days: number } & Scope)
  /** Every other tagged image goes, with `tags` each whose tags are all named, or none where no rule speaks of them. */
  | { do: "delete-tagged"; tags?: readonly string[] }
  | { do: "keep-tagged" }
  /** Images without tags go after so many days since their push; without days they stay. */
  | { do: "delete-untagged"; afterDays?: number }
  /** Images that an index which stays names are put back. */
  | { do: "keep-children" }
  /** Blobs that nothing names any more are removed. */
  | { do: "collect-garbage" };

/** Cleaning up one repository: the steps in order. */
export interface EnginePlan {
  /** Whether the steps are only reported. */
  dryRun: boolean;
  steps: EngineStep[];
}

/** The retention of one repository for the self-hosted engine. */
export interface EngineRetention {
  plan: EnginePlan;
}

/** What the self-hosted engine cannot do. */
export function refuseEngine({ archiveAfterDays }: Retention): Refusal[] {
  return archiveAfterDays === undefined
    ? []
    : [
        {
          key: "archiveAfterDays",
          message: "a self-hosted registry has one storage class only",
          instead: "leave it out",
        },
      ];
}

/**
 * The retention of one repository as a plan for the self-hosted engine: exactly the model.
 * @throws Error where `refuseEngine` refuses it.
 */
export function compileEngine(retention: Retention): EngineRetention {
  const [refused] = refuseEngine(retention);
  if (refused) throw new Error(`${refused.key}: ${refused.message}`);
  const { keep, untaggedAfterDays } = retention;
  return {
    plan: {
      dryRun: retention.dryRun,
      steps: [
        ...step(keep.length > 0, { do: "keep-tags", patterns: keep }),
        { do: "follow-subject", patterns: [signatureTags] },
        ...taggedSteps(retention),
        {
          do: "delete-untagged",
          ...(untaggedAfterDays === undefined ? {} : { afterDays: untaggedAfterDays }),
        },
        { do: "keep-children" },
        { do: "collect-garbage" },
      ],
    },
  };
}

const step = <Step extends EngineStep>(wanted: boolean, made: Step) => (wanted ? [made] : []);

/** What becomes of images with a tag. */
function taggedSteps(retention: Retention): EngineStep[] {
  const { keepLast, expireAfterDays, expireUnpulledAfterDays, groups = [] } = retention;
  const grouped = [...new Set(groups.flatMap(({ tags }) => tags))];
  // With groups the rest of the block is about images with a tag that no group names.
  const rest: Scope = grouped.length > 0 ? { except: grouped } : {};
  const restExpires = expiresTagged({ ...retention, groups: undefined });
  return [
    ...groups.map(({ tags, keepLast: count }) => ({ do: "keep-newest" as const, count, tags })),
    ...step(keepLast !== undefined, { do: "keep-newest", count: keepLast ?? 0, ...rest }),
    ...step(expireAfterDays !== undefined, {
      do: "keep-pushed-within",
      days: expireAfterDays ?? 0,
      ...rest,
    }),
    ...step(expireUnpulledAfterDays !== undefined, {
      do: "keep-pulled-within",
      days: expireUnpulledAfterDays ?? 0,
      ...rest,
    }),
    ...step(expiresTagged(retention), {
      do: "delete-tagged",
      ...(!restExpires && grouped.length > 0 && { tags: grouped }),
    }),
    ...step(!restExpires, { do: "keep-tagged" }),
  ];
}

/** The plan with the images kept that containers run, by their digests. */
export function keepRunning(plan: EnginePlan, digests: readonly string[]): EnginePlan {
  if (digests.length === 0) return plan;
  return { ...plan, steps: [{ do: "keep-running", digests }, ...plan.steps] };
}
