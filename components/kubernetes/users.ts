import type { KubernetesDescription } from "./settings";
import type * as pulumi from "@pulumi/pulumi";
import type { Secret } from "@pulumi/kubernetes/core/v1/secret";
import type { Users } from "../distribution/users";

import { createSecret } from "./secrets";

/** Directory of the htpasswd file: a Secret of its own, mounted whole, since Kubernetes never renews a file mounted by `subPath`. */
export const usersDirectory = "/auth";
/** Name of that Secret. */
export const usersSecretName = "registry-users";

/**
 * The Secret with the htpasswd file; none with a token server. The kubelet writes a change into running pods, within about a
 * minute, and the registry reads the file anew: no pod restarts, so that no digest of it may stand in one.
 */
export function createUsersSecret(
  name: string,
  users: Users,
  args: KubernetesDescription,
  opts: pulumi.CustomResourceOptions,
): Secret | undefined {
  if (args.auth.token !== undefined) return undefined;
  const contents = { htpasswd: users.htpasswd };
  return createSecret(name, { name: usersSecretName, contents }, args, opts);
}
