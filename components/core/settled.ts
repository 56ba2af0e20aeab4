import type * as pulumi from "@pulumi/pulumi";

/**
 * A value once it is known, awaited separately: what uses an output depends on it in the state, so that a changed user, for
 * example, whose file is replaced, would replace the registry as well.
 * @param needed what must exist first; defaults to nothing else
 */
export function settled<Value>(
  value: pulumi.Output<Value>,
  needed: pulumi.Output<unknown> = value,
): Promise<Value> {
  return new Promise((resolve) => {
    needed.apply(() => value.apply((known) => resolve(known)));
  });
}
