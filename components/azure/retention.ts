import type * as pulumi from "@pulumi/pulumi";
import { RoleAssignment } from "@pulumi/azure-native/authorization/roleAssignment";
import type { Registry } from "@pulumi/azure-native/containerregistry/registry";
import { Task } from "@pulumi/azure-native/containerregistry/task";
import { RoleAssignmentMode } from "../access/acr";
import type { RegistryArgs } from "../registry";
import { compileAcr, type AcrPurgeTask, type AcrRetention } from "../retention/acr";
import { Sku } from "./choices";
import type { InRegistry } from "./container-registry";
import { stackTags } from "./labels";
import type { Home } from "./place";
import { roleDefinitionId, type BuiltInRole } from "./roles";
import { byOwnIdentity } from "./builds/login";

/** How long images live, in the registry's own words. */
export function compileRetention({ azure, repositories }: RegistryArgs, sku: Sku): AcrRetention {
  return compileAcr({
    repositories,
    premium: sku === Sku.Premium,
    softDelete: azure.softDeleteDays !== undefined,
  });
}

/** What the purge task needs: to list repositories and tags, and to delete them. */
const purgeRoles: Record<RoleAssignmentMode, readonly BuiltInRole[]> = {
  [RoleAssignmentMode.Legacy]: ["AcrPull", "AcrDelete"],
  [RoleAssignmentMode.Abac]: [
    "Container Registry Repository Contributor",
    "Container Registry Repository Catalog Lister",
  ],
};

/** The task that deletes what retention lets go, and what its identity may do. */
export interface Purge {
  task: Task;
  grants: RoleAssignment[];
}

/** A task in the registry that runs `acr purge` on a timer, by an identity of its own whose roles reach this registry alone. */
export function createPurgeTask(
  name: string,
  purge: AcrPurgeTask,
  registry: Registry,
  inRegistry: InRegistry,
  home: Home,
  args: RegistryArgs,
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
  const grants = purgeRoles[args.azure.roleAssignmentMode].map(
    (role) =>
      new RoleAssignment(
        `${name}-purge-${role.toLowerCase().replaceAll(" ", "-")}`,
        {
          scope: registry.id,
          roleDefinitionId: roleDefinitionId(role, home.subscriptionId),
          principalId,
          principalType: "ServicePrincipal",
          description: "Lets Wharf's purge task delete what retention lets go.",
        },
        opts,
      ),
  );
  return { task, grants };
}
