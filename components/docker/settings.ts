import type * as pulumi from "@pulumi/pulumi";
import type { RemoteImage } from "@pulumi/docker/remoteImage";
import type { Volume } from "@pulumi/docker/volume";
import { RandomPassword } from "@pulumi/random/randomPassword";
import type { ServerCertificate } from "../certificates";
import { settingsFiles } from "../distribution/settings-files";
import type { RegistryArgs } from "../registry";
import { usersDirectory } from "./access";
import { deliverFiles, type Files } from "./files";
import { expiryLabels, stackLabels } from "./labels";
import type { Redis } from "./redis";

/** Directory of config.yml and all that it names, where the image's own config.yml lies as well. */
export const settingsDirectory = "/etc/distribution";

const path = (file: string) => `${settingsDirectory}/${file}`;

/** What the settings take from other resources. */
export interface SettingsInputs {
  /** Name of their volume, and of the container that delivers them, on the Docker host. */
  objectName: string;
  /** Whether clients name no user. */
  anonymous: boolean;
  /** Image of the registry. */
  image: RemoteImage;
  /** Volume that holds the images; undefined where a bucket does. */
  volume: Volume | undefined;
  /** The server's certificate; undefined without TLS. */
  certificate: ServerCertificate | undefined;
  /** The Redis that runs beside the registry; undefined without one. */
  redis: Redis | undefined;
  /** Names and addresses by which clients reach the registry. */
  hosts: string[];
}

/** Delivers config.yml, certificates and keys: what the registry reads once, when it starts. */
export function deliverSettings(
  name: string,
  inputs: SettingsInputs,
  args: RegistryArgs,
  opts: pulumi.CustomResourceOptions,
): Files {
  // Signs the state of unfinished uploads. It stays the same, or a registry that rolls would forget them.
  const httpSecret = new RandomPassword(
    `${name}-http-secret`,
    { length: 48, special: false },
    opts,
  );
  const { certificate, hosts, image, redis, volume } = inputs;
  const { "config.yml": config = "", ...rest } = settingsFiles(args, {
    directory: settingsDirectory,
    htpasswdPath: inputs.anonymous ? undefined : `${usersDirectory}/htpasswd`,
    certificate: certificate && { path: path("tls.crt"), keyPath: path("tls.key") },
    redis,
    httpSecret: httpSecret.result,
    hosts,
  });
  return deliverFiles(
    name,
    {
      name: inputs.objectName,
      directory: settingsDirectory,
      image: image.imageId,
      labels: stackLabels(args),
      // A running registry has read its settings: it does not notice that they are delivered again.
      deliveryLabels: expiryLabels(args),
      contents: {
        "config.yml": config,
        ...(certificate && {
          "tls.crt": certificate.certificate,
          "tls.key": certificate.privateKey,
        }),
        ...rest,
      },
      opens: volume,
    },
    opts,
  );
}
