import { monthlyPriceStart } from "../../components/cost/lines";
import type {
  DiagnosticEvent,
  EngineEvent,
  ResOutputsEvent,
  StepEventMetadata,
} from "@pulumi/pulumi/automation";
import { nothingChanged } from "../../components/core/problems";
import { Failure, refusal } from "../failure";
import type { EngineRun } from "./interrupts";
import { forcing, type PlannedStep } from "./planned-losses";
import type { Progress } from "../ui/progress";

/** What the engine does to one resource. */
export type Action = "create" | "update" | "replace" | "delete" | "read" | "same";

/** One resource of a stack and what a run of the engine does to it. */
export interface Change {
  /** Pulumi's type token, `docker:index/container:Container`. */
  type: string;
  /** Name within the stack. */
  name: string;
  action: Action;
  /** The properties by which it is replaced, as far as the provider names them; left out for every other action. */
  because?: string[];
}

const words: Record<Action, { sign: string; done: string }> = {
  create: { sign: "+", done: "created" },
  update: { sign: "~", done: "updated" },
  replace: { sign: "±", done: "replaced" },
  delete: { sign: "-", done: "deleted" },
  read: { sign: " ", done: "read" },
  same: { sign: " ", done: "unchanged" },
};

/** Steps after which a resource is as it should be; of the steps of a replacement only one. */
const visible = new Set(["create", "update", "delete", "create-replacement"]);

/** A change as a line of a list. */
export function changeLine(change: Change): string {
  const { action, type, name } = change;
  return `  ${words[action].sign} ${words[action].done.padEnd(9)} ${shortType(type).padEnd(24)} ${name}${reasonOf(change)}`;
}

/** Why a resource is replaced, to stand behind its name: ` (name, tags changed)`; empty where nobody says so. */
export function reasonOf({ because = [] }: Change): string {
  return because.length === 0 ? "" : ` (${because.join(", ")} changed)`;
}

/** Counts by action as a phrase: `12 created, 1 updated`; empty where nothing changed. */
export function tally(changes: Change[]): string {
  return (Object.keys(words) as Action[])
    .filter((action) => action !== "same" && action !== "read")
    .map((action) => [changes.filter((change) => change.action === action).length, action] as const)
    .filter(([count]) => count > 0)
    .map(([count, action]) => `${count} ${words[action].done}`)
    .join(", ");
}

/** Whether a change touches anything. */
export function isRealChange({ action }: Change): boolean {
  return action !== "same" && action !== "read";
}

/** Follows one run of the engine by its events: shows progress, and keeps the changes and what went wrong. */
export class Operations {
  private readonly byUrn = new Map<string, Change & { custom: boolean }>();
  private readonly running = new Map<string, string>();
  private readonly problems: string[] = [];
  private readonly told = new Set<string>();
  private refused?: string;
  private readonly taken: PlannedStep[] = [];

  constructor(
    private readonly progress: Progress,
    private readonly run: EngineRun,
  ) {}

  /** To be given to the Automation API as `onEvent`. */
  readonly onEvent = (event: EngineEvent): void => {
    if (event.stdoutEvent?.message.includes("received; cancelling")) this.run.heard();
    if (event.resourcePreEvent) this.begin(event.resourcePreEvent.metadata);
    if (event.resOutputsEvent) this.end(event.resOutputsEvent);
    if (event.resOpFailedEvent) this.running.delete(event.resOpFailedEvent.metadata.urn);
    if (event.diagnosticEvent) this.diagnose(event.diagnosticEvent);
    if (event.policyEvent?.enforcementLevel === "mandatory")
      this.problem(event.policyEvent.message);
  };

  /** Every resource that the engine looked at, in the order in which it met them; `custom` leaves components out. */
  changes(only: "all" | "custom" = "all"): Change[] {
    return [...this.byUrn.values()]
      .filter(({ custom }) => only === "all" || custom)
      .map(({ type, name, action, because }) => ({
        type,
        name,
        action,
        ...(because && { because }),
      }));
  }

  /**
   * What the program and its providers told beside the changes: notes and warnings, each once; without the price, which every command
   * that shows them says itself, with what it is for.
   */
  get notes(): string[] {
    return [...this.told].filter((note) => !note.startsWith(`${monthlyPriceStart} `));
  }

  /** Every step that the engine took or planned, of a replacement each. */
  get steps(): readonly PlannedStep[] {
    return this.taken;
  }

  /**
   * What a person should read in place of the engine's own report of a failed run.
   * @param next what to do then, a sentence
   * @param remedy how a refused description is fixed, a sentence
   */
  failure(next: string, remedy: string): Failure | undefined {
    if (this.refused !== undefined) return refusal(`${this.refused.trimEnd()}\n\n${remedy}`);
    const lines = [...new Set(this.problems)];
    return lines.length === 0 ? undefined : new Failure([...lines, next].join("\n"));
  }

  private begin(step: StepEventMetadata): void {
    const action = actionOf(step.op);
    if (isResource(step)) this.taken.push(step);
    if (!isResource(step) || action === undefined) return;
    const name = nameOf(step.urn);
    const known = this.byUrn.get(step.urn);
    // A replacement arrives as several steps; so do a deletion and a creation of the same resource.
    const replaced = known !== undefined && known.action !== "same" && known.action !== action;
    const custom = (step.new ?? step.old)?.custom === true;
    const because = [...new Set([...(known?.because ?? []), ...forcing(step)])];
    this.byUrn.set(step.urn, {
      type: step.type,
      name,
      action: replaced ? "replace" : action,
      custom,
      ...(because.length > 0 && { because }),
    });
    if (custom && action !== "same") this.running.set(step.urn, name);
    this.showRunning();
  }

  private end({ metadata: { urn, op }, planning }: ResOutputsEvent): void {
    const change = this.byUrn.get(urn);
    if (this.running.delete(urn) && change && visible.has(op) && !this.progress.live && !planning) {
      this.progress.line(changeLine(change));
    }
    this.showRunning();
  }

  private showRunning(): void {
    if (this.progress.live) this.progress.update([...this.running.values()].join(", "));
  }

  private diagnose({ severity, message }: DiagnosticEvent): void {
    if (severity === "error") this.problem(message);
    else if ((severity === "info" || severity === "warning") && !bySdkOfOutputs.test(message))
      this.told.add(plain(message));
  }

  private problem(raw: string): void {
    const text = plain(raw);
    if (text.includes(nothingChanged)) this.refused = text;
    else this.problems.push(...sentences(text));
  }
}

function isResource({ type }: StepEventMetadata): boolean {
  return type !== "pulumi:pulumi:Stack" && !type.startsWith("pulumi:providers:");
}

function actionOf(op: StepEventMetadata["op"]): Action | undefined {
  switch (op) {
    case "create":
    case "update":
    case "delete":
    case "same":
    case "replace":
    case "read":
      return op;
    case "import":
      return "create";
    case "create-replacement":
    case "delete-replaced":
      return "replace";
    default:
      return undefined;
  }
}

/** Name of a resource within its stack, out of its URN. */
export function nameOf(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}

function shortType(type: string): string {
  const [provider, , name] = type.split(":");
  return `${provider}:${name}`;
}

/** The engine marks colours as `<{%reset%}>`. */
export function plain(message: string): string {
  return message
    .replace(/<\{%[^%]*%\}>/g, "")
    .replace(/\u001b\[[0-9;]*m/g, "")
    .trim();
}

/** What the SDK tells of every output that this target does not have. */
const bySdkOfOutputs = /Undefined value \([^)]*\) will not show as a stack output/;

/** How the SDK met an error that the program threw, before what the program said: property in property, or handled by nobody. */
const bySdk = /^(Unhandled exception: )?(error serializing property "[^"]*": )*/;

/** The lines of a message that say something to a person, with the stack trace of a fault; WHARF_DEBUG=1 keeps the rest. */
function sentences(text: string): string[] {
  const lines = text.split("\n").map((line) => line.trimEnd());
  if (process.env.WHARF_DEBUG === "1") return lines;
  return lines
    .filter((line) => !/^\s*\d+ errors? occurred:$/.test(line))
    .map((line) => line.replace(/^\s*\* /, "").replace(bySdk, ""))
    .map((line) => (/^\s+at /.test(line) ? line : line.trim()))
    .filter((line) => line !== "" && !/^(update|preview|destroy|refresh) failed$/.test(line));
}
