import { existsSync } from "node:fs";
import path from "node:path";
import { checkout, describedStacks } from "../checkout";
import { refusal } from "../failure";
import type { StackReview } from "../review/findings";
import { exitCodeOf, report, type ReportOptions } from "../review/report";
import { reviewStack } from "../review/stack-review";
import { createProgress, passing } from "../ui/progress";
import { policyPack } from "../review/pack";
import { reviewPrograms } from "../review/policies-command";
import { scratchDirectory } from "../scratch";
import { Session } from "../ui/session";
import { findInstallation } from "../../offline/engine/installation";
import { describingFile } from "../stack/stack";

/** Options of `wharf review`. */
export interface ReviewOptions extends ReportOptions {
  /** Names of the stacks; defaults to every described one. */
  stacks?: string[];
  /** Commit that costs are compared with; defaults to what is deployed. */
  base?: string;
  /** File with the policy pack's configuration; defaults to the exceptions of the ready stacks. */
  policyConfig?: string;
  /** Takes a stack that cannot be previewed(for example without credentials) for one that is left to a review with them. */
  withoutCredentials?: boolean;
  /** Directory of another Pulumi program, which is reviewed in place of Wharf's own. */
  program?: string;
  /** Previews another program against an empty state. */
  withoutState?: boolean;
}

/** Exceptions of the ready stacks, each with its reason. */
const readyStacks = path.join(checkout, "policies", "ready-stacks.json");

/**
 * `wharf review`: what every stack's description, as it is in the checkout, would do: changes, violations of policies, costs.
 * Changes nothing, and writes nothing to the backend. The exit code tells a wrong description, a mandatory violation and a failed
 * preview apart.
 */
export async function review(options: ReviewOptions): Promise<void> {
  const { program } = options;
  if (program !== undefined) return reviewAnother({ ...options, program });
  if (options.withoutState) throw refusal("--without-state is for --program.");
  const stacks = options.stacks ?? describedStacks().toSorted();
  if (stacks.length === 0) {
    throw refusal("No stack is described here: no Pulumi.<stack>.yaml exists.");
  }
  for (const stack of stacks) describingFile(stack);
  const policyConfig = policyConfigOf(options);
  const reviews: StackReview[] = [];
  for (const stack of stacks) {
    const session = new Session({ json: options.json, stack }, { asks: true });
    const review = await reviewStack(stack, { base: options.base, policyConfig }, session);
    const leftOut = options.withoutCredentials && review.outcome === "failed";
    reviews.push(leftOut ? { ...review, outcome: "left-out" } : review);
    session.progress.clear();
  }
  report(reviews, "review", options);
  process.exitCode = exitCodeOf(reviews);
}

/** Reviews a program that is not Wharf's with the pack of this checkout, by the engine on the PATH or the one that Wharf finds. */
async function reviewAnother(options: ReviewOptions & { program: string }): Promise<void> {
  const scratch = scratchDirectory("review");
  const progress = createProgress(process.stderr);
  const installation = await findInstallation(passing(progress));
  progress.clear();
  const PATH = [installation.binDirectory, process.env.PATH].join(path.delimiter);
  const pack = await policyPack({ ...installation, env: { PATH } }, scratch);
  await reviewPrograms(options, [pack.directory], pack.env);
}

/**
 * The file with the pack's configuration: the one that was named, from the directory that the command was started in.
 * @throws Failure where there is no such file
 */
export function policyConfigOf({ policyConfig }: Pick<ReviewOptions, "policyConfig">): string {
  if (policyConfig === undefined) return readyStacks;
  const file = path.resolve(policyConfig);
  if (!existsSync(file)) throw refusal(`--policy-config: there is no file ${policyConfig}.`);
  return file;
}
