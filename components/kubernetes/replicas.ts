import type { Parsed } from "../description/schema";

/** Most pods that the description allows at once. */
export function mostReplicas({ autoscaling, replicas }: Parsed["kubernetes"]): number {
  return autoscaling?.maxReplicas ?? replicas;
}

/** Whether pods are replaced one by one, since several may serve the same images, and not by stopping the old one first. */
export function rollsOver({
  kubernetes,
  storage,
}: Pick<Parsed, "kubernetes" | "storage">): boolean {
  return storage.kind !== "volume" || kubernetes.volume.accessMode === "ReadWriteMany";
}
