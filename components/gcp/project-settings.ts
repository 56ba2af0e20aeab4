import type { GcpDescription } from "./settings";
import type * as pulumi from "@pulumi/pulumi";
import { ProjectConfig } from "@pulumi/gcp/artifactregistry/projectConfig";
import { VpcscConfig } from "@pulumi/gcp/artifactregistry/vpcscConfig";
import { keyOf, removeCommand } from "../core/messages";
import type { Problem } from "../core/problems";

import { locationInNames, type Place } from "./place";
import { after, type Services } from "./services";

/** The settings of Artifact Registry in the project, of which each location has one. */
export interface ProjectSettings {
  /** Artifact Registry's own logs, by location. */
  platformLogs: Record<string, ProjectConfig>;
  /** Whether caches reach their upstream from inside a perimeter, by location. */
  vpcServiceControls: Record<string, VpcscConfig>;
}

/** Sets what the description names, in each location in which the stack has repositories. */
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
 * The problem of a stack that sets what another stack owns. Google has these settings once for each project and location, and the
 * last writer would overwrite the other's silently.
 */
export function ownerProblems({ gcp, stack }: Pick<GcpDescription, "gcp" | "stack">): Problem[] {
  const owner = gcp.projectSettings?.owner;
  if (owner === undefined || owner === stack) return [];
  return [
    {
      key: keyOf(["gcp", "projectSettings", "owner"]),
      message: `stack ${owner} owns the project's settings, and this is ${stack}: each up of one would undo the other's settings`,
      fix: removeCommand(["gcp", "projectSettings"]),
    },
  ];
}
