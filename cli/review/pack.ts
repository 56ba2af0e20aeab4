import path from "node:path";
import type { Engine } from "../../offline/engine";
import { startablePack, type StartablePack } from "../../offline/policy-pack";
import { rules } from "../../policies/rules";
import { checkout } from "../checkout";

/**
 * The policy pack of the checkout, as the engine at hand starts it.
 * @param place directory that takes what the engine needs for it: `.wharf`, or a temporary one
 */
export function policyPack(engine: Engine, place: string): Promise<StartablePack> {
  return startablePack(engine, path.join(checkout, "policies"), place);
}

const byName = new Map(rules.map((rule) => [rule.name, rule]));

/** What a policy says of itself; undefined for one of another pack. */
export function ruleNamed(name: string) {
  return byName.get(name);
}
