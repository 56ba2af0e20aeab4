import {
  SarifBuilder,
  SarifResultBuilder,
  SarifRuleBuilder,
  SarifRunBuilder,
} from "node-sarif-builder";
import { version } from "../package.json";
import { exceptionText, type FindingException, type StackReview } from "./findings";
import { checkUrl, homepage, ruleNamed } from "./rules";
import type { Kind } from "./markdown";

/** Rule of problems of a description, which belong to no policy. */
const descriptionRule = "description";
/** Rule of stacks that could not be previewed. */
const previewRule = "preview";

interface Result {
  ruleId: string;
  level: "error" | "warning" | "note";
  messageText: string;
  fileUri: string;
  startLine: number;
  exception?: FindingException;
}

/**
 * Severities as numbers, of which GitHub makes its own words again: above 9.0 critical, from 7.0 high, from 4.0 medium ("SARIF support for
 * code scanning", security-severity).
 */
const securitySeverity = { critical: "9.5", high: "8.0", medium: "5.5", low: "2.0" };

/** Reviews as SARIF 2.1.0, for GitHub's code scanning and editors: each result with its line in the stack's file. */
export function sarif(reviews: StackReview[], kind: Kind): string {
  const results = reviews.flatMap(resultsOf);
  const run = new SarifRunBuilder().initSimple({
    toolDriverName: `wharf ${kind}`,
    toolDriverVersion: version,
  });
  for (const ruleId of new Set(results.map((result) => result.ruleId))) {
    run.addRule(ruleOf(ruleId));
  }
  for (const { exception, ...result } of results) {
    const one = new SarifResultBuilder().initSimple({
      ...result,
      level: exception === undefined ? result.level : "note",
    });
    if (exception !== undefined) {
      const justification = exceptionText(exception);
      one.result.suppressions = [{ kind: "external", status: "accepted", justification }];
    }
    run.addResult(one);
  }
  const builder = new SarifBuilder();
  builder.addRun(run);
  return `${builder.buildSarifJsonString({ indent: true })}\n`;
}

/** A rule with what a person reads about it beside a result. */
function ruleOf(ruleId: string): SarifRuleBuilder {
  const rule = ruleNamed(ruleId);
  const simple = new SarifRuleBuilder().initSimple({
    ruleId,
    shortDescriptionText: rule?.description ?? ownRules[ruleId] ?? ruleId,
    ...(rule && { fullDescriptionText: `${rule.description} ${rule.remediation}` }),
  });
  if (rule === undefined) return simple;
  const { description, remediation, corresponds, severity } = rule;
  const links = corresponds.map((check) => ({ check, url: checkUrl(check) }));
  const paragraphs = (shown: (link: (typeof links)[number]) => string) =>
    [
      description,
      `To do: ${remediation}`,
      ...(links.length === 0 ? [] : [`Corresponds to ${links.map(shown).join(", ")}.`]),
    ].join("\n\n");
  simple.rule.help = {
    text: paragraphs(({ check }) => check),
    markdown: paragraphs(({ check, url }) => (url === undefined ? check : `[${check}](${url})`)),
  };
  const own = homepage();
  const [helpUri] = [own && `${own}#rules`, ...links.map(({ url }) => url)].filter(
    (url) => url !== undefined,
  );
  if (helpUri !== undefined) simple.setHelpUri(helpUri);
  simple.rule.properties = {
    tags: ["security", "container-registry"],
    "security-severity": securitySeverity[severity],
  };
  return simple;
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
            level: outcome === "left-out" ? ("note" as const) : ("error" as const),
            messageText: reason ?? "",
            fileUri: file,
            startLine: 1,
          },
        ]),
    ...findings.map(({ rule, level, message, remediation, resource, line, exception }) => ({
      ruleId: rule,
      level: level === "mandatory" ? ("error" as const) : ("warning" as const),
      messageText: [resource, message, remediation].filter((part) => part !== "").join(": "),
      fileUri: file,
      startLine: line,
      exception,
    })),
  ];
}
