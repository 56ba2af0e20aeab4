import { mountsOf, containerType } from "../docker";
import { known } from "../known";
import { isWorkload, podSpecOf, containersOf, workloadTypes } from "../kubernetes";
import { holdsImages, registrySettings } from "../registry-settings";
import { azureNative, levels, type Resource, type StackRule } from "../rule";

const volume = "docker:index/volume:Volume";
const claim = "kubernetes:core/v1:PersistentVolumeClaim";

/** Types that hold images, or the key without which nobody can read them. */
const stateful = [
  "aws:ecr/repository:Repository",
  "aws:kms/key:Key",
  "gcp:artifactregistry/repository:Repository",
  "gcp:kms/cryptoKey:CryptoKey",
  azureNative("containerregistry", "Registry"),
  azureNative("keyvault", "Vault"),
  azureNative("keyvault", "Key"),
];

export const statefulProtected: StackRule = {
  name: "stateful-protected",
  severity: "high",
  description:
    "What holds the images of production, and the keys that encrypt them, cannot be deleted by a slip.",
  remediation:
    "Set the resource option protect. What is to go is unprotected first: pulumi state unprotect URN.",
  corresponds: [],
  levels: levels("disabled", "disabled", "advisory", "mandatory"),
  general: true,
  types: [...stateful, volume, claim, containerType, ...workloadTypes],
  *stack(resources) {
    const mounted = resources.flatMap((one) => known(() => imagesMounts(one)));
    for (const resource of resources) {
      const { type, props, protect } = resource;
      const holdsState =
        stateful.includes(type) ||
        (type === volume &&
          mounted.includes(known(() => [props.name as string])[0] ?? resource.name)) ||
        (type === claim &&
          mounted.includes(known(() => [props.metadata?.name as string])[0] ?? resource.name));
      if (holdsState && !protect)
        yield {
          resource,
          message: "It is not protected: a change that replaces it takes the images along.",
        };
    }
  },
};

interface Claiming {
  name: string;
  persistentVolumeClaim?: { claimName?: string };
}

/** Names of the volumes and claims that a registry's images are kept in. */
function imagesMounts(resource: Resource): string[] {
  if (resource.type === containerType) {
    const settings = registrySettings(resource);
    return [...mountsOf(resource)].flatMap(([path, name]) =>
      holdsImages(path, settings) ? [name] : [],
    );
  }
  if (!isWorkload(resource.type)) return [];
  const settings = registrySettings(resource);
  const mounts = containersOf(resource).flatMap(({ volumeMounts = [] }) => volumeMounts);
  const names = mounts
    .filter(({ mountPath = "" }) => holdsImages(mountPath, settings))
    .map(({ name }) => name);
  return ((podSpecOf(resource).volumes ?? []) as Claiming[])
    .filter(({ name }) => names.includes(name))
    .flatMap((one) => one.persistentVolumeClaim?.claimName ?? []);
}
