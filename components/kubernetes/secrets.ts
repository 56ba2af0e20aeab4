import type { Users } from "../distribution/users";
import type { KubernetesDescription } from "./settings";
import * as pulumi from "@pulumi/pulumi";
import { Secret } from "@pulumi/kubernetes/core/v1/secret";
import { createHash } from "node:crypto";

import { metadata, type Component } from "./labels";

/** Contents of a Secret, by file name as pods that mount it see them. */
export type Contents = Record<string, pulumi.Input<string>>;

/** What `createSecret` needs. */
interface SecretArgs {
  /** Name of the Secret. */
  name: string;
  /** Its type; `Opaque` by default. */
  type?: string;
  component?: Component;
  contents: Contents;
}

/** A Secret in the registry's namespace. */
export function createSecret(
  name: string,
  secret: SecretArgs,
  args: KubernetesDescription,
  opts: pulumi.CustomResourceOptions,
): Secret {
  return new Secret(
    name,
    {
      metadata: metadata(args, secret.name, secret.component),
      type: secret.type ?? "Opaque",
      data: encoded(secret.contents),
    },
    opts,
  );
}

/** Contents as the API holds them, in base64, and kept as secrets by Pulumi. */
export function encoded(contents: Contents): Record<string, pulumi.Output<string>> {
  return Object.fromEntries(
    Object.entries(contents).map(([file, content]) => [
      file,
      pulumi.secret(content).apply((text) => Buffer.from(text).toString("base64")),
    ]),
  );
}

/**
 * Digest of contents that a process reads only when it starts: in an annotation of its pods it rolls them whenever one of the
 * contents changes. It tells nothing of contents that hold generated keys, so it may be there.
 */
export function digestOf(...contents: (Contents | undefined)[]): pulumi.Output<string> {
  return pulumi.unsecret(
    pulumi
      .output(contents)
      .apply((all) => createHash("sha256").update(JSON.stringify(all)).digest("hex")),
  );
}

/** Annotation of pods that holds that digest, by the name that Helm's charts use. */
export const digestAnnotation = "checksum/settings";

/** Directory of the files of the users: a Secret of its own, mounted whole, since Kubernetes never renews a file mounted by `subPath`. */
export const usersDirectory = "/auth";
/** Name of that Secret. */
export const usersSecretName = "registry-users";

/**
 * The Secret with the files of the users; none with a token server. The kubelet writes a change into running pods, within about a
 * minute, and the registry reads them again: no pod restarts, so no digest of it may be in one.
 */
export function createUsersSecret(
  name: string,
  users: Users,
  args: KubernetesDescription,
  opts: pulumi.CustomResourceOptions,
): Secret | undefined {
  if (Object.keys(users.files).length === 0) return undefined;
  return createSecret(name, { name: usersSecretName, contents: users.files }, args, opts);
}
