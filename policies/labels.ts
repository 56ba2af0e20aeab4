import { containerType } from "./docker";
import { parsed } from "./policy-document";
import { azureNative, type Resource } from "./rule";

/** Types that cost money or hold images, and take labels. */
export const labelledTypes = [
  "aws:ecr/repository:Repository",
  "aws:ecrpublic/repository:Repository",
  "aws:kms/key:Key",
  "aws:codebuild/project:Project",
  "aws:iam/role:Role",
  "aws-native:iam:Role",
  "gcp:artifactregistry/repository:Repository",
  "gcp:kms/cryptoKey:CryptoKey",
  azureNative("containerregistry", "Registry"),
  azureNative("containerregistry", "Task"),
  azureNative("resources", "ResourceGroup"),
  azureNative("keyvault", "Vault"),
  containerType,
  "docker:index/volume:Volume",
  "docker:index/network:Network",
  /^kubernetes:apps\/v1:(Deployment|DaemonSet|StatefulSet)$/,
  "kubernetes:core/v1:PersistentVolumeClaim",
  "kubernetes:core/v1:Namespace",
  "kubernetes:core/v1:Service",
];

/** The labels or tags of a resource, with those that its provider adds to all. */
export function labelsOf(resource: Resource): Record<string, unknown> {
  const { type, props, provider } = resource;
  if (type.startsWith("docker:")) {
    const own = (props.labels ?? []) as { label: string; value: string }[];
    return Object.fromEntries(own.map(({ label, value }) => [label, value]));
  }
  if (type.startsWith("kubernetes:"))
    return (props.metadata?.labels ?? {}) as Record<string, unknown>;
  const added = parsed(provider?.defaultTags ?? provider?.defaultLabels) as { tags?: object };
  return { ...(added.tags ?? added), ...tagsOf(props.tags), ...props.labels, ...props.tagsAll };
}

/** Tags by their keys; aws-native has them as a list. */
function tagsOf(tags: unknown): object {
  if (!Array.isArray(tags)) return (tags ?? {}) as object;
  return Object.fromEntries((tags as Tag[]).map(({ key, value }) => [key, value]));
}

interface Tag {
  key: string;
  value?: string;
}
