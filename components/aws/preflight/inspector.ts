import type { Problem } from "../../core/problems";
import type { StandingResource } from "../../state/standing";

/** Turns Inspector on and off; older stacks have one for enhanced scanning. */
const enabler = "aws:inspector2/enabler:Enabler";

/**
 * The problem of a state that still has an `inspector2.Enabler`: its deletion would disable Inspector for the whole account, EC2 and
 * Lambda included. Removed from the state only, it changes nothing on AWS. The scanning configuration depends on it and leaves the
 * state with it; the next `up` puts the same configuration again.
 * @param standing the stack's resources before this run
 */
export function inspectorProblems(standing: readonly StandingResource[]): Problem[] {
  return standing
    .filter(({ type }) => type === enabler)
    .map(({ name, urn }) => ({
      key: name,
      message:
        "would be deleted, which disables Amazon Inspector for the whole account, EC2 and Lambda included; enhanced scanning does not need it. Remove it from the state only",
      fix: `pulumi state delete --target-dependents '${urn}'`,
    }));
}
