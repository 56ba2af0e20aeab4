import { Environment } from "../../components/model/environment";
import { distanceTo } from "../ui/expiry";
import { reapMessage } from "./removal";
import { lifetimeIn, platformResources, resourceName, targetIn, type State } from "../stack/state";

/** What is to be done with a stack, and why. */
export interface Verdict {
  stack: string;
  /** Target that the state names; undefined where it holds no registry. */
  target?: string;
  /** Environment that the state names; undefined where it names none. */
  environment?: string;
  /** When the lab expires, ISO 8601. */
  expiresAt?: string;
  /** Whether it is to be removed. */
  goes: boolean;
  /** Why it is removed or stays, as the rest of a sentence whose subject is the stack. */
  reason: string;
  /** How many resources exist on the platform. */
  resources: number;
}

/** What a verdict is based on. */
export interface Evidence {
  stack: string;
  /** The stack's state; nothing else says what it is for, a description least of all, which anyone may edit. */
  state: State;
  /** Message and kind of the last update that the backend's history holds; asked for where the state is empty. */
  lastUpdate?: { kind: string; message: string };
  /** The run that works on the stack; undefined where none is seen. */
  lockedBy?: string;
}

/** Whether a stack is an expired lab, only by its state. */
export function verdictOn(evidence: Evidence, now = Date.now()): Verdict {
  const { stack, state, lastUpdate, lockedBy } = evidence;
  const lifetime = lifetimeIn(state);
  const about = {
    stack,
    target: targetIn(state),
    ...lifetime,
    resources: platformResources(state).length,
  };
  const stays = (reason: string): Verdict => ({ ...about, goes: false, reason });
  if (lifetime === undefined) {
    if (state.resources.length > 0) return stays("its state does not say which environment it is");
    // A run that was killed between the last resource and the stack itself.
    return lastUpdate?.kind === "destroy" && lastUpdate.message === reapMessage
      ? { ...about, goes: true, reason: "an earlier run has removed its resources" }
      : stays("it has no resources");
  }
  const { environment, expiresAt } = lifetime;
  if (environment !== Environment.Lab) return stays(`it is ${environment}, not a lab`);
  if (expiresAt === undefined) return stays("it never expires");
  const end = Date.parse(expiresAt);
  if (Number.isNaN(end)) return stays(`the time in its state is not valid: ${expiresAt}`);
  if (end > now) return stays(`it expires ${distanceTo(expiresAt, now)}`);
  const kept = state.resources.filter((resource) => resource.protect).map(resourceName);
  if (kept.length > 0) return stays(`${kept.join(", ")} is protected`);
  if (lockedBy !== undefined)
    return stays(`${lockedBy} works on it; if that has ended: pulumi cancel --stack ${stack}`);
  return { ...about, goes: true, reason: `expired ${distanceTo(expiresAt, now)}` };
}
