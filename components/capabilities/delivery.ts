import { native, refused, wharf, type Capability, type Support } from "./capability";

const selfHosted = (because: Support) => ({ docker: because, kubernetes: because });
const managed = (because: (platform: string) => Support) => ({
  aws: because("ECR"),
  gcp: because("Artifact Registry"),
  azure: because("ACR"),
});
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
    feature: "Builds that wait for an approval",
    keys: ["builds[].approval"],
    on: {
      ...selfHosted(wharf("a step of the source's own pipelines that somebody starts or approves")),
      aws: refused(
        "CodeBuild has no step that waits for somebody",
        "build in a pipeline with a guarded environment, which wharf:identities lets push",
      ),
      gcp: native("an approval of Cloud Build"),
      azure: refused(
        "an ACR task runs as soon as it is started",
        "build in a pipeline with a guarded environment, which wharf:identities lets push",
      ),
    },
  },
  {
    feature: "Builds on a new base image",
    keys: ["builds[].onBaseImage"],
    on: {
      ...selfHosted(refused("nothing tells a pipeline of new base images", "build by schedule")),
      aws: refused("nothing tells CodeBuild of new base images", "build by schedule"),
      gcp: refused("nothing tells Cloud Build of new base images", "build by schedule"),
      azure: native("the base image trigger of an ACR task"),
    },
  },
  {
    feature: "Builds of Git tags",
    keys: ["builds[].tag"],
    on: {
      ...selfHosted(wharf("the pipeline file's triggers")),
      aws: native("a webhook's filter"),
      gcp: native("a trigger of tags"),
      azure: refused(
        "the source trigger of an ACR task knows commits and pull requests, no Git tags",
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
          `${platform} answers for caches and repositories alike`,
          "read the cache's address from the stack's output repositories",
        ),
      ),
    },
  },
  {
    feature: "Caches that ask for no user",
    keys: ["pullThroughCaches[].anonymous"],
    on: {
      ...selfHosted(wharf("a cache's own settings")),
      ...managed((platform) =>
        refused(
          `${platform} decides by its own roles who may pull`,
          "grant pull in access, or leave the cache to those who may pull from the registry",
        ),
      ),
    },
  },
  {
    feature: "Passwords of upstreams that a store of secrets holds",
    keys: ["pullThroughCaches[].credentials.passwordSecret"],
    on: {
      ...selfHosted(
        refused(
          "a registry of your own reads no cloud's store of secrets",
          "set credentials.password as a secret of the stack",
        ),
      ),
      aws: native("a secret of Secrets Manager"),
      gcp: native("a version of a secret of Secret Manager"),
      azure: native("a secret of Key Vault"),
    },
  },
  {
    feature: "Caches of a size",
    keys: ["pullThroughCaches[].sizeGiB"],
    on: {
      docker: refused("a volume of Docker takes what its disk has", "leave sizeGiB out"),
      kubernetes: native("the size of a claim"),
      ...managed((platform) =>
        refused(`${platform} grows with what it holds`, "leave sizeGiB out"),
      ),
    },
  },
  {
    feature: "Caches that let images go",
    keys: ["pullThroughCaches[].ttlHours"],
    on: {
      ...selfHosted(wharf("distribution's proxy, which deletes what it has had for so long")),
      ...managed((platform) =>
        refused(
          `${platform} keeps what it has copied until somebody deletes it`,
          "leave ttlHours out, and delete copies by tag",
        ),
      ),
    },
  },
];
