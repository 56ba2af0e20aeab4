import type { KubernetesDescription } from "../settings";
import { removeCommand, setCommand } from "../../core/messages";
import type { Problem } from "../../core/problems";

import { Environment } from "../../model/environment";
import { AccessMode } from "../volume-settings";

/** The problem of an object that is to be there already, in a namespace that is yet to be made. */
export function needsNamespace(key: string, object: string): Problem {
  return {
    key,
    message: `${object} cannot exist already in a namespace that the stack creates; set wharf:kubernetes.existingNamespace to true`,
    fix: setCommand(["kubernetes", "existingNamespace"], true),
  };
}

/** Most pods that the description allows at once. */
export function mostReplicas({
  autoscaling,
  replicas,
}: KubernetesDescription["kubernetes"]): number {
  return autoscaling?.maxReplicas ?? replicas;
}

/** Whether pods are replaced one by one, since several may serve the same images, and not by stopping the old one first. */
export function rollsOver({
  kubernetes,
  storage,
}: Pick<KubernetesDescription, "kubernetes" | "storage">): boolean {
  return storage.kind !== "volume" || kubernetes.volume.accessMode === "ReadWriteMany";
}

const path = (...keys: (string | number)[]) => ["kubernetes", "volume", ...keys];

/** What cannot hold together in `wharf:kubernetes.volume`, and between it and the rest. */
export function volumeProblems(d: KubernetesDescription): Problem[] {
  const { environment, kubernetes, storage } = d;
  const { volume } = kubernetes;
  if (storage.kind !== "volume") return unusedVolume(d);
  const { accessMode, existingClaim, persistentVolume, reclaimPolicy, storageClass } = volume;
  const pods = mostReplicas(kubernetes);
  const problems: Problem[] = [];
  if (pods > 1 && accessMode !== AccessMode.ReadWriteMany) {
    const scaled = kubernetes.autoscaling !== undefined;
    problems.push({
      key: `wharf:kubernetes.${scaled ? "autoscaling.maxReplicas" : "replicas"}`,
      message: `${pods} pods cannot share a volume of access mode ${accessMode}; use 1, or wharf:kubernetes.volume.accessMode ReadWriteMany, or a bucket in wharf:storage`,
      fix: scaled
        ? removeCommand(["kubernetes", "autoscaling"])
        : setCommand(["kubernetes", "replicas"], 1),
    });
  }
  if (existingClaim !== undefined) {
    for (const [key, value] of Object.entries({ persistentVolume, reclaimPolicy, storageClass })) {
      if (value === undefined) continue;
      problems.push({
        key: `wharf:kubernetes.volume.${key}`,
        message: `is for a claim that is created, but wharf:kubernetes.volume.existingClaim names "${existingClaim}", which exists already`,
        fix: removeCommand(path(key)),
      });
    }
  }
  if (existingClaim !== undefined && !kubernetes.existingNamespace) {
    problems.push(
      needsNamespace("wharf:kubernetes.volume.existingClaim", `claim ${existingClaim}`),
    );
  }
  const ofOneNode = persistentVolume?.kind === "hostPath" || persistentVolume?.kind === "local";
  if (ofOneNode && accessMode === AccessMode.ReadWriteMany && persistentVolume.node === undefined) {
    problems.push({
      key: "wharf:kubernetes.volume.persistentVolume.node",
      message:
        "is missing; pods on other nodes would each write a directory of their own, so ReadWriteMany needs the one node of a hostPath",
      fix: setCommand(path("persistentVolume", "node"), "NODE"),
    });
  }
  if (reclaimPolicy === "Class" && persistentVolume !== undefined) {
    problems.push({
      key: "wharf:kubernetes.volume.reclaimPolicy",
      message: `"Class" leaves it to a StorageClass, but no class provisions a wharf:kubernetes.volume.persistentVolume; use Retain`,
      fix: setCommand(path("reclaimPolicy"), "Retain"),
    });
  }
  if (reclaimPolicy === "Delete") {
    const kind = persistentVolume?.kind;
    if (kind !== undefined && kind !== "csi") {
      problems.push({
        key: "wharf:kubernetes.volume.reclaimPolicy",
        message: `Kubernetes cannot delete a volume of kind ${kind}; use Retain`,
        fix: setCommand(path("reclaimPolicy"), "Retain"),
      });
    } else if (environment === Environment.Prod) {
      problems.push({
        key: "wharf:kubernetes.volume.reclaimPolicy",
        message: `"Delete" would delete images with their claim; prod allows Retain`,
        fix: setCommand(path("reclaimPolicy"), "Retain"),
      });
    }
  }
  return problems;
}

/** Keys of a volume that a bucket leaves unused. */
function unusedVolume({ kubernetes: { volume }, storage }: KubernetesDescription): Problem[] {
  return (["storageClass", "existingClaim", "persistentVolume", "reclaimPolicy"] as const)
    .filter((key) => volume[key] !== undefined)
    .map((key) => ({
      key: `wharf:kubernetes.volume.${key}`,
      message: `is for images on a volume, but wharf:storage.kind is ${storage.kind}`,
      fix: removeCommand(path(key)),
    }));
}
