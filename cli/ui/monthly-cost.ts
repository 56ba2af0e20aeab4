import { estimate } from "../../components/cost/estimate";
import { costChange, dollars } from "../../components/cost/lines";
import { describedBy } from "../stack/description";
import { StackFile } from "../stack/stack-file";
import { command } from "../stack/stack";

/** US dollars that a month of a stack costs by its file; undefined where the description has problems. */
export function describedCost(stack: string): number | undefined {
  const { args } = describedBy(new StackFile(stack).config);
  return args && estimate(args).monthlyDollars;
}

/**
 * What a month costs, and how that differs from what stands, as a sentence; empty where nothing is charged before and after.
 * @param described US dollars by the description; undefined where it has problems
 * @param standing US dollars by the outputs of the stack; undefined where it does not stand
 */
export function costLine(
  described: number | undefined,
  standing: number | undefined,
  stack: string,
): string {
  if (described === undefined || (described === 0 && !standing)) return "";
  const change =
    standing === undefined || standing === described
      ? ""
      : ` (${costChange(standing, described)} against what stands)`;
  return `A month costs ${dollars(described)}${change}; for what: ${command("cost", stack)}`;
}
