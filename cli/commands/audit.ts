import { hasNoState } from "../stack/backend";
import { Failure } from "../failure";
import type { StackReview } from "../review/findings";
import { policyPack } from "../review/pack";
import { exitCodeOf, report, type ReportOptions } from "../review/report";
import { auditStack } from "../review/stack-audit";
import { Session } from "../ui/session";
import { engineFor, notStanding, stacksOf, workspaceIn } from "../stack/stack";
import { StackFile } from "../stack/stack-file";
import { policyConfigOf } from "./review";

/** Options of `wharf audit`. */
export interface AuditOptions extends ReportOptions {
  /** Name of the stack. */
  stack: string;
  /** Looks at every stack of the backend. */
  all?: boolean;
  /** File with the policy pack's configuration; defaults to the exceptions of the ready stacks. */
  policyConfig?: string;
}

/**
 * `wharf audit`: runs the policy pack over what is deployed, as the state tells it: no program, no providers, no credentials of a
 * cloud. Changes nothing.
 * @throws Failure where no stack is up, or not the one that is asked for.
 */
export async function audit(options: AuditOptions): Promise<void> {
  const session = new Session(options, { asks: true });
  const policyConfig = policyConfigOf(options);
  if (hasNoState()) throw noStack(options);
  const file = new StackFile(options.stack);
  const { engine, environment, place } = await engineFor(file, session.progress, { preview: true });
  const pack = await policyPack(engine, place);
  const workspace = await workspaceIn({ ...environment, ...pack.env }, engine);
  const standing = await stacksOf(workspace);
  const stacks = options.all ? standing : standing.filter((name) => name === options.stack);
  if (stacks.length === 0) throw noStack(options);
  const reviews: StackReview[] = [];
  for (const stack of stacks) {
    session.progress.start("audit", `of stack ${stack}`);
    reviews.push(await auditStack(stack, { workspace, pack: pack.directory, policyConfig }));
  }
  session.progress.clear();
  report(reviews, "audit", options);
  process.exitCode = exitCodeOf(reviews);
}

function noStack({ all, stack }: AuditOptions): Failure {
  return all ? new Failure("No stack is up, so there is nothing to audit.") : notStanding(stack);
}
