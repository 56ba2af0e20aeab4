import { setCommand } from "../description/messages";
import type { Problem } from "../description/problems";

/** The problem of an object that is to be there already, in a namespace that is yet to be made. */
export function needsNamespace(key: string, object: string): Problem {
  return {
    key,
    message: `${object} cannot be there already in a namespace that is made; wharf:kubernetes.existingNamespace true belongs beside it`,
    fix: setCommand(["kubernetes", "existingNamespace"], true),
  };
}
