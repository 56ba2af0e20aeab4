import type { EngineEvent } from "@pulumi/pulumi/automation";
import { nameOf, plain } from "../operations";
import type { Finding } from "./findings";
import { ruleNamed } from "./pack";
import type { SourceLines } from "./source-lines";

/** Gathers the violations of policies out of the events of a run of the engine. */
export class PolicyEvents {
  readonly findings: Finding[] = [];

  constructor(private readonly lines: SourceLines) {}

  /** To be handed every event. */
  hear({ policyEvent }: EngineEvent): void {
    if (policyEvent === undefined) return;
    const { policyName, enforcementLevel, message, resourceUrn = "" } = policyEvent;
    const rule = ruleNamed(policyName);
    const [resource, type] =
      resourceUrn === "" ? ["", ""] : [nameOf(resourceUrn), typeOf(resourceUrn)];
    this.findings.push({
      rule: policyName,
      level: enforcementLevel === "mandatory" ? "mandatory" : "advisory",
      severity: rule?.severity ?? "",
      message: withoutDescription(plain(message), rule?.description),
      remediation: rule?.remediation ?? "",
      resource,
      type,
      line: this.lines.ofResource(resource, type),
    });
  }
}

/** The type of a resource, out of its URN: `urn:pulumi:stack::project::parent$type::name`. */
function typeOf(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}

/** A message without the policy's description, which @pulumi/policy puts before it as a line of its own. */
function withoutDescription(message: string, description: string | undefined): string {
  const head = `${description}\n`;
  return message.startsWith(head) ? message.slice(head.length) : message;
}
