import type { SharedDescription } from "../model/description";
import { Container } from "@pulumi/docker/container";
import type { Network } from "@pulumi/docker/network";
import type { RemoteImage } from "@pulumi/docker/remoteImage";
import { Volume } from "@pulumi/docker/volume";
import type * as pulumi from "@pulumi/pulumi";
import { registryPort } from "../distribution/config";
import { volumeMountPath } from "../model/storage";
import { guarded } from "../model/environment";
import { TlsMode } from "../model/tls";

import { serverCommand, settingsDirectory } from "./config-files";
import { hardened, healthcheck, madeFrom, serverHealth, serverTmpfs } from "./container";
import { type Files, usersDirectory } from "./files";
import { labelledOnce, stackLabels } from "./labels";
import type { Redis } from "./redis";

/** The volume that holds images: protected in prod, kept when the stack is removed unless deletion is forced. */
export function createVolume(
  name: string,
  args: SharedDescription,
  opts: pulumi.CustomResourceOptions,
): Volume | undefined {
  const { namePrefix, storage, deletion } = args;
  if (storage.kind !== "volume") return undefined;
  const labels = stackLabels(args);
  const protection = guarded(deletion, labelledOnce({ ...opts, deleteBeforeReplace: true }));
  if (storage.path !== undefined) {
    // A bind volume is a name for a directory of the host: deleting the name deletes nothing in the directory.
    return new Volume(
      `${name}-directory`,
      {
        name: `${namePrefix}-directory`,
        driver: "local",
        driverOpts: { type: "none", o: "bind", device: storage.path },
        labels,
      },
      { ...protection, retainOnDelete: false },
    );
  }
  return new Volume(`${name}-data`, { name: `${namePrefix}-data`, labels }, protection);
}

/** What a container that serves images takes from other resources. */
interface ServerInputs {
  /** Name of the container on the Docker host. */
  containerName: string;
  /** Port of the Docker host that it listens on. */
  port: number;
  image: RemoteImage;
  network: Network;
  /** Volume that holds the images; undefined with a bucket. */
  volume: Volume | undefined;
  /** Whether that volume is a directory of the host, whose owner and mode are left as they are. */
  isDirectory?: boolean;
  settings: Files;
  /** The files of the users; undefined where clients need no login, and with a token server. */
  users: Files | undefined;
  /** The Redis that runs beside it; undefined without one. */
  redis: Redis | undefined;
}

/** The container of distribution: the registry's own, or that of a cache. */
export function createServer(
  name: string,
  inputs: ServerInputs,
  args: SharedDescription,
  opts: pulumi.CustomResourceOptions,
): Container {
  const { image, isDirectory = false, network, redis, settings, users, volume } = inputs;
  const { endpoint, distribution, resources, tls } = args;
  const tmpfs = serverTmpfs;
  const health = healthcheck(args, ...serverHealth);
  const files = (from: Files, directory: string) => ({
    volumeName: from.volume.name,
    containerPath: directory,
    readOnly: true,
  });
  return new Container(
    name,
    {
      ...hardened,
      name: inputs.containerName,
      image: image.imageId,
      ...serverCommand,
      // A pull-through cache reads the credentials of its upstream from a file of the directory that it runs in.
      workingDir: distribution.proxy === undefined ? undefined : settingsDirectory,
      // distribution would send traces to a collector on localhost, and complain at each that none is there.
      envs: [
        "OTEL_TRACES_EXPORTER=none",
        ...(tls.mode === TlsMode.Acme && tls.acme?.caCertificate !== undefined
          ? [`SSL_CERT_DIR=/etc/ssl/certs:${settingsDirectory}`]
          : []),
      ],
      // Docker's own deadline comes after distribution's, so that a push in progress can end.
      destroyGraceSeconds: distribution.http.drainTimeoutSeconds + 5,
      stopTimeout: distribution.http.drainTimeoutSeconds + 5,
      memory: resources.memoryMiB,
      memorySwap: resources.memoryMiB,
      // The provider reads whole processors back with a decimal, and would see a difference without.
      cpus: Number.isInteger(resources.cpus) ? resources.cpus.toFixed(1) : String(resources.cpus),
      // Health and metrics stay off the host: what reads them joins the stack's network.
      ports: [{ internal: registryPort, external: inputs.port, ip: endpoint.address }],
      networksAdvanced: [{ name: network.name }],
      volumes: [
        files(settings, settingsDirectory),
        ...(users === undefined ? [] : [files(users, usersDirectory)]),
        ...(volume === undefined || isDirectory
          ? []
          : [{ volumeName: volume.name, containerPath: volumeMountPath }]),
      ],
      // Docker gives an empty volume the owner and mode of the image's directory, unless it is told to copy nothing.
      mounts:
        volume === undefined || !isDirectory
          ? undefined
          : [
              {
                type: "volume",
                source: volume.name,
                target: volumeMountPath,
                volumeOptions: { noCopy: true },
              },
            ],
      tmpfs,
      healthcheck: health,
      // It reads its settings once: another digest is another container. Users are not in it.
      labels: [...stackLabels(args), madeFrom(settings.digest, { healthcheck: health, tmpfs })],
    },
    {
      ...opts,
      deleteBeforeReplace: true,
      dependsOn: [
        settings.delivery,
        ...(users === undefined ? [] : [users.delivery]),
        ...(redis === undefined ? [] : [redis.container]),
      ],
    },
  );
}
