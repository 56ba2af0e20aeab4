import type { GcpDescription } from "./settings";
import type * as pulumi from "@pulumi/pulumi";
import { ProjectConfig } from "@pulumi/gcp/artifactregistry/projectConfig";
import { VpcscConfig } from "@pulumi/gcp/artifactregistry/vpcscConfig";
import { keyOf, removeCommand } from "../core/messages";
import type { Problem } from "../core/problems";

import { locationInNames, type Place } from "./place";
import { after, type Services } from "./services";

/** The settings of Artifact Registry in the project, which it has once for each location. */
export interface ProjectSettings {
  /** Artifact Registry's own logs, by location. */
  platformLogs: Record<string, ProjectConfig>;
  /** Whether caches reach their upstream from inside a perimeter, by location. */
  vpcServiceControls: Record<string, VpcscConfig>;
}

/** States the settings that the description names, at each location that the stack has repositories in. */
export function createProjectSettings(
  name: string,
  { gcp }: GcpDescription,
  { project }: Place,
  locations: readonly string[],
  services: Services,
  opts: pulumi.CustomResourceOptions,
): ProjectSettings {
  const { platformLogs, vpcServiceControls } = gcp.projectSettings ?? {};
  const enabled = after(opts, services.artifactRegistry);
  const atEach = <Resource>(wanted: boolean, create: (location: string) => Resource) =>
    Object.fromEntries(wanted ? locations.map((location) => [location, create(location)]) : []);
  return {
    platformLogs: atEach(
      platformLogs !== undefined,
      (location) =>
        new ProjectConfig(
          `${name}-platform-logs-${locationInNames(location)}`,
          {
            project,
            location,
            platformLogsConfig:
              platformLogs === "disabled"
                ? { loggingState: "DISABLED" }
                : { loggingState: "ENABLED", severityLevel: platformLogs?.toUpperCase() },
          },
          enabled,
        ),
    ),
    vpcServiceControls: atEach(
      vpcServiceControls !== undefined,
      (location) =>
        new VpcscConfig(
          `${name}-vpc-service-controls-${locationInNames(location)}`,
          { project, location, vpcscPolicy: vpcServiceControls?.toUpperCase() },
          enabled,
        ),
    ),
  };
}

/**
 * The problem of a stack that states settings which another owns. Google keeps them once for a project and location, and whoever
 * writes last would win without a word.
 */
export function ownerProblems({ gcp, stack }: Pick<GcpDescription, "gcp" | "stack">): Problem[] {
  const owner = gcp.projectSettings?.owner;
  if (owner === undefined || owner === stack) return [];
  return [
    {
      key: keyOf(["gcp", "projectSettings", "owner"]),
      message: `stack ${owner} owns the project's settings, and this is ${stack}: two owners would undo each other's at every up`,
      fix: removeCommand(["gcp", "projectSettings"]),
    },
  ];
}
