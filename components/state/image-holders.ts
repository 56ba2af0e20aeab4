/** A kind of resource without which images are lost, or cannot be read. */
export interface ImageHolder {
  /** Pulumi's type token, whatever API version it has. */
  type: RegExp;
  /** What its name has after its component's and a hyphen: `data` in `registry-data`. */
  part: RegExp;
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
  /** Those of `createOnly` that the platform does not choose itself: leaving one out removes it, which replaces the resource. */
  removed?: readonly string[];
  /**
   * The resources of the stack that may give a create-only property, and the value that each gives: where the stack now creates
   * a key, the property changes unless that key gave it before.
   */
  given?: { type: RegExp; value: (outputs: Record<string, unknown>) => unknown };
  /** Whether the platform refuses a second one of the same name while the first exists, also one that the stack leaves behind. */
  unique?: true;
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
    part: /^data$/,
    noun: "the volume",
    loss: gone,
    holdsImages: true,
    createOnly: ["name", "driver", "driverOpts"],
  },
  {
    type: /^docker:index\/volume:Volume$/,
    part: /^directory$/,
    noun: "the directory",
    loss: elsewhere,
    holdsImages: false,
    createOnly: ["name", "driver", "driverOpts"],
  },
  {
    type: /^kubernetes:core\/v1:PersistentVolumeClaim$/,
    part: /^claim$/,
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
    part: /^volume$/,
    noun: "the volume",
    loss: elsewhere,
    holdsImages: false,
    createOnly: ["metadata.name", "spec.hostPath", "spec.local", "spec.nfs", "spec.csi"],
  },
  {
    type: /^kubernetes:core\/v1:Namespace$/,
    // Not that of the nodes' trust.
    part: /^namespace$/,
    noun: "the namespace",
    loss: "everything in it would be deleted, claims too",
    holdsImages: false,
    createOnly: ["metadata.name"],
  },
  {
    type: /^aws:ecr\/repository:Repository$/,
    part: /^repository-/,
    noun: "the repository",
    loss: gone,
    holdsImages: true,
    createOnly: ["name", "region", "encryptionConfigurations"],
    configured: { region: "aws:region" },
    given: { type: /^aws:kms\/key:Key$/, value: ({ arn }) => arn },
    unique: true,
  },
  {
    type: /^aws:ecrpublic\/repository:Repository$/,
    part: /^public-/,
    noun: "the public repository",
    loss: gone,
    holdsImages: true,
    createOnly: ["repositoryName", "region"],
  },
  {
    type: /^aws:kms\/key:Key$/,
    part: /^(key|replica-.+-key)$/,
    noun: "the key",
    loss: undecipherable,
    holdsImages: false,
    createOnly: ["region"],
  },
  {
    type: /^gcp:artifactregistry\/repository:Repository$/,
    part: /^repository-/,
    noun: "the repository",
    loss: gone,
    holdsImages: true,
    createOnly: ["repositoryId", "project", "location", "format", "mode", "kmsKeyName"],
    removed: ["kmsKeyName"],
    given: {
      type: /^gcp:kms\/cryptoKey:CryptoKey$/,
      value: ({ keyRing, name }) => `${String(keyRing)}/cryptoKeys/${String(name)}`,
    },
    unique: true,
    except: ({ mode }) => mode === "REMOTE_REPOSITORY" || mode === "VIRTUAL_REPOSITORY",
  },
  {
    type: /^gcp:kms\/cryptoKey:CryptoKey$/,
    part: /^key-/,
    noun: "the key",
    loss: undecipherable,
    holdsImages: false,
    createOnly: ["name", "keyRing", "purpose"],
  },
  {
    type: /^azure-native:containerregistry(\/v\w+)?:Registry$/,
    part: /^registry$/,
    noun: "the registry",
    loss: gone,
    holdsImages: true,
    createOnly: ["registryName", "resourceGroupName", "location", "zoneRedundancy"],
  },
  {
    type: /^azure-native:resources(\/v\w+)?:ResourceGroup$/,
    part: /^group$/,
    noun: "the resource group",
    loss: "everything in it would be deleted, the registry too",
    holdsImages: false,
    createOnly: ["resourceGroupName", "location"],
  },
  {
    type: /^azure-native:keyvault(\/v\w+)?:(Key|Vault)$/,
    // Not the vault of the caches' credentials.
    part: /^key(-\d+d|-vault)?$/,
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

/** A resource that images depend on. */
export type Holding<Resource extends Candidate> = Resource & {
  holder: ImageHolder;
  /** Name of the registry's component that it is a part of. */
  component: string;
};

/** The entry for a part of the component of that name; undefined where no image depends on it. */
export function imageHolder(
  { type, name, properties = {} }: Candidate,
  component: string,
): ImageHolder | undefined {
  if (!name.startsWith(`${component}-`)) return undefined;
  const part = name.slice(component.length + 1);
  return imageHolders.find(
    (holder) =>
      holder.type.test(type) && holder.part.test(part) && holder.except?.(properties) !== true,
  );
}

/**
 * Names of the registries among a stack's resources, the longest first; that of Wharf's own stacks is among them, where the
 * component itself is left out.
 */
export function componentsAmong(resources: readonly Candidate[]): string[] {
  const found = resources.filter(({ type }) => /^wharf:index:\w+Registry$/.test(type));
  return [...new Set(["registry", ...found.map(({ name }) => name)])].sort(
    (one, other) => other.length - one.length,
  );
}

/** The resources of one registry of a stack, by its name: of two whose names begin alike, a resource is a part of the longer. */
export function partsOf<Resource extends Candidate>(
  component: string,
  resources: readonly Resource[],
): Resource[] {
  const components = componentsAmong(resources);
  return resources.filter(
    ({ name }) => components.find((one) => name.startsWith(`${one}-`)) === component,
  );
}

/**
 * Those among a stack's resources that images depend on, with their entries: a namespace only where a claim is in it. Of two
 * registries whose names begin alike, `shop` and `shop-key`, a resource is a part of the one with the longer name.
 * @param components names of the registries, the longest first
 */
export function imageHoldersAmong<Resource extends Candidate>(
  resources: readonly Resource[],
  components: readonly string[] = componentsAmong(resources),
): Holding<Resource>[] {
  const found = resources.flatMap((resource) => {
    for (const component of components) {
      const holder = imageHolder(resource, component);
      if (holder !== undefined) return [{ ...resource, holder, component }];
    }
    return [];
  });
  const claims = new Set(
    found
      .filter(({ type }) => type.endsWith(":PersistentVolumeClaim"))
      .map(({ component }) => component),
  );
  return found.filter(
    ({ type, component }) => !type.endsWith(":Namespace") || claims.has(component),
  );
}
