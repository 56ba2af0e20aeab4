import { levels, type ResourceRule } from "../rule";

export const ecrNoForceDelete: ResourceRule = {
  name: "ecr-no-force-delete",
  severity: "high",
  description: "A repository on ECR is not deleted together with its images.",
  remediation:
    "Leave forceDelete out, or set it to false; empty the repository by hand before it is to go.",
  corresponds: [],
  levels: levels("disabled", "disabled", "advisory", "mandatory"),
  types: ["aws:ecr/repository:Repository", "aws:ecrpublic/repository:Repository"],
  checks: [
    function* ({ props }) {
      if (props.forceDelete === true)
        yield "forceDelete is true: the images are deleted with the repository.";
    },
  ],
};
