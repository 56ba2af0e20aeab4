import type { RegistryArgs } from "../registry";

/** What machines of one's own cost nobody knows here; a bucket has a bill of its own. */
export function selfHostedWarnings({ storage }: RegistryArgs): string[] {
  return storage.kind === "volume"
    ? []
    : [
        `What the ${storage.kind} bucket holds is billed by its own cloud, and is not part of the estimate.`,
      ];
}
