import { rules } from "../../policies/rules";

const byName = new Map(rules.map((rule) => [rule.name, rule]));

/** What a policy says of itself; undefined for one of another pack. */
export function ruleNamed(name: string) {
  return byName.get(name);
}
