import * as pulumi from "@pulumi/pulumi";
import { told } from "../core/tokens";
import type { SharedDescription } from "../model/description";

/**
 * Tells a preview what a person should know, as diagnostics of the component: of a new registry the output `notes` is not known
 * before the `up`. Says nothing in an `up`, whose outputs hold the same.
 * @param notes what can be told before anything is created, a sentence each
 */
export function tellPreview(
  component: pulumi.Resource,
  description: Pick<SharedDescription, "inputs">,
  notes: readonly string[],
): void {
  if (!pulumi.runtime.isDryRun()) return;
  // Messages are sent one after another: one of a component that is never registered, since the description is refused, would
  // hold back the refusal itself.
  const registered = pulumi.all([told(description, pulumi.output([...notes])), component.urn]);
  registered.apply(([lines]) => {
    for (const line of lines) void pulumi.log.info(line, component);
  });
}
