import {
  SarifBuilder,
  SarifResultBuilder,
  SarifRuleBuilder,
  SarifRunBuilder,
} from "node-sarif-builder";
import { version } from "../package.json";
import type { StackReview } from "./findings";
import type { Kind } from "./markdown";
import { ruleNamed } from "./pack";

/** Rule of problems of a description, which are no policy's. */
const descriptionRule = "description";
/** Rule of stacks that could not be previewed. */
const previewRule = "preview";

interface Result {
  ruleId: string;
  level: "error" | "warning";
  messageText: string;
  fileUri: string;
  startLine: number;
}

/** Reviews as SARIF 2.1.0, for GitHub's code scanning and editors: each result with its line in the stack's file. */
export function sarif(reviews: StackReview[], kind: Kind): string {
  const results = reviews.flatMap(resultsOf);
  const run = new SarifRunBuilder().initSimple({
    toolDriverName: `wharf ${kind}`,
    toolDriverVersion: version,
  });
  for (const ruleId of new Set(results.map((result) => result.ruleId))) {
    const rule = ruleNamed(ruleId);
    run.addRule(
      new SarifRuleBuilder().initSimple({
        ruleId,
        shortDescriptionText: rule?.description ?? ownRules[ruleId] ?? ruleId,
        ...(rule && { fullDescriptionText: `${rule.description} ${rule.remediation}` }),
      }),
    );
  }
  for (const result of results) run.addResult(new SarifResultBuilder().initSimple(result));
  const builder = new SarifBuilder();
  builder.addRun(run);
  return `${builder.buildSarifJsonString({ indent: true })}\n`;
}

const ownRules: Record<string, string> = {
  [descriptionRule]: "A stack's description can be carried out.",
  [previewRule]: "A stack can be previewed.",
};

function resultsOf({ file, outcome, reason, problems, findings }: StackReview): Result[] {
  return [
    ...problems.map(({ key, message, fix, line }) => ({
      ruleId: descriptionRule,
      level: "error" as const,
      messageText: `${key} ${message}.${fix === undefined ? "" : ` ${fix}`}`,
      fileUri: file,
      startLine: line,
    })),
    ...(outcome === "reviewed" || problems.length > 0
      ? []
      : [
          {
            ruleId: previewRule,
            level: "error" as const,
            messageText: reason ?? "",
            fileUri: file,
            startLine: 1,
          },
        ]),
    ...findings.map(({ rule, level, message, remediation, resource, line }) => ({
      ruleId: rule,
      level: level === "mandatory" ? ("error" as const) : ("warning" as const),
      messageText: [resource, message, remediation].filter((part) => part !== "").join(": "),
      fileUri: file,
      startLine: line,
    })),
  ];
}
