import { parsed } from "./policy-document";

/** A rule of a lifecycle policy on ECR, as far as rules read it. */
export interface LifecycleRule {
  rulePriority: number;
  selection?: {
    tagStatus?: "tagged" | "untagged" | "any";
    tagPrefixList?: string[];
    tagPatternList?: string[];
    storageClass?: "standard" | "archive";
    countType?: string;
    countNumber?: number;
  };
  action?: { type?: "expire" | "transition" };
}

/** The rules of a lifecycle policy in the order in which ECR applies them. */
export function lifecycleRules(policy: unknown): LifecycleRule[] {
  const { rules = [] } = parsed(policy) as { rules?: LifecycleRule[] };
  return [...rules].sort((one, other) => one.rulePriority - other.rulePriority);
}

/** Whether a rule is for an image of that tag. */
export function selects({ selection = {} }: LifecycleRule, tag: string): boolean {
  const { tagStatus, tagPrefixList = [], tagPatternList = [] } = selection;
  if (tagStatus === "any") return true;
  if (tagStatus !== "tagged") return false;
  const prefixes = tagPrefixList.some((prefix) => tag.startsWith(prefix));
  return prefixes || tagPatternList.some((pattern) => wildcard(pattern).test(tag));
}

function wildcard(pattern: string): RegExp {
  const literal = pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${literal.replaceAll("*", ".*")}$`);
}
