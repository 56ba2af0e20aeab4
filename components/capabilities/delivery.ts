import { native, refused, wharf, type Capability, type Support } from "./capability";

const selfHosted = (because: Support) => ({ docker: because, kubernetes: because });
const noCloudOfItsOwn = refused(
  "distribution knows passwords alone, no tokens of GitHub or GitLab",
  "give the pipeline a user of its own in wharf:users",
);

/** Features that fill the repositories: builds, the pipelines' identities, and caches of other registries. */
export const deliveryFeatures: readonly Capability[] = [
  {
    feature: "Pipelines that log in without a stored key",
    keys: ["identities"],
    on: {
      ...selfHosted(noCloudOfItsOwn),
      aws: native("IAM roles that trust the pipeline's tokens"),
      gcp: native("a workload identity pool, and IAM members of each repository"),
      azure: native("managed identities with federated credentials"),
    },
  },
  {
    feature: "Clusters that pull without a stored key",
    keys: ["clusters"],
    on: {
      ...selfHosted(
        refused(
          "distribution knows passwords alone, no identities of a cloud's nodes",
          "hand image pull secrets out: npx wharf outputs, or wharf:kubernetes.pullSecrets in the registry's own cluster",
        ),
      ),
      aws: native("policies of EKS's node role, and roles for service accounts"),
      gcp: native("IAM members of each repository, for GKE's nodes and service accounts"),
      azure: native("role assignments, for AKS's kubelet and for service accounts"),
    },
  },
  {
    feature: "Builds from source code",
    keys: ["builds"],
    on: {
      ...selfHosted(wharf("a pipeline file for the source's own runners")),
      aws: native("CodeBuild"),
      gcp: native("Cloud Build"),
      azure: native("ACR Tasks"),
    },
  },
  {
    feature: "Caches of other registries",
    keys: ["caches"],
    on: {
      ...selfHosted(wharf("a registry in proxy mode for each upstream")),
      aws: native("pull-through cache rules"),
      gcp: native("remote repositories"),
      azure: native("cache rules"),
    },
  },
];
