import { stringify } from "yaml";
import { pinnedActions } from "./pinned";

/** A workflow of GitHub Actions as text, each action that Wharf pins with its version beside its commit. */
export function workflowText(workflow: object): string {
  return Object.values(pinnedActions).reduce(
    (text, { uses, version }) => text.replaceAll(uses, `${uses} # ${version}`),
    stringify(workflow, { lineWidth: 0 }),
  );
}

/** A text in which GitHub evaluates no expression, whatever stands in it. */
export function withoutExpressions(text: string): string {
  return text.replaceAll("${{", "${{ '${{' }}");
}
