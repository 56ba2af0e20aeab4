import { containerType, mountsOf } from "../docker";
import { eachKnown } from "../known";
import { containersOf, isWorkload, podSpecOf, workloadTypes, type Container } from "../kubernetes";
import { imagesDirectory, isRegistry, isRegistryPod, registrySettings } from "../registry-settings";
import { levels, type Resource, type ResourceRule } from "../rule";

export const registryPersistentStorage: ResourceRule = {
  name: "registry-persistent-storage",
  severity: "high",
  description: "The images of a registry of one's own outlive its container.",
  remediation:
    "Mount a volume or a PersistentVolumeClaim at /var/lib/registry, or set storage to s3, gcs or azure.",
  corresponds: [],
  levels: levels("advisory", "advisory", "mandatory", "mandatory"),
  types: [containerType, ...workloadTypes],
  checks: [
    function* (resource) {
      const registries = () =>
        isWorkload(resource.type) ? containersOf(resource).filter(isRegistryPod) : [];
      yield* eachKnown(registries, function* ({ name, volumeMounts = [] }: Container) {
        const mount = volumeMounts.find(({ mountPath }) => mountPath === imagesDirectory);
        const volume = (podSpecOf(resource).volumes ?? []).find((one) => one.name === mount?.name);
        if (volume?.emptyDir !== undefined)
          yield `Container ${name} keeps its images in an emptyDir, which goes with the pod.`;
        if (mount === undefined) yield* withoutMount(resource, `Container ${name}`);
      });
    },
    function* (resource) {
      if (isWorkload(resource.type) || !isRegistry(resource)) return;
      if ((mountsOf(resource).get(imagesDirectory) ?? "") === "")
        yield* withoutMount(resource, "The container");
    },
  ],
};

function* withoutMount(resource: Resource, who: string): Generator<string> {
  for (const { complete, get } of registrySettings(resource)) {
    const elsewhere = ["s3", "gcs", "azure"].some(
      (kind) => get("storage") === kind || get(`storage.${kind}`) !== undefined,
    );
    if (complete && !elsewhere) yield `${who} keeps its images in itself: they go with it.`;
  }
}
