import path from "node:path";
import type { Engine } from "../../offline/engine/engine";
import { startablePack, type StartablePack } from "../../offline/plugins/policy-pack";
import { checkout } from "../checkout";

/**
 * The policy pack of the checkout, as the engine at hand starts it.
 * @param place directory that takes what the engine needs for it: `.wharf`, or a temporary one
 */
export function policyPack(
  engine: Pick<Engine, "origin" | "env">,
  place: string,
): Promise<StartablePack> {
  return startablePack(engine, path.join(checkout, "policies"), place);
}
