import { inputOf } from "../core/tokens";
import { z } from "zod";
import { dnsSubdomain } from "./names";
import { ReclaimPolicy } from "./choices";

/** How many may write a volume at once, in Kubernetes' words. */
export const AccessMode = {
  ReadWriteOnce: "ReadWriteOnce",
  ReadWriteOncePod: "ReadWriteOncePod",
  ReadWriteMany: "ReadWriteMany",
} as const;
export type AccessMode = (typeof AccessMode)[keyof typeof AccessMode];

const absolutePath = z
  .string()
  .regex(/^(\/(?!\.\.?(\/|$))[^:/]+)+$/, "is not an absolute path, without a colon, . or .. in it");

const node = dnsSubdomain.meta({
  description: "Node that has the directory, by the name that `kubectl get nodes` shows.",
});

const hostPath = z.strictObject({
  kind: z.literal("hostPath"),
  path: absolutePath.meta({
    description:
      "Directory of the node, created where it is missing. Group 10001 must be able to write it: Kubernetes changes no owner there. Required.",
  }),
  node: node.optional(),
});

const local = z.strictObject({
  kind: z.literal("local"),
  path: absolutePath.meta({
    description: "Existing directory or mounted disk of the node. Required.",
  }),
  node,
});

const nfs = z.strictObject({
  kind: z.literal("nfs"),
  server: inputOf(z.string().min(1)).meta({
    description: "Host name or address of the server. Required.",
  }),
  path: absolutePath.meta({ description: "Directory that the server exports. Required." }),
  mountOptions: z
    .array(z.string().min(1))
    .default([])
    .meta({ description: "Mount options, for example `nfsvers=4.1`. Defaults to the node's." }),
});

const csi = z.strictObject({
  kind: z.literal("csi"),
  driver: dnsSubdomain.meta({
    description: "CSI driver, for example `ebs.csi.aws.com`. Required.",
  }),
  volumeHandle: inputOf(z.string().min(1)).meta({
    description: "The driver's name of an existing volume. Required.",
  }),
  fsType: z.string().min(1).optional().meta({
    description: "File system on the volume, for example `ext4`. Defaults to the driver's.",
  }),
  attributes: z
    .record(z.string(), z.string())
    .default({})
    .meta({ description: "Attributes that the driver needs. Defaults to none." }),
});

/** Schema of `wharf:kubernetes.volume`: what holds the images; its size is `wharf:storage.sizeGiB`. */
export const volumeSettings = z.strictObject({
  storageClass: dnsSubdomain.optional().meta({
    description:
      "StorageClass that provisions the volume. Defaults to the cluster's default class, and to none with a `persistentVolume`.",
  }),
  accessMode: z.enum(AccessMode).default(AccessMode.ReadWriteOnce).meta({
    description: "How many nodes or pods may write it at once. Defaults to ReadWriteOnce.",
  }),
  existingClaim: dnsSubdomain.optional().meta({
    description:
      "Existing PersistentVolumeClaim of the namespace, which is not deleted with the stack. Defaults to one that is created.",
  }),
  persistentVolume: z.discriminatedUnion("kind", [hostPath, local, nfs, csi]).optional().meta({
    description:
      "PersistentVolume that is created for the claim, in place of one that a class provisions.",
  }),
  reclaimPolicy: z.enum(ReclaimPolicy).optional().meta({
    description:
      "What happens to the disk when its claim is deleted; `Class` leaves it to the StorageClass. Defaults to Retain outside a lab and for every `persistentVolume`, else to Class.",
  }),
});

/** Checked `wharf:kubernetes.volume`. */
export type VolumeSettings = z.output<typeof volumeSettings>;
