import type * as pulumi from "@pulumi/pulumi";

/**
 * A value once it is there, awaited apart: what uses an output depends on it in the state, so that a change of a user, say, whose
 * delivery is replaced, would replace the registry with it.
 * @param needed what must be there before; defaults to nothing else
 */
export function settled<Value>(
  value: pulumi.Output<Value>,
  needed: pulumi.Output<unknown> = value,
): Promise<Value> {
  return new Promise((resolve) => {
    needed.apply(() => value.apply((known) => resolve(known)));
  });
}
