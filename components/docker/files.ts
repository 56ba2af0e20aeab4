import type { SharedDescription } from "../model/description";
import { createHash } from "node:crypto";
import { Container } from "@pulumi/docker/container";
import type { RemoteImage } from "@pulumi/docker/remoteImage";
import { Volume } from "@pulumi/docker/volume";
import * as pulumi from "@pulumi/pulumi";
import type { Users } from "../distribution/users";

import { type Label, labelledOnce, stackLabels } from "./labels";

/** Directory of the files of the users, apart from the settings, because they change under a running registry. */
export const usersDirectory = "/auth";

/** Delivers the files of the users, which the registry reads again whenever they change; none with a token server. */
export function deliverUsers(
  name: string,
  image: RemoteImage,
  users: Users,
  args: SharedDescription,
  opts: pulumi.CustomResourceOptions,
): Files | undefined {
  if (Object.keys(users.files).length === 0) return undefined;
  return deliverFiles(
    name,
    {
      name: `${args.namePrefix}-users`,
      directory: usersDirectory,
      image: image.imageId,
      labels: stackLabels(args),
      contents: users.files,
    },
    opts,
  );
}

/** Files of a container, delivered before it starts. */
export interface Files {
  /** Volume that holds the files; mount it at `directory`. */
  volume: Volume;
  /** The delivery itself: what reads the files depends on it. */
  delivery: Container;
  /** Digest of all contents: a container that reads its files only at start carries it in a label, to be replaced with them. */
  digest: pulumi.Output<string>;
}

/** What `deliverFiles` needs. */
export interface FilesArgs {
  /** Name of the volume and of the delivering container on the Docker host. */
  name: string;
  /** Absolute directory that the files lie in, the same in every container that mounts the volume. */
  directory: string;
  /** Contents by file name; none may be empty, which the provider refuses. */
  contents: Record<string, pulumi.Input<string>>;
  /** Image of the delivering container; any that exists will do, since it never runs. */
  image: pulumi.Input<string>;
  /** Labels of the container and the volume. */
  labels: Label[];
  /** Labels of only the container, which may change at any time: replacing it disturbs no reader. Defaults to none. */
  deliveryLabels?: Label[];
  /** A volume that is to be writable for an unprivileged user; see `openToAll`. */
  opens?: Volume;
}

/**
 * Mounts a volume where the image is open to all. Docker gives an empty volume the owner and mode of the directory that it
 * is mounted on, and upstream's image keeps its data directory for root, where an unprivileged registry could not write.
 */
function openToAll(volume: Volume) {
  return { volumeName: volume.name, containerPath: "/tmp" };
}

/** A file in that volume: as long as it is empty, Docker would give it the owner and mode of its next mount point. */
const keepsOpen = {
  file: "/tmp/README",
  content: "The images of a registry that Wharf runs. Deleting this volume deletes them.\n",
  permissions: "0444",
};

/**
 * Delivers files into a volume through a container that is created and never started: Docker unpacks `uploads` into the
 * volumes of a stopped container. A change replaces only this container, so a running reader of the volume sees the new
 * files without a restart; and the reader's own root can stay read-only, which Docker allows no upload into.
 *
 * The files belong to root and are readable by all, since the provider can set no owner; only containers that mount the
 * volume, and root on the host, reach them.
 */
export function deliverFiles(
  name: string,
  args: FilesArgs,
  opts: pulumi.CustomResourceOptions,
): Files {
  const volume = new Volume(
    `${name}-volume`,
    { name: args.name, labels: args.labels },
    labelledOnce({ ...opts, deleteBeforeReplace: true }),
  );
  const delivery = new Container(
    `${name}-delivery`,
    {
      name: args.name,
      image: args.image,
      // Docker wants a command even of a container that never runs.
      command: ["never-started"],
      start: false,
      mustRun: false,
      networkMode: "none",
      labels: [...args.labels, ...(args.deliveryLabels ?? [])],
      volumes: [
        { volumeName: volume.name, containerPath: args.directory },
        ...(args.opens === undefined ? [] : [openToAll(args.opens)]),
      ],
      uploads: [
        ...Object.entries(args.contents).map(([file, content]) => ({
          file: `${args.directory}/${file}`,
          content: pulumi.secret(content),
          permissions: "0444",
        })),
        ...(args.opens === undefined ? [] : [keepsOpen]),
      ],
    },
    { ...opts, deleteBeforeReplace: true },
  );
  // A digest tells nothing of contents that hold generated keys, so it may be in a label.
  const digest = pulumi.unsecret(pulumi.output(args.contents).apply(digestOf));
  return { volume, delivery, digest };
}

/** Digest of files by name. */
export function digestOf(contents: Record<string, string>): string {
  return createHash("sha256").update(JSON.stringify(contents)).digest("hex");
}
