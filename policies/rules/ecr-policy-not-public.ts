import { allowed, condition, list, nameOf, type Statement } from "../policy-document";
import { levels, type ResourceRule } from "../rule";

/** Keys by which a condition limits who may, of all principals, to those of known accounts or networks. */
const limiting = [
  ...["aws:PrincipalOrgID", "aws:PrincipalOrgPaths", "aws:PrincipalAccount", "aws:PrincipalArn"],
  ...["aws:SourceAccount", "aws:SourceArn", "aws:SourceOrgID", "aws:SourceVpc", "aws:SourceVpce"],
];

export const ecrPolicyNotPublic: ResourceRule = {
  name: "ecr-policy-not-public",
  severity: "critical",
  description: "A policy on ECR does not let everybody in.",
  remediation:
    "Name accounts or roles as Principal; where it has to be *, limit it by a Condition on aws:PrincipalOrgID. What is to be public belongs on ECR Public.",
  corresponds: ["CKV_AWS_32", "AWS-0032"],
  levels: levels("mandatory", "mandatory", "mandatory", "mandatory"),
  types: [
    "aws:ecr/repositoryPolicy:RepositoryPolicy",
    "aws:ecr/registryPolicy:RegistryPolicy",
    "aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate",
  ],
  checks: [
    function* ({ props }) {
      for (const [index, statement] of allowed(props.policy ?? props.repositoryPolicy).entries()) {
        if (!isEverybody(statement.Principal) || isLimited(statement)) continue;
        yield `${nameOf(statement, index)} allows ${list(statement.Action).join(", ")} to every principal without a limiting Condition.`;
      }
    },
  ],
};

function isEverybody(principal: Statement["Principal"]): boolean {
  if (typeof principal === "string") return principal === "*";
  return list(principal?.AWS).includes("*");
}

function isLimited(statement: Statement): boolean {
  return limiting.some((key) => {
    const asked = condition(statement, key);
    return (
      asked !== undefined &&
      !/^(StringNot|ArnNot)/.test(asked.operator) &&
      !asked.values.includes("*")
    );
  });
}
