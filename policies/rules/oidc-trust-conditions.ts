import { nameOfIssuer, openTrusts } from "../iam/web-identity";
import { nameOf, statementsOf } from "../policy-document";
import { levels, type ResourceRule } from "../rule";

export const oidcTrustConditions: ResourceRule = {
  name: "oidc-trust-conditions",
  severity: "critical",
  description:
    "A role that pipelines assume by OpenID Connect asks who the token is for and which pipeline it is of.",
  remediation:
    "Add conditions StringEquals or StringLike on the issuer's aud and sub to the trust policy; sub names the organisation and the repository at least, as repo:acme/shop:*.",
  corresponds: ["CKV_AWS_358"],
  levels: levels("mandatory", "mandatory", "mandatory", "mandatory"),
  types: ["aws:iam/role:Role", "aws-native:iam:Role"],
  checks: [
    function* ({ props }) {
      const statements = statementsOf(props.assumeRolePolicy ?? props.assumeRolePolicyDocument);
      for (const { index, statement, issuer, open } of openTrusts(statements)) {
        const name = nameOf(statement, index);
        if (open === "audience")
          yield `${name} takes a token of ${nameOfIssuer(issuer)} for any other service: it asks for no aud.`;
        else
          yield `${name} takes a token of anybody whom ${nameOfIssuer(issuer)} signs for: its conditions name nobody, as ${issuer.example} does.`;
      }
    },
  ],
};
