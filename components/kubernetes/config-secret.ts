import type { KubernetesDescription } from "./settings";
import type * as pulumi from "@pulumi/pulumi";
import type { Secret } from "@pulumi/kubernetes/core/v1/secret";
import { RandomPassword } from "@pulumi/random/randomPassword";
import { settingsFiles } from "../distribution/settings-files";

import { usersDirectory } from "./secrets";
import { tlsDirectory, type TlsSecret } from "./certificates";
import type { Component } from "./labels";
import type { Redis } from "./redis";
import { createSecret, type Contents } from "./secrets";

/** Directory of config.yml and all that it names, where the image's own config.yml lies as well. */
export const settingsDirectory = "/etc/distribution";
/** Name of the Secret that holds the registry's own. */
export const settingsSecretName = "registry-settings";

/** The settings of the registry in the cluster. */
export interface Settings {
  secret: Secret;
  /** What the registry reads when it starts. */
  contents: Contents;
}

/** What the settings take from other resources. */
interface SettingsInputs {
  /** Name of the Secret. */
  secretName: string;
  /** What reads them. */
  component: Component;
  /** Whether clients need no login. */
  anonymous: boolean;
  /** Name of the policy among the files of the users. Defaults to the registry's own. */
  policy?: string;
  /** The server's certificate; undefined without TLS. */
  certificate: TlsSecret | undefined;
  /** The Redis that runs beside the registry; undefined without one. */
  redis: Redis | undefined;
  /** Names and addresses by which clients reach the registry. */
  hosts: string[];
  /** Hands the contents on once a pod has started with them, where one serves that they are to reach. */
  tried: (contents: Contents) => Contents;
}

/** The Secret with config.yml, keys and certificates; a Secret, since a bucket's keys are in config.yml. */
export function createSettings(
  name: string,
  inputs: SettingsInputs,
  args: KubernetesDescription,
  opts: pulumi.CustomResourceOptions,
): Settings {
  // Signs the state of unfinished uploads: the same in all pods, or one would refuse an upload that another began.
  const httpSecret = new RandomPassword(
    `${name}-http-secret`,
    { length: 48, special: false },
    { parent: opts.parent },
  );
  const { certificate, hosts, redis } = inputs;
  const files = settingsFiles(args, {
    directory: settingsDirectory,
    usersDirectory: inputs.anonymous ? undefined : usersDirectory,
    policy: inputs.policy,
    certificate: certificate && {
      path: `${tlsDirectory}/tls.crt`,
      keyPath: `${tlsDirectory}/tls.key`,
    },
    redis,
    httpSecret: httpSecret.result,
    hosts,
  });
  const contents = inputs.tried(files);
  const { component, secretName } = inputs;
  const secret = createSecret(name, { name: secretName, component, contents }, args, opts);
  return { secret, contents };
}
