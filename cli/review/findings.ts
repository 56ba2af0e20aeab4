import type { Change } from "../stack/operations";

/** What a violation of a policy means. */
export type FindingLevel = "mandatory" | "advisory";

/** Why a violation does not fail. */
export interface FindingException {
  /** Why the resource may be as it is. */
  reason: string;
  /** Who answers for it; undefined where Pulumi's own exception does not say. */
  owner?: string;
  /** Last day on which it holds, `2027-03-31`, or `permanent`; undefined likewise. */
  until?: string;
  /** Pulumi's name of its own exception, `EXC-42`; undefined for one of the pack's configuration. */
  id?: string;
}

/** A violation of a policy by one resource. */
export interface Finding {
  /** Name of the policy. */
  rule: string;
  level: FindingLevel;
  /** Whom it may hurt: low, medium, high or critical; empty for a policy that does not say. */
  severity: string;
  /** What is wrong. */
  message: string;
  /** What to do about it; empty for a policy that does not say. */
  remediation: string;
  /** Name of the resource; empty where the violation is of the stack as a whole. */
  resource: string;
  /** Pulumi's type token of the resource; empty likewise. */
  type: string;
  /** Line of the stack's file that it comes from, from 1. */
  line: number;
  /** The exception that covers it; undefined where none does. */
  exception?: FindingException;
}

/** A problem of a description, with its place. */
export interface PlacedProblem {
  /** Key as the user writes it: `wharf:endpoint.port`. */
  key: string;
  message: string;
  /** Command that fixes it, where there is one. */
  fix?: string;
  /** Line of the stack's file that it comes from, from 1. */
  line: number;
}

/** Violations of one policy that say the same. */
export interface FindingGroup extends Omit<Finding, "resource" | "type" | "line"> {
  /** The resources that it is said of, each with its line. */
  places: Pick<Finding, "resource" | "line">[];
}

/**
 * How the review of a stack ended: as a whole, at its description, or at its preview; `left-out` where a preview that failed is left to
 * a review with credentials.
 */
export type Outcome = "reviewed" | "refused" | "failed" | "left-out";

/** What was found about one stack. */
export interface StackReview {
  stack: string;
  /** Path of its file from the root of the Git repository. */
  file: string;
  outcome: Outcome;
  /** Why there is no preview, where there is none. */
  reason?: string;
  /** What `up` would do, resource by resource, without what would stay as it is; undefined where nobody asked. */
  changes?: Change[];
  findings: Finding[];
  problems: PlacedProblem[];
  /** What a person should know, a sentence each; undefined where nobody asked. */
  notes?: string[];
  /** US dollars that a month would cost; undefined where the description has problems. */
  monthlyCost?: number;
  /** US dollars that a month costs by what the review compares with; undefined where that is nothing. */
  monthlyCostBefore?: number;
  /** When the deployed lab expires, ISO 8601; undefined where none is deployed, or it never expires. */
  expiresAt?: string;
  /** One line on the deployed certificate that is to be renewed; undefined where none is. */
  certificate?: string;
}

const severities = ["critical", "high", "medium", "low"];

/** What a finding is listed under. */
export type FindingKind = FindingLevel | "excepted";

/** What findings are listed under, in the order of the lists. */
export const findingKinds = ["mandatory", "advisory", "excepted"] as const;

function kindOf({ level, exception }: Pick<Finding, "level" | "exception">): FindingKind {
  return exception === undefined ? level : "excepted";
}

/** How many violations of a kind there are; what is excepted counts as neither mandatory nor advisory. */
export function violations({ findings }: StackReview, kind: FindingKind): number {
  return findings.filter((finding) => kindOf(finding) === kind).length;
}

/**
 * What covers a violation, as a sentence: `Excepted until 2027-03-31 by ops@example.com: It is empty.`
 * @param shown how names are shown; as they are where not given
 */
export function exceptionText(
  { reason, owner, until, id }: FindingException,
  shown = (name: string) => name,
): string {
  const end = until === undefined ? "" : until === "permanent" ? " permanently" : ` until ${until}`;
  const by = id === undefined ? ` by ${shown(owner ?? "")}` : ` by Pulumi's exception ${shown(id)}`;
  return `Excepted${end}${by}: ${reason}`;
}

/** Findings of a kind, the severest first; what is said of several resources is one group. */
export function groupsOf({ findings }: StackReview, kind: FindingKind): FindingGroup[] {
  const groups = new Map<string, FindingGroup>();
  for (const { resource, line, ...said } of findings) {
    if (kindOf(said) !== kind) continue;
    const { rule, severity, message, remediation, level, exception } = said;
    const key = JSON.stringify([rule, message, exception]);
    const group = groups.get(key) ?? {
      ...{ rule, severity, message, remediation, level, exception },
      places: [],
    };
    group.places.push({ resource, line });
    groups.set(key, group);
  }
  const rank = ({ severity }: FindingGroup) => {
    const place = severities.indexOf(severity);
    return place < 0 ? severities.length : place;
  };
  return [...groups.values()].toSorted((one, other) => rank(one) - rank(other));
}
