import { repositoryPolicies, repositoryPolicyTypes } from "../iam/documents";
import { openStatements } from "../iam/registry-access";
import { list, nameOf } from "../policy-document";
import { levels, type ResourceRule } from "../rule";

export const ecrPolicyNotPublic: ResourceRule = {
  name: "ecr-policy-not-public",
  severity: "critical",
  description: "A policy on ECR does not grant public access.",
  remediation:
    "Name accounts or roles as Principal; where it has to be *, limit it by a Condition StringEquals on aws:PrincipalOrgID. What is to be public belongs on ECR Public.",
  corresponds: ["CKV_AWS_32", "AWS-0032"],
  levels: levels("mandatory", "mandatory", "mandatory", "mandatory"),
  types: repositoryPolicyTypes,
  checks: [
    function* (resource) {
      // A registry for the public has policies of who pushes to it; everybody pulls without one.
      for (const { statements } of repositoryPolicies(resource)) {
        for (const [index, statement] of openStatements(statements)) {
          const actions = list(statement.Action ?? statement.NotAction).join(", ");
          yield `${nameOf(statement, index)} allows ${statement.Action === undefined ? `all but ${actions}` : actions} to every principal without a limiting Condition.`;
        }
      }
    },
  ],
};
