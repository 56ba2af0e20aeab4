import { chartTypes, inChart } from "../chart";
import { areMountsKnown, containerType, mountsOf } from "../docker";
import { eachKnown } from "../known";
import { containersOf, isWorkload, podSpecOf, workloadTypes } from "../kubernetes";
import type { Container } from "../pods";
import { holdsImages, isRegistry, isRegistryPod, registrySettings } from "../registry-settings";
import { levels, type Resource, type ResourceRule } from "../rule";

export const registryPersistentStorage: ResourceRule = {
  name: "registry-persistent-storage",
  severity: "high",
  description: "The images of a self-hosted registry outlive its container.",
  remediation:
    "Mount a volume or a PersistentVolumeClaim at /var/lib/registry, or set storage to s3, gcs or azure.",
  corresponds: [],
  levels: levels("advisory", "advisory", "mandatory", "mandatory"),
  types: [containerType, ...workloadTypes, ...chartTypes],
  checks: [
    inChart("registry-persistent-storage"),
    function* (resource) {
      if (!isWorkload(resource.type)) return;
      yield* eachKnown(
        () => containersOf(resource),
        function* (container) {
          if (isRegistryPod(container, resource)) yield* problemsOf(container, resource);
        },
      );
    },
    function* (resource) {
      if (!isRegistry(resource) || !areMountsKnown(resource)) return;
      const settings = registrySettings(resource);
      const kept = [...mountsOf(resource)].some(
        ([path, source]) => source !== "" && holdsImages(path, settings),
      );
      if (!kept) yield* withoutMount(resource, "The container");
    },
  ],
};

function* problemsOf(container: Container, resource: Resource): Generator<string> {
  const { name, volumeMounts = [] } = container;
  const settings = registrySettings(resource).filter(({ where }) => where === `Container ${name}`);
  const mount = volumeMounts.find(({ mountPath = "" }) => holdsImages(mountPath, settings));
  if (mount === undefined) {
    yield* withoutMount(resource, `Container ${name}`);
    return;
  }
  const volume = (podSpecOf(resource).volumes ?? []).find((one) => one.name === mount.name);
  if (volume?.emptyDir !== undefined)
    yield `Container ${name} keeps its images in an emptyDir, which is deleted with the pod.`;
}

function* withoutMount(resource: Resource, who: string): Generator<string> {
  for (const { complete, get } of registrySettings(resource)) {
    const elsewhere = ["s3", "gcs", "azure"].some(
      (kind) => get("storage") === kind || get(`storage.${kind}`) !== undefined,
    );
    if (complete && !elsewhere)
      yield `${who} keeps its images in itself: they are deleted with it.`;
  }
}
