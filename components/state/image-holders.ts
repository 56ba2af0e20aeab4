/** A kind of resource without which images are lost, or cannot be read. */
export interface ImageHolder {
  /** Pulumi's type token, whatever API version it has. */
  type: RegExp;
  /** Names within the stack; left out where every resource of the type is one. */
  names?: RegExp;
  /** What it is in a sentence: `the volume`. */
  noun: string;
  /** What happens to the images when it is deleted, as the end of a sentence. */
  loss: string;
  /** Whether the images themselves are in it, and not the key to them, or a name that leads to them. */
  holdsImages: boolean;
  /**
   * Properties that the platform accepts only at creation, so that another value replaces the resource: where the provider's
   * documentation says "changing this forces a new resource", "changes will trigger replacement" or "immutable".
   */
  createOnly: readonly string[];
  /** Keys of the stack's config that give a property where the program does not. */
  configured?: Readonly<Record<string, string>>;
  /** Whether a resource of the type with these properties holds none after all. */
  except?: (properties: Record<string, unknown>) => boolean;
}

const gone = "its images would be deleted with it";
const undecipherable = "nobody could decrypt the images any more";
const elsewhere = "the registry would look for its images elsewhere";

/**
 * Everything that images depend on, on every target. Caches do not count: their upstreams have the images. On Kubernetes the
 * fields are those of `provider/pkg/provider/diff.go` in pulumi/pulumi-kubernetes.
 */
export const imageHolders: readonly ImageHolder[] = [
  {
    type: /^docker:index\/volume:Volume$/,
    names: /^registry-data$/,
    noun: "the volume",
    loss: gone,
    holdsImages: true,
    createOnly: ["name", "driver", "driverOpts"],
  },
  {
    type: /^docker:index\/volume:Volume$/,
    names: /^registry-directory$/,
    noun: "the directory",
    loss: elsewhere,
    holdsImages: false,
    createOnly: ["name", "driver", "driverOpts"],
  },
  {
    type: /^kubernetes:core\/v1:PersistentVolumeClaim$/,
    names: /^registry-claim$/,
    noun: "the claim",
    loss: gone,
    holdsImages: true,
    createOnly: [
      "metadata.name",
      "metadata.namespace",
      "spec.accessModes",
      "spec.storageClassName",
      "spec.volumeName",
    ],
  },
  {
    type: /^kubernetes:core\/v1:PersistentVolume$/,
    noun: "the volume",
    loss: elsewhere,
    holdsImages: false,
    createOnly: ["metadata.name", "spec.hostPath", "spec.local", "spec.nfs", "spec.csi"],
  },
  {
    type: /^kubernetes:core\/v1:Namespace$/,
    // Not that of the nodes' trust.
    names: /^registry-namespace$/,
    noun: "the namespace",
    loss: "everything in it would be deleted, claims too",
    holdsImages: false,
    createOnly: ["metadata.name"],
  },
  {
    type: /^aws:ecr\/repository:Repository$/,
    noun: "the repository",
    loss: gone,
    holdsImages: true,
    createOnly: ["name", "region", "encryptionConfigurations"],
    configured: { region: "aws:region" },
  },
  {
    type: /^aws:ecrpublic\/repository:Repository$/,
    noun: "the public repository",
    loss: gone,
    holdsImages: true,
    createOnly: ["repositoryName", "region"],
  },
  {
    type: /^aws:kms\/key:Key$/,
    noun: "the key",
    loss: undecipherable,
    holdsImages: false,
    createOnly: ["region"],
  },
  {
    type: /^gcp:artifactregistry\/repository:Repository$/,
    noun: "the repository",
    loss: gone,
    holdsImages: true,
    createOnly: ["repositoryId", "project", "location", "format", "mode", "kmsKeyName"],
    except: ({ mode }) => mode === "REMOTE_REPOSITORY" || mode === "VIRTUAL_REPOSITORY",
  },
  {
    type: /^gcp:kms\/cryptoKey:CryptoKey$/,
    noun: "the key",
    loss: undecipherable,
    holdsImages: false,
    createOnly: ["name", "keyRing", "purpose"],
  },
  {
    type: /^azure-native:containerregistry(\/v\w+)?:Registry$/,
    noun: "the registry",
    loss: gone,
    holdsImages: true,
    createOnly: ["registryName", "resourceGroupName", "location", "zoneRedundancy"],
  },
  {
    type: /^azure-native:resources(\/v\w+)?:ResourceGroup$/,
    noun: "the resource group",
    loss: "everything in it would be deleted, the registry too",
    holdsImages: false,
    createOnly: ["resourceGroupName", "location"],
  },
  {
    type: /^azure-native:keyvault(\/v\w+)?:(Key|Vault)$/,
    // Not the vault of the caches' credentials.
    names: /-key(-vault)?$/,
    noun: "the key's vault",
    loss: undecipherable,
    holdsImages: false,
    createOnly: ["resourceGroupName", "vaultName", "keyName", "location"],
  },
];

/** A resource, as far as it decides whether images depend on it. */
export interface Candidate {
  /** Pulumi's type token. */
  type: string;
  /** Name within the stack. */
  name: string;
  /** Inputs or outputs. */
  properties?: Record<string, unknown>;
}

/** The entry for a resource; undefined where no image depends on it. */
export function imageHolder({ type, name, properties = {} }: Candidate): ImageHolder | undefined {
  return imageHolders.find(
    (holder) =>
      holder.type.test(type) &&
      (holder.names === undefined || holder.names.test(name)) &&
      holder.except?.(properties) !== true,
  );
}

/** Those among a stack's resources that images depend on, with their entries: a namespace only where a claim is in it. */
export function imageHoldersAmong<Resource extends Candidate>(
  resources: readonly Resource[],
): (Resource & { holder: ImageHolder })[] {
  const found = resources.flatMap((resource) => {
    const holder = imageHolder(resource);
    return holder === undefined ? [] : [{ ...resource, holder }];
  });
  const claims = found.some(({ type }) => type.endsWith(":PersistentVolumeClaim"));
  return found.filter(({ type }) => claims || !type.endsWith(":Namespace"));
}
