import { roles } from "../model/access";
import { byRoles, native, refused, wharf, type Capability, type Support } from "./capability";

const selfHosted = (because: Support) => ({ docker: because, kubernetes: because });
/** What only a registry that deletes by itself is told. */
const ownSchedule = (platform: string) =>
  refused(`${platform} chooses itself when and how it deletes`, "leave it out");

/**
 * Why tags of ACR cannot be made immutable: a lock (`writeEnabled: false`) needs a call after each push, by a task that can only run on a
 * schedule, the role Container Registry Repository Writer includes the right to remove it (metadata/write), and a locked tag is
 * kept by the purge task ("Lock a container image", Azure/acr issue 616).
 */
const unlockable = refused(
  "ACR can only lock a tag some time after its push, and whoever may push may unlock it",
  "pull by digest, or lock a release yourself: az acr repository update --name REGISTRY --image REPOSITORY:TAG --write-enabled false",
);

/** Features that the clouds' own registries have. */
export const managedFeatures: readonly Capability[] = [
  {
    feature: "Several repositories",
    keys: ["repositories"],
    on: {
      docker: wharf("repositories that appear at the first push"),
      kubernetes: wharf("repositories that appear at the first push"),
      aws: native("an ECR repository each"),
      gcp: native(
        "an Artifact Registry repository each, or one for several (wharf:gcp.sharedRepositories)",
      ),
      azure: native("repositories that appear in the registry at the first push"),
    },
  },
  {
    feature: "Who may pull, push, delete and administer, by principal",
    keys: ["access", "groups", ...roles.map((role) => `repositories[].${role}`)],
    on: {
      ...selfHosted(byRoles),
      aws: native(
        "repository policies, and IAM policies to log in by (wharf:aws.identityPolicies)",
      ),
      gcp: native("IAM members of each repository, and a custom role for only deleting"),
      azure: native(
        "role assignments, with conditions by repository where the registry takes them",
      ),
    },
  },
  {
    feature: "Tags that may not move",
    keys: ["immutableTags.enabled", "repositories[].immutableTags.enabled"],
    on: {
      ...selfHosted(byRoles),
      aws: native("tag mutability"),
      gcp: native("immutable tags"),
      azure: unlockable,
    },
  },
  {
    feature: "Tags that may not move, with exceptions",
    keys: ["immutableTags.except", "repositories[].immutableTags.except"],
    on: {
      ...selfHosted(byRoles),
      aws: native("exclusion filters of tag mutability"),
      gcp: refused(
        "immutable tags of Artifact Registry have no exceptions",
        "leave except out, and push the tags that move to a repository with immutableTags.enabled false",
      ),
      azure: unlockable,
    },
  },
  {
    feature: "Scan on push",
    keys: ["scan.onPush", "repositories[].scan.onPush"],
    on: {
      ...selfHosted(
        refused("distribution scans nothing", "scan before the push, for example with trivy image"),
      ),
      aws: native("basic scanning, or Amazon Inspector by wharf:aws.scanning"),
      gcp: native("Artifact Analysis"),
      azure: native(
        "Microsoft Defender for Containers, for the whole subscription (wharf:azure.defender)",
      ),
    },
  },
  {
    feature: "When images are deleted, and how carefully",
    keys: [
      "retention.schedule",
      "retention.graceMinutes",
      "retention.mostPercent",
      "retention.keepRunning",
    ],
    on: {
      ...selfHosted(wharf("the registry's own program, while it serves")),
      aws: ownSchedule("ECR"),
      gcp: ownSchedule("Artifact Registry"),
      azure: ownSchedule("ACR's purge task"),
    },
  },
  {
    feature: "Retention",
    keys: ["retention", "repositories[].retention"],
    on: {
      ...selfHosted(wharf("rules that the registry's own program deletes by, with roles")),
      aws: native("lifecycle policies"),
      gcp: native("cleanup policies"),
      azure: wharf("a purge task; Premium's own retention for untagged manifests"),
    },
  },
  {
    feature: "Customer-managed key for the images at rest",
    keys: ["encryption.key"],
    on: {
      ...selfHosted(
        refused(
          "the images are encrypted by the disk or bucket that holds them",
          "encrypt the disk, or name a key of the bucket in wharf:storage.keyId",
        ),
      ),
      aws: native("a KMS key"),
      gcp: native("a Cloud KMS key"),
      azure: native("a Key Vault key, on Premium"),
    },
  },
  {
    feature: "Labels",
    keys: ["labels"],
    on: {
      docker: native("labels of every object"),
      kubernetes: native("labels of every object"),
      aws: native("tags"),
      gcp: native("labels"),
      azure: native("tags"),
    },
  },
  {
    feature: "What happens to the images when the stack is removed",
    keys: ["deletion"],
    on: {
      docker: wharf("the volume is protected, kept or deleted"),
      kubernetes: wharf("the claim and its volume are protected, kept or deleted"),
      aws: native("forceDelete, and Pulumi's protection"),
      gcp: native("the deletion policy, and Pulumi's protection"),
      azure: native("a lock, and Pulumi's protection"),
    },
  },
];
