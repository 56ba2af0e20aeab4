import { azureNative, levels, type ResourceRule } from "../rule";

/** Upstreams that ECR asks credentials for (docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache.html). */
const askedByEcr =
  /^(registry-1\.docker\.io|ghcr\.io|registry\.gitlab\.com|cgr\.dev|.*\.azurecr\.io)$/;
const secretPrefix = ":secret:ecr-pullthroughcache/";

export const pullThroughCredentials: ResourceRule = {
  name: "pull-through-credentials",
  severity: "medium",
  description: "A pull-through cache logs in at an upstream that limits anonymous pulls.",
  remediation:
    "Keep a user and an access token of the upstream in a secret, and name it: credentialArn on ECR, upstreamCredentials on Artifact Registry, credentialSetResourceId on ACR.",
  corresponds: [],
  levels: levels("disabled", "advisory", "advisory", "advisory"),
  types: [
    "aws:ecr/pullThroughCacheRule:PullThroughCacheRule",
    "gcp:artifactregistry/repository:Repository",
    azureNative("containerregistry", "CacheRule"),
  ],
  checks: [
    function* ({ type, props }) {
      if (!type.startsWith("aws:") || !askedByEcr.test(props.upstreamRegistryUrl ?? "")) return;
      const arn: string | undefined = props.credentialArn ?? props.customRoleArn;
      if (!arn)
        yield `credentialArn is not set, and ECR pulls nothing from ${props.upstreamRegistryUrl} without it.`;
      else if (props.credentialArn && !arn.includes(secretPrefix)) {
        yield "credentialArn names a secret whose name does not begin with ecr-pullthroughcache/, which ECR does not read.";
      }
    },
    function* ({ type, props }) {
      if (!type.startsWith("gcp:")) return;
      const { dockerRepository, upstreamCredentials } = props.remoteRepositoryConfig ?? {};
      if (dockerRepository?.publicRepository === "DOCKER_HUB" && !upstreamCredentials) {
        yield "remoteRepositoryConfig.upstreamCredentials is not set: Docker Hub counts the pulls of all of Google Cloud's anonymous users together.";
      }
    },
    function* ({ type, props }) {
      if (!type.startsWith("azure-native:")) return;
      if (/^docker\.io\//.test(props.sourceRepository ?? "") && !props.credentialSetResourceId) {
        yield "credentialSetResourceId is not set: Docker Hub counts the pulls of all anonymous users of an address together.";
      }
    },
  ],
};
