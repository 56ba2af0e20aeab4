import { Environment } from "../../components/model/environment";
import { distanceTo } from "../ui/expiry";
import { reapMessage } from "./removal";
import { lifetimeIn, platformResources, resourceName, targetIn, type State } from "../stack/state";

/** What is to become of a stack, and why. */
export interface Verdict {
  stack: string;
  /** Target that the state names; undefined where it holds no registry. */
  target?: string;
  /** Environment that the state names; undefined where it names none. */
  environment?: string;
  /** When the lab goes, ISO 8601. */
  expiresAt?: string;
  /** Whether it is to be removed. */
  goes: boolean;
  /** Why it goes or stays, as the rest of a sentence whose subject is the stack. */
  reason: string;
  /** How many resources stand on the platform. */
  resources: number;
}

/** What a verdict is founded on. */
export interface Evidence {
  stack: string;
  /** The stack's state; nothing else says what it is for, a description least of all, which anyone may edit. */
  state: State;
  /** Message and kind of the last update that the backend's history holds; asked for where the state is empty. */
  lastUpdate?: { kind: string; message: string };
  /** The run that works on the stack; undefined where none is seen. */
  lockedBy?: string;
}

/** Whether a stack is an expired lab, by its state alone. */
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
    if (state.resources.length > 0) return stays("its state does not say what it is for");
    // A run that was killed between the last resource and the stack itself.
    return lastUpdate?.kind === "destroy" && lastUpdate.message === reapMessage
      ? { ...about, goes: true, reason: "an earlier run has emptied it" }
      : stays("it holds nothing");
  }
  const { environment, expiresAt } = lifetime;
  if (environment !== Environment.Lab) return stays(`it is ${environment}, no lab`);
  if (expiresAt === undefined) return stays("it never expires");
  const end = Date.parse(expiresAt);
  if (Number.isNaN(end)) return stays(`its state names no time: ${expiresAt}`);
  if (end > now) return stays(`it expires ${distanceTo(expiresAt, now)}`);
  const kept = state.resources.filter((resource) => resource.protect).map(resourceName);
  if (kept.length > 0) return stays(`${kept.join(", ")} is protected`);
  if (lockedBy !== undefined)
    return stays(`${lockedBy} works on it; if that is gone: pulumi cancel --stack ${stack}`);
  return { ...about, goes: true, reason: `expired ${distanceTo(expiresAt, now)}` };
}
