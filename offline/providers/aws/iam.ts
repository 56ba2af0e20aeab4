import type { SimulatedTypes } from "../simulated/type";
import { regional, tagged } from "./regional";

/** Identity and Access Management, which is one for all regions. */
export const iam: SimulatedTypes = {
  "aws:iam/policy:Policy": {
    id: "arn:{partition}:iam::{account}:policy{path}{name}",
    named: ["name", "dashed"],
    replaces: ["name", "namePrefix", "path", "description"],
    defaults: { path: "/" },
    outputs: {
      arn: "{id}",
      attachmentCount: 0,
      policyId: "ANPA{upper17}",
      ...tagged,
    },
    documents: ["policy"],
    patterns: { name: [/^[\w+=,.@-]{1,128}$/, "1 to 128 letters, digits and + = , . @ _ -"] },
    refusesSecond: true,
  },
  "aws:iam/role:Role": {
    id: "{name}",
    named: ["name", "dashed"],
    replaces: ["name", "namePrefix", "path"],
    defaults: { path: "/", maxSessionDuration: 3600, forceDetachPolicies: false },
    outputs: {
      arn: "arn:{partition}:iam::{account}:role{path}{name}",
      createDate: "2026-01-01T00:00:00Z",
      uniqueId: "AROA{upper17}",
      ...tagged,
    },
    documents: ["assumeRolePolicy"],
    patterns: { name: [/^[\w+=,.@-]{1,64}$/, "1 to 64 letters, digits and + = , . @ _ -"] },
    refusesSecond: true,
  },
  "aws:iam/rolePolicy:RolePolicy": {
    id: "{role}:{name}",
    named: ["name", "dashed"],
    replaces: ["name", "namePrefix", "role"],
    documents: ["policy"],
  },
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": {
    id: "{role}/{policyArn}",
    replaces: ["role", "policyArn"],
  },
  "aws:iam/userPolicyAttachment:UserPolicyAttachment": {
    id: "{user}/{policyArn}",
    replaces: ["user", "policyArn"],
  },
  "aws:iam/groupPolicyAttachment:GroupPolicyAttachment": {
    id: "{group}/{policyArn}",
    replaces: ["group", "policyArn"],
  },
  ...regional({
    "aws:eks/podIdentityAssociation:PodIdentityAssociation": {
      id: "{clusterName},a-{hex17}",
      replaces: ["clusterName", "namespace", "serviceAccount"],
      outputs: {
        associationArn: "arn:{partition}:eks:{region}:{account}:podidentityassociation/{id}",
        associationId: "a-{hex17}",
        ...tagged,
      },
      patterns: {
        clusterName: [/^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$/, "1 to 100 letters, digits and _ -"],
      },
    },
  }),
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider": {
    id: "arn:{partition}:iam::{account}:oidc-provider/{url/bare}",
    replaces: ["url"],
    outputs: { arn: "{id}", ...tagged },
    refusesSecond: true,
  },
};
