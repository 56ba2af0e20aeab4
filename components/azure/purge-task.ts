import { RoleAssignment } from "@pulumi/azure-native/authorization/roleAssignment";
import type { Registry } from "@pulumi/azure-native/containerregistry/registry";
import { Task, type TaskArgs } from "@pulumi/azure-native/containerregistry/task";
import type * as pulumi from "@pulumi/pulumi";
import { RoleAssignmentMode } from "../access/acr";

import { type AcrPurgeTask, type AcrRetention, compileAcr } from "../retention/acr";
import type { InRegistry } from "./container-registry";
import { stackTags } from "./names";
import type { Home } from "./place";
import { type BuiltInRole, roleDefinitionId } from "./role-assignments";
import type { AzureDescription } from "./settings";
import { roleModeOf, Sku } from "./choices";

/**
 * A task logs in to its registry by its own identity, whose roles say what it may do: the login that ACR gives a task by default may
 * do everything, does not work with ABAC, and cannot pass network rules.
 */
export function byOwnIdentity({
  loginServer,
}: Registry): Pick<TaskArgs, "identity" | "credentials"> {
  return {
    identity: { type: "SystemAssigned" },
    credentials: {
      sourceRegistry: { loginMode: "None" },
      customRegistries: loginServer.apply((server) => ({ [server]: { identity: "[system]" } })),
    },
  };
}

/** How long images are kept, as the registry's own settings. */
export function compileRetention(
  { azure, repositories }: AzureDescription,
  sku: Sku,
): AcrRetention {
  return compileAcr({
    repositories,
    premium: sku === Sku.Premium,
    softDelete: azure.softDeleteDays !== undefined,
  });
}

/** The roles of the purge task: to list repositories and tags, and to delete them. */
const purgeRoles: Record<RoleAssignmentMode, readonly BuiltInRole[]> = {
  [RoleAssignmentMode.Legacy]: ["AcrPull", "AcrDelete"],
  [RoleAssignmentMode.Abac]: [
    "Container Registry Repository Contributor",
    "Container Registry Repository Catalog Lister",
  ],
};

/** The task that deletes expired images, and the roles of its identity. */
export interface Purge {
  task: Task;
  grants: RoleAssignment[];
}

/** A task in the registry that runs `acr purge` on a timer, by its own identity with roles only on this registry. */
export function createPurgeTask(
  name: string,
  purge: AcrPurgeTask,
  registry: Registry,
  inRegistry: InRegistry,
  home: Home,
  args: AzureDescription,
  opts: pulumi.CustomResourceOptions,
): Purge {
  const task = new Task(
    `${name}-purge`,
    {
      ...inRegistry,
      ...byOwnIdentity(registry),
      location: home.location,
      taskName: "wharf-purge",
      status: "Enabled",
      platform: { os: "Linux", architecture: "amd64" },
      agentConfiguration: { cpu: 2 },
      timeout: purge.timeoutSeconds,
      step: { type: "EncodedTask", encodedTaskContent: purge.encodedTaskContent },
      trigger: {
        timerTriggers: [{ name: "nightly", schedule: purge.schedule, status: "Enabled" }],
      },
      tags: stackTags(args),
    },
    opts,
  );
  const principalId = task.identity.apply((identity) => identity?.principalId ?? "");
  const grants = purgeRoles[roleModeOf(args.azure)].map(
    (role) =>
      new RoleAssignment(
        `${name}-purge-${role.toLowerCase().replaceAll(" ", "-")}`,
        {
          scope: registry.id,
          roleDefinitionId: roleDefinitionId(role, home.subscriptionId),
          principalId,
          principalType: "ServicePrincipal",
          description: "Lets Wharf's purge task delete expired images.",
        },
        opts,
      ),
  );
  return { task, grants };
}
