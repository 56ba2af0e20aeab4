import { Environment } from "../../components/model/environment";
import { nothingChanged } from "../../components/core/problems";
import { expiryVariable, type Lifetime } from "../../components/model/lab";
import { partOf } from "../stack/description";
import { refusal } from "../failure";
import { Session, type CommonOptions } from "../ui/session";
import { command, describingFile, openStack } from "../stack/stack";
import { lifetimeIn } from "../stack/state";
import { readState } from "../stack/state-reading";
import { up } from "./up";

/** Options of `wharf extend`. */
export interface ExtendOptions extends CommonOptions {
  /** Hours to add; defaults to `wharf:lab.ttlHours`. */
  hours?: number;
}

/**
 * `wharf extend`: lets a lab expire some hours later, counted from now where it has expired. It is an `up` that is told the new time, so
 * that state, outputs and labels say the same, and that a later `up` of any machine finds it in the state.
 */
export async function extend(options: ExtendOptions): Promise<void> {
  const { stack } = options;
  const session = new Session(options);
  session.mustBeAnswerable();
  const file = describingFile(stack);
  const lifetime = lifetimeIn(await readState(await openStack(stack, session.progress)));
  const hours = options.hours ?? partOf(file.config, ["lab"])?.lab.ttlHours;
  process.env[expiryVariable] = extended(stack, lifetime, hours);
  return up(options);
}

/**
 * When a lab expires that is extended by some hours, ISO 8601.
 * @throws Failure where the stack is not a lab, never expires, or no number of hours is given
 */
export function extended(
  stack: string,
  lifetime: Lifetime | undefined,
  hours: number | undefined,
  now = Date.now(),
): string {
  const { environment, expiresAt } = lifetime ?? {};
  if (environment !== Environment.Lab) {
    throw refusal(
      `Stack ${stack} is ${environment === undefined ? "not a lab, by its state" : `${environment}, not a lab`}: it does not expire. ${nothingChanged}`,
    );
  }
  if (expiresAt === undefined) {
    throw refusal(
      `Lab ${stack} never expires. ${nothingChanged} Give it a lifetime first:\n  pulumi config set --path 'wharf:lab.ttlHours' 8 --stack ${stack}\n  ${command("up", stack)}`,
    );
  }
  if (hours === undefined) {
    throw refusal(
      `The description of stack ${stack} has no wharf:lab.ttlHours. ${nothingChanged} Give the hours: ${command("extend --hours 8", stack)}`,
    );
  }
  return new Date(Math.max(now, Date.parse(expiresAt)) + hours * 3_600_000).toISOString();
}
