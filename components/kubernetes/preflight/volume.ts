import { unknownName } from "../../core/names";
import type { KubernetesDescription } from "../settings";
import { setCommand } from "../../core/messages";
import type { Problem } from "../../core/problems";

import type { Api } from "../cluster/api";
import { claimName, volumeName } from "../storage";

interface StorageClass {
  metadata: { name: string; annotations?: Record<string, string> };
}

interface FoundVolume {
  metadata: { name: string };
  spec: {
    claimRef?: { namespace: string; name: string };
    csi?: { driver: string; volumeHandle: string };
    nfs?: { server: string; path: string };
  };
  status?: { phase?: string };
}

interface List<Item> {
  items?: Item[];
}

const key = (name: string) => `wharf:kubernetes.volume.${name}`;

/** What keeps a new volume from being made: no such class, no default one, a volume that another claim has, no such node. */
export async function volumeProblems(api: Api, args: KubernetesDescription): Promise<Problem[]> {
  const { pullThroughCaches: caches, kubernetes, storage } = args;
  const { existingClaim, persistentVolume, storageClass } = kubernetes.volume;
  const makes = storage.kind === "volume" && existingClaim === undefined;
  const ofClass = (makes && persistentVolume === undefined) || caches.length > 0;
  return [
    ...(ofClass ? await classProblems(api, storageClass) : []),
    ...(makes && persistentVolume !== undefined
      ? [...(await boundElsewhere(api, args)), ...(await nodeProblems(api, args))]
      : []),
  ];
}

async function classProblems(api: Api, wanted: string | undefined): Promise<Problem[]> {
  const { status, body } = await api.get<List<StorageClass>>(
    "/apis/storage.k8s.io/v1/storageclasses",
  );
  if (status !== 200) return [];
  const classes = body.items ?? [];
  const names = classes.map(({ metadata }) => metadata.name);
  const path = ["kubernetes", "volume", "storageClass"];
  const list = "kubectl get storageclasses";
  if (wanted !== undefined) {
    return unknownName(path, wanted, names, {
      predicate: "is not a StorageClass of the cluster",
      fix: list,
    });
  }
  const hasDefault = classes.some(
    ({ metadata }) =>
      metadata.annotations?.["storageclass.kubernetes.io/is-default-class"] === "true",
  );
  return hasDefault
    ? []
    : [
        {
          key: key("storageClass"),
          message: `is not set, and the cluster has no default StorageClass; it has ${names.join(", ") || "none; name a wharf:kubernetes.volume.persistentVolume"}`,
          fix: names[0] === undefined ? list : setCommand(path, names[0]),
        },
      ];
}

async function boundElsewhere(api: Api, args: KubernetesDescription): Promise<Problem[]> {
  const { namespace, volume } = args.kubernetes;
  const wanted = volume.persistentVolume;
  const { status, body } = await api.get<List<FoundVolume>>("/api/v1/persistentvolumes");
  if (status !== 200) return [];
  const taken = (body.items ?? []).find(
    ({ metadata, spec }) =>
      metadata.name === volumeName(args) ||
      (wanted?.kind === "csi" &&
        spec.csi?.driver === wanted.driver &&
        spec.csi.volumeHandle === wanted.volumeHandle) ||
      (wanted?.kind === "nfs" &&
        spec.nfs?.server === wanted.server &&
        spec.nfs.path === wanted.path),
  );
  if (taken === undefined) return [];
  const { claimRef } = taken.spec;
  const own = claimRef?.namespace === namespace && claimRef.name === claimName;
  const phase = taken.status?.phase;
  const state =
    claimRef === undefined
      ? "bound to no claim"
      : `and ${phase === "Bound" ? "is bound to" : phase === "Released" ? "was bound to" : "is kept for"} claim ${claimRef.name} of namespace ${claimRef.namespace}`;
  return [
    {
      key: key("persistentVolume"),
      message: `PersistentVolume ${taken.metadata.name} exists already, ${state}${own ? "; delete it once you have what it holds, or bind it by a claim of your own" : ""}`,
      fix: `kubectl describe persistentvolume ${taken.metadata.name}`,
    },
  ];
}

async function nodeProblems(api: Api, { kubernetes }: KubernetesDescription): Promise<Problem[]> {
  const { persistentVolume } = kubernetes.volume;
  const node =
    persistentVolume !== undefined && "node" in persistentVolume
      ? persistentVolume.node
      : undefined;
  if (node === undefined) return [];
  const { status, body } = await api.get<List<{ metadata: { name: string } }>>("/api/v1/nodes");
  const names = (body.items ?? []).map(({ metadata }) => metadata.name);
  if (status !== 200) return [];
  const path = ["kubernetes", "volume", "persistentVolume", "node"];
  return unknownName(path, node, names, {
    predicate: "is not a node of the cluster",
    fix: setCommand(path, names[0] ?? "NODE"),
  });
}
