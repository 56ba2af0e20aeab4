import { levels, type ResourceRule } from "../rule";
import { standardDocker } from "../artifact-registry";

export const garImmutableTags: ResourceRule = {
  name: "gar-immutable-tags",
  severity: "high",
  description: "Tags of a repository on Artifact Registry are immutable.",
  remediation:
    "Set dockerConfig.immutableTags. It has no exceptions: tags that move belong in a repository of their own.",
  corresponds: [],
  levels: levels("advisory", "advisory", "mandatory", "mandatory"),
  types: ["gcp:artifactregistry/repository:Repository"],
  checks: [
    function* ({ props }) {
      if (standardDocker(props) && props.dockerConfig?.immutableTags !== true) {
        yield "dockerConfig.immutableTags is not true: whoever may push can put another image under a tag that is in use.";
      }
    },
  ],
};
