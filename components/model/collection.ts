import { selfHosted, type Target } from "./environment";
import type { RegistryRetentionSettings } from "./retention";

/** How a registry that Wharf runs deletes images, whatever the rules of each repository are. */
export interface Collection {
  /** When it runs by itself, in cron's five fields, UTC; undefined for never. */
  schedule?: string;
  /** Minutes for which a blob stays that a client uploaded or asked for, though no image names it. */
  graceMinutes: number;
  /** Share of the tagged images, in percent, that one scheduled run may delete. */
  mostPercent: number;
  /** Whether nothing is deleted that a container of the Docker host or a pod of the cluster runs, or where nobody can say what they run. */
  keepRunning: boolean;
}

/** Every night, when few people push. */
const nightly = "0 3 * * *";

/** Two hours: longer than nearly every push takes from its first question to its manifest. */
const graceMinutes = 120;

/** Half of the images: rules that delete more at once are more often a mistake than meant. */
const mostPercent = 50;

/** How a registry collects, where its description says anything of how long images live; undefined for a cloud's. */
export function collectionOf({
  target,
  repositories,
  retention,
}: {
  target: Target;
  repositories: readonly { retention?: object }[];
  retention?: RegistryRetentionSettings;
}): Collection | undefined {
  const isSet = retention ?? repositories.find((one) => one.retention !== undefined);
  if (!selfHosted.includes(target) || isSet === undefined) return undefined;
  const common: RegistryRetentionSettings = retention ?? {};
  return {
    schedule: common.schedule === "never" ? undefined : (common.schedule ?? nightly),
    graceMinutes: common.graceMinutes ?? graceMinutes,
    mostPercent: common.mostPercent ?? mostPercent,
    keepRunning: common.keepRunning ?? false,
  };
}
