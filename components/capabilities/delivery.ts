import { byRoles, native, refused, wharf, type Capability, type Support } from "./capability";

const selfHosted = (because: Support) => ({ docker: because, kubernetes: because });
const managed = (because: (platform: string) => Support) => ({
  aws: because("ECR"),
  gcp: because("Artifact Registry"),
  azure: because("ACR"),
});

/** Features that fill the repositories: builds, the pipelines' identities, and caches of other registries. */
export const deliveryFeatures: readonly Capability[] = [
  {
    feature: "Pipelines that log in without a stored key",
    keys: ["identities"],
    on: {
      ...selfHosted(byRoles),
      aws: native("IAM roles that trust the pipeline's tokens"),
      gcp: native("a workload identity pool, and IAM members of each repository"),
      azure: native("managed identities with federated credentials"),
    },
  },
  {
    feature: "Keys and CA of an issuer that the registry does not find by itself",
    keys: [
      "identities[].caCertificate",
      "identities[].jwks",
      "clusters[].caCertificate",
      "clusters[].jwks",
    ],
    on: {
      ...selfHosted(byRoles),
      ...managed((platform) =>
        refused(
          `${platform}'s cloud asks the issuer for its keys itself`,
          "leave it out, and let the cloud reach the issuer under a public CA",
        ),
      ),
    },
  },
  {
    feature: "Clusters that pull without a stored key",
    keys: ["clusters"],
    on: {
      ...selfHosted(byRoles),
      aws: native("policies of EKS's node role, and roles for service accounts"),
      gcp: native("IAM members of each repository, for GKE's nodes and service accounts"),
      azure: native("role assignments, for AKS's kubelet and for service accounts"),
    },
  },
  {
    feature: "Nodes of a cluster that pull by their cloud's identity",
    keys: ["clusters[].nodes"],
    on: {
      ...selfHosted(
        refused(
          "a registry of your own does not know the identities of a cloud's nodes",
          "use image pull secrets: npx wharf outputs, or wharf:kubernetes.pullSecrets in the registry's own cluster",
        ),
      ),
      aws: native("policies of EKS's node role"),
      gcp: native("IAM members of each repository"),
      azure: native("role assignments for AKS's kubelet"),
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
    feature: "Builds that wait for an approval",
    keys: ["builds[].approval"],
    on: {
      ...selfHosted(wharf("a step of the source's own pipelines that somebody starts or approves")),
      aws: refused(
        "CodeBuild has no approval step",
        "build in a pipeline whose environment requires an approval, and let it push by wharf:identities",
      ),
      gcp: native("an approval of Cloud Build"),
      azure: refused(
        "ACR Tasks have no approval step",
        "build in a pipeline whose environment requires an approval, and let it push by wharf:identities",
      ),
    },
  },
  {
    feature: "Builds on a new base image",
    keys: ["builds[].onBaseImage"],
    on: {
      ...selfHosted(
        refused("pipelines have no trigger for new base images", "build on a schedule"),
      ),
      aws: refused("CodeBuild has no trigger for new base images", "build on a schedule"),
      gcp: refused("Cloud Build has no trigger for new base images", "build on a schedule"),
      azure: native("the base image trigger of an ACR task"),
    },
  },
  {
    feature: "Builds of Git tags",
    keys: ["builds[].tag"],
    on: {
      ...selfHosted(wharf("the pipeline file's triggers")),
      aws: native("a webhook's filter"),
      gcp: native("a trigger for tags"),
      azure: refused(
        "the source trigger of an ACR task has no Git tags, only commits and pull requests",
        "build a branch, or in a pipeline that wharf:identities lets push",
      ),
    },
  },
  {
    feature: "Builds of commits that touch certain files",
    keys: ["builds[].paths"],
    on: {
      ...selfHosted(wharf("the pipeline file's triggers")),
      aws: native("a webhook's filter"),
      gcp: native("a trigger's included files"),
      azure: refused(
        "the source trigger of an ACR task starts on every commit of its branch",
        "leave paths out, or build in a pipeline that wharf:identities lets push",
      ),
    },
  },
  {
    feature: "Caches of other registries",
    keys: ["pullThroughCaches"],
    on: {
      ...selfHosted(wharf("a registry in proxy mode for each upstream")),
      aws: native("pull-through cache rules"),
      gcp: native("remote repositories"),
      azure: native("cache rules"),
    },
  },
  {
    feature: "A port for each cache",
    keys: ["pullThroughCaches[].port"],
    on: {
      docker: native("a published port"),
      kubernetes: refused(
        "a cache has a Service of its own",
        "read its address from the stack's output mirrors",
      ),
      ...managed((platform) =>
        refused(
          `${platform} serves caches and repositories on one port`,
          "read the cache's address from the stack's output repositories",
        ),
      ),
    },
  },
  {
    feature: "Caches with anonymous pulls",
    keys: ["pullThroughCaches[].anonymous"],
    on: {
      ...selfHosted(wharf("a cache's own settings")),
      ...managed((platform) =>
        refused(
          `the roles of ${platform} decide who may pull`,
          "grant pull in access, or leave the cache to those who may pull from the registry",
        ),
      ),
    },
  },
  {
    feature: "Passwords of upstreams in a store of secrets",
    keys: ["pullThroughCaches[].credentials.passwordSecret"],
    on: {
      ...selfHosted(
        refused(
          "a self-hosted registry does not read a cloud's store of secrets",
          "set credentials.password as a secret of the stack",
        ),
      ),
      aws: native("a secret of Secrets Manager"),
      gcp: native("a version of a secret of Secret Manager"),
      azure: native("a secret of Key Vault"),
    },
  },
  {
    feature: "Size of a cache",
    keys: ["pullThroughCaches[].sizeGiB"],
    on: {
      docker: refused("Docker's volumes have no size limit", "leave sizeGiB out"),
      kubernetes: native("the size of a claim"),
      ...managed((platform) =>
        refused(`${platform} has no size limit for a cache`, "leave sizeGiB out"),
      ),
    },
  },
  {
    feature: "Expiry of cached images",
    keys: ["pullThroughCaches[].ttlHours"],
    on: {
      ...selfHosted(wharf("distribution's proxy, which deletes what is older")),
      ...managed((platform) =>
        refused(
          `${platform} keeps what it has copied until it is deleted`,
          "leave ttlHours out, and delete copies by tag",
        ),
      ),
    },
  },
];
