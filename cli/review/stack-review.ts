import path from "node:path";
import { estimate } from "../../components/description/estimate";
import { sharedFile } from "../../components/description/shared";
import { certificateLine } from "../certificates/certificate-end";
import { stackFilePath } from "../checkout";
import { describe } from "../ui/error-report";
import { ExitCode, Failure } from "../failure";
import { describedBy } from "../stack/description";
import { expiringUsers } from "../stack/expiring-users";
import { StackConfig } from "../stack/stack-config";
import { StackFile } from "../stack/stack-file";
import { outputsOf, valuesOf } from "../stack/outputs";
import { isRealChange, Operations } from "../stack/operations";
import type { Session } from "../ui/session";
import { openToView, type ViewedStack } from "../stack/viewed-stack";
import type { StackReview } from "./findings";
import { fileAt, repositoryPath } from "./git";
import { policyPack } from "./pack";
import { PolicyEvents } from "./preview-events";
import { SourceLines } from "./source-lines";

/** What a review looks at beside the stack. */
export interface ReviewOptions {
  /** Commit whose descriptions the costs are compared with; defaults to what is deployed. */
  base?: string;
  /** File with the policy pack's configuration. */
  policyConfig?: string;
}

/** Reviews one stack: its description, what it costs, and a preview with the policy pack. Changes nothing. */
export async function reviewStack(
  stack: string,
  { base, policyConfig }: ReviewOptions,
  session: Session,
): Promise<StackReview> {
  const file = new StackFile(stack);
  const lines = new SourceLines(file.text);
  const { args, problems } = describedBy(file.config);
  const before = base === undefined ? undefined : costAt(base, stack);
  const review: StackReview = {
    stack,
    file: repositoryPath(stack),
    outcome: "reviewed",
    findings: [],
    problems: problems.map((problem) => ({ ...problem, line: lines.ofKey(problem.key) })),
    ...(args && { monthlyCost: estimate(args).monthlyDollars }),
    ...(before === undefined ? {} : { monthlyCostBefore: before }),
  };
  if (args === undefined) {
    return { ...review, outcome: "refused", reason: "the description has problems" };
  }
  let opened: ViewedStack;
  try {
    opened = await openToView(stack, session.progress, policyPack);
  } catch (error) {
    // No passphrase, or no way to the backend: a fork's pull request has neither.
    return { ...review, outcome: "failed", reason: describe(error).message };
  }
  try {
    const standing = opened.standing ? await outputsOf(opened.stack) : {};
    const certificate = certificateLine(valuesOf(standing), stack);
    const cost = standing.monthlyCost?.value as number | undefined;
    const expiresAt = standing.expiresAt?.value as string | undefined;
    const preview = await previewed(stack, opened, policyConfig, lines, session);
    return {
      ...review,
      ...preview,
      notes: [...(preview.notes ?? []), ...expiringUsers(file.config)],
      ...(base === undefined && cost !== undefined && { monthlyCostBefore: cost }),
      ...(expiresAt && { expiresAt }),
      ...(certificate !== "" && { certificate }),
    };
  } finally {
    opened.close();
  }
}

/** US dollars for a month by the description of a commit; undefined where it had none that could be carried out. */
function costAt(base: string, stack: string): number | undefined {
  const text = fileAt(base, path.basename(stackFilePath(stack)));
  if (text === undefined) return undefined;
  const { args } = describedBy(new StackConfig(stack, text, fileAt(base, sharedFile)));
  return args && estimate(args).monthlyDollars;
}

/** Runs the preview. A mandatory violation makes the engine fail, which is a finding and no failure of the review. */
async function previewed(
  name: string,
  { stack, configFile, standing, packs }: ViewedStack,
  policyConfig: string | undefined,
  lines: SourceLines,
  session: Session,
): Promise<Pick<StackReview, "outcome" | "reason" | "changes" | "findings" | "notes">> {
  const events = new PolicyEvents(lines);
  const operations = new Operations(session.progress, {
    signal: new AbortController().signal,
    heard: () => undefined,
  });
  const seen = () => ({
    changes: operations.changes("custom").filter(isRealChange),
    findings: events.findings,
    notes: operations.notes,
  });
  session.progress.start("preview", `of stack ${name}`);
  try {
    await session.follow({ configFile, stack }, "Nothing was changed.", ({ onEvent, ...run }) =>
      stack.preview({
        ...run,
        refresh: standing,
        policyPacks: packs,
        ...(policyConfig === undefined ? {} : { policyPackConfigs: [policyConfig] }),
        onEvent: (event) => {
          events.hear(event);
          // What a policy says is told as a finding, and not as what went wrong with the run.
          if (event.policyEvent === undefined) onEvent(event);
          operations.onEvent(event);
        },
      }),
    );
    return { outcome: "reviewed", ...seen() };
  } catch (error) {
    if (error instanceof Failure && error.exitCode === ExitCode.Interrupted) throw error;
    if (events.refused && !(error instanceof Failure)) {
      return { outcome: "reviewed", ...seen() };
    }
    return { outcome: "failed", reason: describe(error).message.trim(), ...seen() };
  }
}
