import { pullsAnything } from "../access/distribution-evaluation";
import type { KubernetesDescription } from "./settings";

/**
 * The user whose password pull secrets hold: the one named, or of those who may pull the tutorials' `readonly`, or the first. Undefined
 * where nobody may.
 */
export function pullUser(d: KubernetesDescription): string | undefined {
  const pulling = d.users.filter((user) => pullsAnything(user, d));
  const readonly = pulling.find(({ name }) => name === "readonly");
  return d.kubernetes.pullSecrets.user ?? (readonly ?? pulling[0])?.name;
}
