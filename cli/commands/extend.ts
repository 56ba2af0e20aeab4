import { Environment } from "../../components/model/environment";
import { nothingChanged } from "../../components/core/problems";
import { expiryVariable, type Lifetime } from "../../components/model/lab";
import { partOf } from "../stack/description";
import { refusal } from "../failure";
import { Session, type CommonOptions } from "../ui/session";
import { command, describingFile, openStack } from "../stack/stack";
import { lifetimeIn, readState } from "../stack/state";
import { up } from "./up";

/** Options of `wharf extend`. */
export interface ExtendOptions extends CommonOptions {
  /** Hours to add; those of `wharf:lab.ttlHours` where not given. */
  hours?: number;
}

/**
 * `wharf extend`: moves a lab's end away by some hours, from now where it has passed. It is an `up` that is told the new time, so
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
 * When a lab goes that is extended by some hours, ISO 8601.
 * @throws Failure where the stack is no lab, has no end, or nothing says by how much
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
      `Stack ${stack} is ${environment === undefined ? "not a lab by what its state says" : `${environment}, no lab`}: it does not expire. ${nothingChanged}`,
    );
  }
  if (expiresAt === undefined) {
    throw refusal(
      `Lab ${stack} never expires. ${nothingChanged} Give it an end first:\n  pulumi config set --path 'wharf:lab.ttlHours' 8 --stack ${stack}\n  ${command("up", stack)}`,
    );
  }
  if (hours === undefined) {
    throw refusal(
      `Nothing says by how many hours: the description of stack ${stack} has no wharf:lab.ttlHours. ${nothingChanged} Name them: ${command("extend --hours 8", stack)}`,
    );
  }
  return new Date(Math.max(now, Date.parse(expiresAt)) + hours * 3_600_000).toISOString();
}
