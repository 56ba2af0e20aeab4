import type * as pulumi from "@pulumi/pulumi";
import { Volume } from "@pulumi/docker/volume";
import { guarded } from "../deletion";
import type { RegistryArgs } from "../registry";
import { labelledOnce, stackLabels } from "./labels";

/** The volume that holds images: protected in prod, kept when the stack goes unless deletion is forced. */
export function createVolume(
  name: string,
  args: RegistryArgs,
  opts: pulumi.CustomResourceOptions,
): Volume | undefined {
  const { stack, storage, deletion } = args;
  if (storage.kind !== "volume") return undefined;
  const labels = stackLabels(args);
  const protection = guarded(deletion, labelledOnce({ ...opts, deleteBeforeReplace: true }));
  if (storage.path !== undefined) {
    // A bind volume is a name for a directory of the host: deleting the name deletes nothing in the directory.
    return new Volume(
      `${name}-directory`,
      {
        name: `wharf-${stack}-directory`,
        driver: "local",
        driverOpts: { type: "none", o: "bind", device: storage.path },
        labels,
      },
      { ...protection, retainOnDelete: false },
    );
  }
  return new Volume(`${name}-data`, { name: `wharf-${stack}-data`, labels }, protection);
}
