import { lifecycleRules, selects } from "../lifecycle";
import { levels, type ResourceRule } from "../rule";

export const ecrLifecycleKeepsReleases: ResourceRule = {
  name: "ecr-lifecycle-keeps-releases",
  severity: "high",
  description: "No lifecycle policy on ECR deletes releases that may be running.",
  remediation:
    "Put a rule that keeps the releases before the one that takes them: an image that an earlier rule selects is not expired by a later one.",
  corresponds: [],
  levels: levels("advisory", "advisory", "mandatory", "mandatory"),
  types: ["aws:ecr/lifecyclePolicy:LifecyclePolicy"],
  parameters: {
    releaseTags: { description: "Tags as releases have them.", default: ["v1.2.3"] },
    minReleases: { description: "How many releases have to stay at least.", default: 10 },
  },
  checks: [
    function* ({ props }, { parameters }) {
      const fewest = parameters.minReleases as number;
      // What is in the archive runs nowhere: it cannot be pulled (docs.aws.amazon.com/AmazonECR/latest/userguide/archive-image.html).
      const rules = lifecycleRules(props.policy).filter(
        ({ selection }) => selection?.storageClass !== "archive",
      );
      for (const tag of parameters.releaseTags as string[]) {
        const first = rules.find((rule) => selects(rule, tag));
        const { countType, countNumber = 0 } = first?.selection ?? {};
        if (first === undefined || first.action?.type === "transition") continue;
        if (countType === "imageCountMoreThan" && countNumber >= fewest) continue;
        yield countType === "imageCountMoreThan"
          ? `Rule ${first.rulePriority} leaves ${countNumber} of the releases that are tagged as ${tag}; ${fewest} have to stay.`
          : `Rule ${first.rulePriority} deletes releases that are tagged as ${tag} by their age, the running one too.`;
      }
    },
  ],
};
