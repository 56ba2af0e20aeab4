import type { AwsDescription } from "./settings";
import { Policy } from "@pulumi/aws/iam/policy";
import { RolePolicyAttachment } from "@pulumi/aws/iam/rolePolicyAttachment";
import { UserPolicyAttachment } from "@pulumi/aws/iam/userPolicyAttachment";
import type * as pulumi from "@pulumi/pulumi";

import { identityGrants, identityPolicy } from "./iam-grants";
import { nameOf, stackTags } from "./names";
import type { Place } from "./place";

/**
 * A policy for each role and user of the account that the description names. It allows the login and what the principal is
 * granted, and is attached where the description says so.
 */
export function createIdentityPolicies(
  name: string,
  args: AwsDescription,
  place: Place,
  opts: pulumi.CustomResourceOptions,
): ReadonlyMap<string, Policy> {
  const { account, attach } = args.aws.identityPolicies;
  if (account === undefined) return new Map();
  const tags = stackTags(args);
  return new Map(
    [...identityGrants(args, account)].map(([arn, grants]) => {
      const { kind, identity } = identityOf(arn);
      const policy = new Policy(
        `${name}-identity-${kind}-${identity}`,
        {
          name: nameOf("policy", args.namePrefix, `${kind}-${identity}`),
          path: args.aws.iam.path,
          description: `What ${kind} ${identity} may do with the images of the Wharf stack ${args.stack}`,
          policy: identityPolicy(args, arn, grants, { ...place, account }),
          tags,
        },
        opts,
      );
      if (attach) attachTo(`${name}-attachment-${kind}-${identity}`, kind, identity, policy, opts);
      return [arn, policy];
    }),
  );
}

function attachTo(
  name: string,
  kind: "role" | "user",
  identity: string,
  { arn: policyArn }: Policy,
  opts: pulumi.CustomResourceOptions,
): void {
  if (kind === "role") new RolePolicyAttachment(name, { role: identity, policyArn }, opts);
  else new UserPolicyAttachment(name, { user: identity, policyArn }, opts);
}

/** The kind and the name of a principal: the last part of its ARN, without the path. */
function identityOf(arn: string): { kind: "role" | "user"; identity: string } {
  const [kind, ...path] = arn.slice(arn.lastIndexOf(":") + 1).split("/");
  return { kind: kind === "user" ? "user" : "role", identity: path.at(-1) ?? "" };
}
