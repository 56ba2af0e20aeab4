import type { KubernetesDescription } from "./settings";
import type { Deployment } from "@pulumi/kubernetes/apps/v1/deployment";
import { PersistentVolume } from "@pulumi/kubernetes/core/v1/persistentVolume";
import { PersistentVolumeClaim } from "@pulumi/kubernetes/core/v1/persistentVolumeClaim";
import { PersistentVolumePatch } from "@pulumi/kubernetes/core/v1/persistentVolumePatch";
import type { input } from "@pulumi/kubernetes/types";
import type * as pulumi from "@pulumi/pulumi";

import { Environment, guarded } from "../model/environment";

import { type Component, metadata, ownedLabels } from "./labels";
import { goesWithNamespace } from "./namespace";
import type { VolumeSettings } from "./volume-settings";

/** Name of the claim that Wharf makes for the registry. */
export const claimName = "registry-data";

/** What holds the images on this target. */
export interface Claim {
  /** Name of the claim, in the registry's namespace. */
  name: string;
  /** The claim; undefined where it exists already. */
  claim?: PersistentVolumeClaim;
  /** The volume that was made for it; undefined where a class provisions one. */
  volume?: PersistentVolume;
}

/** Name of the PersistentVolume that Wharf makes; such a name is the cluster's, so that it holds the namespace's. */
export function volumeName({ kubernetes }: Pick<KubernetesDescription, "kubernetes">): string {
  return `${kubernetes.namespace}-${claimName}`;
}

/**
 * The claim that holds the images, and its volume where the description has one: protected in prod, kept when the stack is removed
 * unless deletion is forced. A larger size expands it in place. Undefined where a bucket holds the images.
 * @param own name of the claim, and what mounts it
 */
export function createClaim(
  name: string,
  args: KubernetesDescription,
  opts: pulumi.CustomResourceOptions,
  own: { claimName: string; component: Component } = { claimName, component: "registry" },
): Claim | undefined {
  const { deletion, kubernetes, storage } = args;
  const { volume: settings } = kubernetes;
  if (storage.kind !== "volume") return undefined;
  if (settings.existingClaim !== undefined) return { name: settings.existingClaim };
  const kept = guarded(deletion, opts);
  const capacity = { storage: gibibytes(storage.sizeGiB) };
  const volume = createVolume(`${name}-volume`, capacity, args, {
    ...kept,
    dependsOn: undefined,
    deletedWith: undefined,
  });
  const about = metadata(args, own.claimName, own.component);
  // Pulumi's plugin awaits that a claim of a class with WaitForFirstConsumer is pending, in an update too, where it is bound
  // already: after five minutes any change of a label would fail (untilCoreV1PersistentVolumeClaimReady in its pkg/await). That the
  // claim can be bound, the Deployment's pod tells.
  const annotations = { ...about.annotations, "pulumi.com/skipAwait": "true" };
  const claim = new PersistentVolumeClaim(
    `${name}-claim`,
    {
      metadata: { ...about, annotations },
      spec: {
        accessModes: [settings.accessMode],
        // An empty class keeps the cluster's default one from provisioning another volume.
        storageClassName:
          settings.storageClass ?? (settings.persistentVolume === undefined ? undefined : ""),
        volumeName: volume === undefined ? undefined : volumeName(args),
        resources: { requests: capacity },
      },
    },
    volume === undefined
      ? kept
      : { ...kept, dependsOn: [opts.dependsOn ?? [], volume].flat() as pulumi.Resource[] },
  );
  return { name: own.claimName, claim, volume };
}

/** Whether the volume that a class provisions is given a reclaim policy of its own, and which. */
export function givenReclaimPolicy({
  environment,
  kubernetes: { volume },
  storage,
}: Pick<KubernetesDescription, "environment" | "kubernetes" | "storage">):
  "Retain" | "Delete" | undefined {
  const { existingClaim, persistentVolume, reclaimPolicy } = volume;
  const provisioned = existingClaim === undefined && persistentVolume === undefined;
  if (storage.kind !== "volume" || !provisioned || reclaimPolicy === "Class") return undefined;
  return reclaimPolicy ?? (environment === Environment.Lab ? undefined : "Retain");
}

/**
 * Gives the volume that a class provisioned the reclaim policy of the description: a class's own is Delete as a rule, so that
 * whoever deletes the namespace would delete the images. What volume that is the cluster knows once a pod has mounted it.
 */
export function createReclaimPolicy(
  name: string,
  mountedBy: Deployment,
  args: KubernetesDescription,
  opts: pulumi.CustomResourceOptions,
): void {
  const policy = givenReclaimPolicy(args);
  if (policy === undefined) return;
  const id = mountedBy.id.apply(() => `${args.kubernetes.namespace}/${claimName}`);
  const bound = PersistentVolumeClaim.get(`${name}-claim`, id, opts);
  // Registered once the name is known: Pulumi's plugin refuses a patch without one, also in the preview of the first deployment.
  bound.spec.volumeName.apply(
    (volume) =>
      new PersistentVolumePatch(
        name,
        {
          metadata: {
            name: volume,
            // The field belongs to the provisioner that wrote it first.
            annotations: { "pulumi.com/patchForce": "true" },
          },
          spec: { persistentVolumeReclaimPolicy: policy },
        },
        // Undoing it as the stack is removed would delete what is to be kept.
        { ...opts, retainOnDelete: true },
      ),
  );
}

/** Whole gibibytes as such, parts of one in mebibytes: the API rewrites other quantities, which would read as a change. */
function gibibytes(size: number): string {
  return Number.isInteger(size) ? `${size}Gi` : `${Math.ceil(size * 1024)}Mi`;
}

function createVolume(
  name: string,
  capacity: { storage: string },
  args: KubernetesDescription,
  opts: pulumi.CustomResourceOptions,
): PersistentVolume | undefined {
  const { namespace, volume: settings } = args.kubernetes;
  const { accessMode, persistentVolume, reclaimPolicy, storageClass } = settings;
  if (persistentVolume === undefined) return undefined;
  const node = "node" in persistentVolume ? persistentVolume.node : undefined;
  return new PersistentVolume(
    name,
    {
      metadata: {
        name: volumeName(args),
        labels: ownedLabels(args),
        // It goes once the namespace with its claim has gone, which may be asked for only after it.
        ...(goesWithNamespace(args) && { annotations: { "pulumi.com/skipAwait": "true" } }),
      },
      spec: {
        ...sourceOf(persistentVolume),
        capacity,
        accessModes: [accessMode],
        persistentVolumeReclaimPolicy: reclaimPolicy === "Delete" ? "Delete" : "Retain",
        storageClassName: storageClass ?? "",
        // Reserved for the registry's claim: no other may bind it in between.
        claimRef: { apiVersion: "v1", kind: "PersistentVolumeClaim", namespace, name: claimName },
        nodeAffinity: node === undefined ? undefined : onNode(node),
      },
    },
    opts,
  );
}

function sourceOf(
  volume: NonNullable<VolumeSettings["persistentVolume"]>,
): Partial<input.core.v1.PersistentVolumeSpec> {
  switch (volume.kind) {
    case "hostPath":
      return { hostPath: { path: volume.path, type: "DirectoryOrCreate" } };
    case "local":
      return { local: { path: volume.path } };
    case "nfs":
      return {
        nfs: { server: volume.server, path: volume.path },
        mountOptions: volume.mountOptions.length > 0 ? volume.mountOptions : undefined,
      };
    case "csi":
      return {
        csi: {
          driver: volume.driver,
          volumeHandle: volume.volumeHandle,
          fsType: volume.fsType,
          volumeAttributes:
            Object.keys(volume.attributes).length > 0 ? volume.attributes : undefined,
        },
      };
  }
}

/** Binds a volume, and with it the pods that use it, to the node that has it. */
function onNode(node: string): input.core.v1.VolumeNodeAffinity {
  const isNode = { key: "kubernetes.io/hostname", operator: "In", values: [node] };
  return { required: { nodeSelectorTerms: [{ matchExpressions: [isNode] }] } };
}
