import type * as pulumi from "@pulumi/pulumi";
import { Deletion } from "./description/choices";

/** Options of what holds images, or without which nobody reads them, by what is to become of it when the stack goes. */
export function guarded(
  deletion: Deletion,
  opts: pulumi.CustomResourceOptions,
): pulumi.CustomResourceOptions {
  return {
    ...opts,
    protect: deletion === Deletion.Protect,
    retainOnDelete: deletion === Deletion.Retain,
  };
}
