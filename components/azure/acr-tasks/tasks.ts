import { roleModeOf } from "../choices";
import type { AzureDescription } from "../settings";
import type * as pulumi from "@pulumi/pulumi";
import type { RoleAssignment } from "@pulumi/azure-native/authorization/roleAssignment";
import { AgentPool } from "@pulumi/azure-native/containerregistry/agentPool";
import type { Registry } from "@pulumi/azure-native/containerregistry/registry";
import { Task, type TaskArgs } from "@pulumi/azure-native/containerregistry/task";
import { acrTask } from "../../builds/acr-task";
import type { Build } from "../../model/builds";

import { contextOf, triggersOf, type BuildContext } from "./triggers";
import type { InRegistry } from "../container-registry";
import { grantRights } from "../role-assignments";
import { stackTags } from "../names";
import type { Home } from "../place";
import { byOwnIdentity } from "../purge-task";

/** A build's task, and the roles of its identity. */
export interface BuildTask {
  /** Name of the build in the description. */
  build: string;
  task: Task;
  grants: RoleAssignment[];
}

/** The tasks that build images, and the machines that they run on. */
export interface Builds {
  tasks: BuildTask[];
  /** The stack's own agent pool; undefined where Azure's machines or an existing pool are used. */
  agentPool?: AgentPool;
}

/** Name of a build's task, 5 to 50 letters, digits, _ and -. */
export function taskName({ name }: Pick<Build, "name">): string {
  return `build-${name}`;
}

/** An ACR task for each build, which may push only to its own repository and to that of its cache. */
export function createBuilds(
  name: string,
  registry: Registry,
  inRegistry: InRegistry,
  home: Home,
  args: AzureDescription,
  opts: pulumi.CustomResourceOptions,
): Builds {
  const settings = args.azure.builds;
  const tags = stackTags(args);
  const agentPool = createAgentPool();
  return { tasks: args.builds.map(createTask), agentPool };

  function createTask(build: Build): BuildTask {
    const context = contextOf(build, settings);
    const [platform = ""] = build.platforms;
    const task = new Task(
      `${name}-${build.name}`,
      {
        ...inRegistry,
        ...byOwnIdentity(registry),
        location: home.location,
        taskName: taskName(build),
        status: "Enabled",
        // All platforms of one operating system are built on amd64, the other architectures by emulation.
        platform: {
          os: platform.startsWith("windows/") ? "Windows" : "Linux",
          architecture: "amd64",
        },
        ...(settings.agentPool === undefined
          ? { agentConfiguration: { cpu: 2 } }
          : { agentPoolName: agentPool?.name ?? settings.agentPool.name }),
        timeout: build.timeoutMinutes * 60,
        step: stepOf(build, settings.taskFiles[build.name], context),
        trigger: triggersOf(build, context),
        tags,
      },
      opts,
    );
    const layers = build.cache.repository;
    const grants = grantRights(
      `${name}-${build.name}`,
      registry.id,
      {
        principalId: task.identity.apply((identity) => identity?.principalId ?? ""),
        description: `Lets task ${taskName(build)} push the images that it builds.`,
      },
      [
        {
          role: "push",
          repositories: [build.repository, ...(layers === undefined ? [] : [layers])],
        },
      ],
      roleModeOf(args.azure),
      home,
      opts,
    );
    return { build: build.name, task, grants };
  }

  function createAgentPool(): AgentPool | undefined {
    const { name: agentPoolName, tier, count, subnet } = settings.agentPool ?? {};
    if (agentPoolName === undefined || tier === undefined) return undefined;
    return new AgentPool(
      `${name}-agent-pool`,
      {
        ...inRegistry,
        location: home.location,
        agentPoolName,
        tier,
        count,
        os: "Linux",
        virtualNetworkSubnetResourceId: subnet,
        tags,
      },
      opts,
    );
  }
}

/** The steps of a task: the task file that the description names, else the steps of the build. */
function stepOf(
  build: Build,
  taskFilePath: string | undefined,
  { url, branch, token }: BuildContext,
): TaskArgs["step"] {
  const at = { contextPath: `${url}#${branch}`, contextAccessToken: token };
  return taskFilePath === undefined
    ? { ...acrTask(build).step, ...at }
    : { type: "FileTask", taskFilePath, ...at };
}
