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
 * contents changes. It tells nothing of contents that hold generated keys, so it may stand there in clear.
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
