import { signatureTags } from "../model/tag-patterns";
import { expiresTagged, type Refusal, type Retention } from "../model/retention";

/**
 * One step of cleaning up a self-hosted registry, as the preview goes through them. A step works on what the earlier ones did not
 * decide.
 */
export type EngineStep =
  /** Images with a tag that a pattern names stay. */
  | { do: "keep-tags"; patterns: readonly string[] }
  /** Signatures, attestations and SBOMs are kept and deleted with their image. */
  | { do: "follow-subject"; patterns: readonly string[] }
  /** The newest tagged images stay, signatures not counted. */
  | { do: "keep-newest"; count: number }
  /** Tagged images pushed within so many days stay. */
  | { do: "keep-pushed-within"; days: number }
  /** Tagged images pulled within so many days stay, and those of which nobody knows when they were pulled. */
  | { do: "keep-pulled-within"; days: number }
  /** Every other tagged image goes, or none where no rule speaks of them. */
  | { do: "delete-tagged" }
  | { do: "keep-tagged" }
  /** Images without tags go after so many days since their push; without days they stay. */
  | { do: "delete-untagged"; afterDays?: number }
  /** Images that an index which stays names are put back. */
  | { do: "keep-children" }
  /** Blobs that nothing names any more are removed; the registry is read-only meanwhile. */
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
  /** What it does differently from the model. */
  differences: string[];
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
  const { keep, keepLast, expireAfterDays, expireUnpulledAfterDays, untaggedAfterDays } = retention;
  const step = <Step extends EngineStep>(wanted: boolean, made: Step) => (wanted ? [made] : []);
  return {
    plan: {
      dryRun: retention.dryRun,
      steps: [
        ...step(keep.length > 0, { do: "keep-tags", patterns: keep }),
        { do: "follow-subject", patterns: [signatureTags] },
        ...step(keepLast !== undefined, { do: "keep-newest", count: keepLast ?? 0 }),
        ...step(expireAfterDays !== undefined, {
          do: "keep-pushed-within",
          days: expireAfterDays ?? 0,
        }),
        ...step(expireUnpulledAfterDays !== undefined, {
          do: "keep-pulled-within",
          days: expireUnpulledAfterDays ?? 0,
        }),
        { do: expiresTagged(retention) ? "delete-tagged" : "keep-tagged" },
        {
          do: "delete-untagged",
          ...(untaggedAfterDays === undefined ? {} : { afterDays: untaggedAfterDays }),
        },
        { do: "keep-children" },
        { do: "collect-garbage" },
      ],
    },
    differences: [
      ...(expireUnpulledAfterDays === undefined
        ? []
        : [
            "distribution keeps no record of pulls; an image stays where the listing does not say when it was pulled.",
          ]),
    ],
  };
}
