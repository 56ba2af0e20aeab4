import { levels, type ResourceRule } from "../rule";

/** Tags that follow a branch or a release line by what they mean, and those that signatures are kept under. */
const moving = [
  ...["latest", "stable", "edge", "nightly", "main", "main-*", "master", "master-*"],
  ...["*-cache", "sha256-*"],
];

export const ecrImmutableTags: ResourceRule = {
  name: "ecr-immutable-tags",
  severity: "high",
  description: "Tags of a repository on ECR are immutable.",
  remediation:
    "Set imageTagMutability to IMMUTABLE. Where some tags have to move, set it to IMMUTABLE_WITH_EXCLUSION and name them in imageTagMutabilityExclusionFilters, and in movingTags of this rule.",
  corresponds: ["CKV_AWS_51", "AWS-0031", "ECR.2"],
  levels: levels("advisory", "advisory", "mandatory", "mandatory"),
  types: ["aws:ecr/repository:Repository"],
  parameters: {
    movingTags: {
      description: "Tags that may be excluded from immutability, as the filters of ECR write them.",
      default: moving,
    },
  },
  checks: [
    function* ({ props }) {
      const set: string = props.imageTagMutability ?? "MUTABLE";
      if (!set.startsWith("IMMUTABLE")) {
        yield `imageTagMutability is ${set}: whoever may push can put another image under a tag that is in use.`;
      }
    },
    function* ({ props }, { parameters }) {
      if (props.imageTagMutability !== "IMMUTABLE_WITH_EXCLUSION") return;
      const allowed = parameters.movingTags as string[];
      for (const { filter } of (props.imageTagMutabilityExclusionFilters ?? []) as Filter[]) {
        if (allowed.includes(filter)) continue;
        yield `imageTagMutabilityExclusionFilters lets ${filter} move, which is none of ${allowed.join(", ")}.`;
      }
    },
  ],
};

interface Filter {
  filter: string;
}
