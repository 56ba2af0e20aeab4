import type { SharedDescription } from "../model/description";
import type { Network } from "@pulumi/docker/network";
import type { RemoteImage } from "@pulumi/docker/remoteImage";
import type { Volume } from "@pulumi/docker/volume";
import * as pulumi from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random/randomPassword";
import type { ServerCertificate } from "../certificates/server-certificate";
import { settled } from "../core/settled";
import { settingsFiles } from "../distribution/settings-files";
import { volumeMountPath } from "../model/storage";
import { TlsMode } from "../model/tls";

import { healthcheck, madeFromValue, serverHealth, serverTmpfs } from "./container";
import { deliverFiles, digestOf, type Files, usersDirectory } from "./files";
import { expiryLabels, stackLabels } from "./labels";
import type { Redis } from "./redis";
import { tryBeside } from "./trial";

/** Directory of config.yml and all that it names, where the image's own config.yml lies as well. */
export const settingsDirectory = "/etc/distribution";

/** What runs the registry. */
export const serverCommand = {
  entrypoints: ["registry"],
  command: ["serve", `${settingsDirectory}/config.yml`],
};

const path = (file: string) => `${settingsDirectory}/${file}`;

/** What the settings take from other resources. */
export interface SettingsInputs {
  /** Name of their volume, and of the container that delivers them, on the Docker host. */
  objectName: string;
  /** Name of the container that reads them. */
  containerName: string;
  /** Network that it joins. */
  network: Network;
  /** The files of the users; undefined where clients need no login, and with a token server. */
  users: Files | undefined;
  /** Whether clients need no login. */
  anonymous: boolean;
  /** Name of the policy among the files of the users. Defaults to the registry's own. */
  policy?: string;
  /** Image of the registry. */
  image: RemoteImage;
  /** Volume of the engine that holds the images, to be opened for the registry's user; undefined where there is none. */
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
  args: SharedDescription,
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
    usersDirectory: inputs.anonymous ? undefined : usersDirectory,
    policy: inputs.policy,
    certificate: certificate && { path: path("tls.crt"), keyPath: path("tls.key") },
    redis,
    httpSecret: httpSecret.result,
    hosts,
  });
  const contents = tried(
    {
      "config.yml": config,
      ...(certificate && {
        "tls.crt": certificate.certificate,
        "tls.key": certificate.privateKey,
      }),
      ...rest,
    },
    inputs,
    args,
  );
  return deliverFiles(
    name,
    {
      name: inputs.objectName,
      directory: settingsDirectory,
      image: image.imageId,
      labels: stackLabels(args),
      // A running registry has read its settings: it does not notice that they are delivered again.
      deliveryLabels: expiryLabels(args),
      contents,
      opens: volume,
    },
    opts,
  );
}

/** Settings that a registry starts with: where one runs that they are to reach, they are tried beside it first. */
function tried(
  contents: Record<string, pulumi.Input<string>>,
  inputs: SettingsInputs,
  args: SharedDescription,
): Record<string, pulumi.Input<string>> {
  const { containerName, image, network, redis, users } = inputs;
  if (args.stands !== true || pulumi.runtime.isDryRun()) return contents;
  const health = healthcheck(args, ...serverHealth);
  const passed = pulumi.output(contents).apply(async (files) => {
    const [imageId, networkName, usersVolume, labels] = await settled(
      pulumi.all([image.imageId, network.name, users?.volume.name, stackLabels(args)]),
      pulumi.all([users?.delivery.id, redis?.container.id]),
    );
    await tryBeside(
      {
        containerName,
        image: imageId,
        network: networkName,
        contents: files,
        directory: settingsDirectory,
        health: serverHealth,
        labels: Object.fromEntries(labels.map(({ label, value }) => [label, value])),
        entrypoint: serverCommand.entrypoints,
        command: serverCommand.command,
        volumes: usersVolume === undefined ? {} : { [usersDirectory]: usersVolume },
        scratch: [...Object.keys(serverTmpfs), volumeMountPath],
        madeFrom: madeFromValue(digestOf(files), { healthcheck: health, tmpfs: serverTmpfs }),
        // A registry that is only tried would ask the ACME server for a certificate, and spend one of the few failures that it allows.
        starts: args.tls.mode !== TlsMode.Acme,
      },
      args,
    );
    return files;
  });
  return Object.fromEntries(
    Object.keys(contents).map((file) => [file, passed.apply((files) => files[file] ?? "")]),
  );
}
