import type { Change } from "../operations";

/** What a violation of a policy means. */
export type FindingLevel = "mandatory" | "advisory";

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
}

/** A problem of a description, with its place. */
export interface PlacedProblem {
  /** Key as the user writes it: `wharf:endpoint.port`. */
  key: string;
  message: string;
  /** Command that cures it, where there is one. */
  fix?: string;
  /** Line of the stack's file that it comes from, from 1. */
  line: number;
}

/** Violations of one policy that say the same. */
export interface FindingGroup extends Omit<Finding, "resource" | "type" | "line"> {
  /** The resources that it is said of, each with its line. */
  places: Pick<Finding, "resource" | "line">[];
}

/** How the review of a stack ended: as a whole, at its description, or at its preview. */
export type Outcome = "reviewed" | "refused" | "failed";

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
  /** US dollars that a month would cost; undefined where the description has problems. */
  monthlyCost?: number;
  /** US dollars that a month costs by what the review compares with; undefined where that is nothing. */
  monthlyCostBefore?: number;
  /** When the lab goes that stands, ISO 8601; undefined where none stands, or it stays. */
  expiresAt?: string;
  /** One line on the certificate that stands and is to be renewed; undefined where none is. */
  certificate?: string;
}

const severities = ["critical", "high", "medium", "low"];

/** How many violations of a level there are. */
export function violations({ findings }: StackReview, level: FindingLevel): number {
  return findings.filter((finding) => finding.level === level).length;
}

/** Findings of a level, the severest first; what is said of several resources is one group. */
export function groupsOf({ findings }: StackReview, level: FindingLevel): FindingGroup[] {
  const groups = new Map<string, FindingGroup>();
  for (const { resource, line, ...said } of findings) {
    if (said.level !== level) continue;
    const { rule, severity, message, remediation } = said;
    const key = JSON.stringify([rule, message]);
    const group = groups.get(key) ?? { rule, level, severity, message, remediation, places: [] };
    group.places.push({ resource, line });
    groups.set(key, group);
  }
  const rank = ({ severity }: FindingGroup) => {
    const place = severities.indexOf(severity);
    return place < 0 ? severities.length : place;
  };
  return [...groups.values()].toSorted((one, other) => rank(one) - rank(other));
}
