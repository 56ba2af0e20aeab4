import { lifecycleRules } from "../lifecycle";
import { known } from "../known";
import { levels, type Resource, type StackRule } from "../rule";

const repository = "aws:ecr/repository:Repository";
const lifecycle = "aws:ecr/lifecyclePolicy:LifecyclePolicy";

/** Most characters of a lifecycle policy (docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutLifecyclePolicy.html). */
const longestPolicy = 30_720;

export const ecrLifecycleRequired: StackRule = {
  name: "ecr-lifecycle-required",
  severity: "medium",
  description: "A lifecycle policy on ECR expires untagged images.",
  remediation:
    "Give the repository an aws.ecr.LifecyclePolicy with a rule of tagStatus untagged, or of tagStatus any.",
  corresponds: ["ECR.3", "CT.ECR.PR.1"],
  levels: levels("mandatory", "mandatory", "mandatory", "mandatory"),
  types: [repository, lifecycle],
  *stack(resources) {
    const policies = resources.filter(({ type }) => type === lifecycle);
    for (const resource of resources.filter(({ type }) => type === repository)) {
      yield* known(() => [...repositoryProblems(resource, policies)]);
    }
    for (const resource of policies) {
      yield* known(() => [...policyProblems(resource)]);
    }
  },
};

function* repositoryProblems(resource: Resource, policies: Resource[]) {
  // What a property is made from is known in a preview that does not know the property.
  const isOf = ({ props, madeFrom }: Resource) =>
    madeFrom?.repository?.length
      ? madeFrom.repository.some(({ urn }) => urn === resource.urn)
      : props.repository === resource.props.name;
  if (!policies.some(isOf))
    yield {
      resource,
      message: "It has no LifecyclePolicy: images without tags are never deleted.",
    };
}

function* policyProblems(resource: Resource) {
  const { policy } = resource.props;
  const rules = lifecycleRules(policy);
  if (!rules.some(({ selection }) => selection?.tagStatus !== "tagged")) {
    yield {
      resource,
      message: "No rule of it is for images without tags, which are never deleted.",
    };
  }
  if (typeof policy === "string" && policy.length > longestPolicy) {
    yield { resource, message: `It has ${policy.length} characters; ECR takes ${longestPolicy}.` };
  }
}
