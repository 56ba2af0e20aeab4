import type { GcpDescription } from "./settings";
import type * as pulumi from "@pulumi/pulumi";
import type { Repository } from "@pulumi/gcp/artifactregistry/repository";
import { Rule } from "@pulumi/gcp/artifactregistry/rule";

import type { Place } from "./place";

/** Rules that allow or deny downloads from repositories whoever may pull, by name. */
export function createDownloadRules(
  name: string,
  { gcp }: GcpDescription,
  { project, location }: Place,
  repositories: Record<string, Repository>,
  opts: pulumi.CustomResourceOptions,
): Record<string, Rule> {
  return Object.fromEntries(
    gcp.downloadRules.flatMap((rule) => {
      const repository = repositories[rule.repository];
      if (repository === undefined) return [];
      const created = new Rule(
        `${name}-download-rule-${rule.name}`,
        {
          project,
          location,
          repositoryId: repository.repositoryId,
          ruleId: rule.name,
          operation: "DOWNLOAD",
          action: rule.action.toUpperCase(),
          ...(rule.condition === undefined ? {} : { condition: { expression: rule.condition } }),
        },
        opts,
      );
      return [[rule.name, created] as const];
    }),
  );
}
