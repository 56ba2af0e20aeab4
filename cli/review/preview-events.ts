import type { EngineEvent } from "@pulumi/pulumi/automation";
import { exceptionIn } from "../../policies/exceptions";
import { nameOf, plain } from "../stack/operations";
import type { Finding, FindingException } from "./findings";
import { ruleNamed } from "./rules";
import type { SourceLines } from "./source-lines";

/**
 * What Pulumi 3.276 adds to a violation that its own exceptions cover (PolicyEvent of sdk/go/common/apitype/events.go); the SDK's types
 * do not say so.
 */
interface ExceptedByEngine {
  exceptions?: { id: string; reason: string }[];
}

/** Gathers the violations of policies out of the events of a run of the engine. */
export class PolicyEvents {
  readonly findings: Finding[] = [];

  constructor(private readonly lines: SourceLines) {}

  /** Whether a violation makes the engine fail. */
  get refused(): boolean {
    return this.findings.some(
      ({ level, exception }) => level === "mandatory" && exception === undefined,
    );
  }

  /** To be handed every event. */
  hear({ policyEvent }: EngineEvent): void {
    if (policyEvent === undefined) return;
    const { policyName, enforcementLevel, message, resourceUrn = "" } = policyEvent;
    const rule = ruleNamed(policyName);
    const [resource, type] =
      resourceUrn === "" ? ["", ""] : [nameOf(resourceUrn), typeOf(resourceUrn)];
    const said = withoutDescription(plain(message), rule?.description);
    const written = exceptionIn(said);
    const exception = exceptionOf(written, policyEvent as ExceptedByEngine);
    this.findings.push({
      rule: policyName,
      level: enforcementLevel === "mandatory" ? "mandatory" : "advisory",
      severity: rule?.severity ?? "",
      message: written?.message ?? said,
      remediation: rule?.remediation ?? "",
      resource,
      type,
      line: this.lines.ofResource(resource, type),
      ...(exception && { exception }),
    });
  }
}

/** The exception of the pack's configuration, else the engine's own; it names the lowest first where several match. */
function exceptionOf(
  written: (FindingException & { message: string }) | undefined,
  { exceptions: [first] = [] }: ExceptedByEngine,
): FindingException | undefined {
  if (written === undefined) return first && { id: first.id, reason: first.reason };
  const { reason, owner, until } = written;
  return { reason, owner, until };
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
