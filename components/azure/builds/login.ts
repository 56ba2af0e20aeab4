import type { TaskArgs } from "@pulumi/azure-native/containerregistry/task";
import type { Registry } from "@pulumi/azure-native/containerregistry/registry";

/**
 * A task logs in to its registry by an identity of its own, whose roles say what it may do: the login that ACR gives a task by
 * default may do everything, is not honoured with ABAC, and not let through by network rules.
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
