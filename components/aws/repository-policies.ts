import { resolved } from "../core/tokens";
import type { AwsDescription } from "./settings";
import * as pulumi from "@pulumi/pulumi";
import { RepositoryPolicy } from "@pulumi/aws/ecr/repositoryPolicy";
import { ecrRepositoryPolicy } from "../access/ecr";
import { highestRoles } from "../access/matrix";
import { roles, type AccessLists } from "../model/access";

import { buildRoleArn } from "./codebuild/role";
import type { Place } from "./place";
import type { Repositories } from "./repositories";
import { sourceLimits } from "./source-limits";

/** A policy for each repository that grants access or is limited to certain networks. */
export function createRepositoryPolicies(
  name: string,
  args: AwsDescription,
  place: Place,
  repositories: Repositories,
  opts: pulumi.CustomResourceOptions,
): RepositoryPolicy[] {
  const policyOf = repositoryPolicies(args, place);
  return args.repositories.flatMap((described) => {
    const policy = policyOf(described);
    const repository = repositories.get(described.name);
    if (policy === undefined || repository === undefined) return [];
    return new RepositoryPolicy(
      `${name}-policy-${described.name}`,
      { repository: repository.name, policy },
      opts,
    );
  });
}

/**
 * The policy of a repository as JSON: the grants of its own lists and of `wharf:access`, and the networks that may push and pull.
 * Undefined where there are neither. AWS is asked for the account only where a service has a grant or a build is exempt.
 */
export function repositoryPolicies(
  args: AwsDescription,
  place: Place,
): (lists: AccessLists) => pulumi.Input<string> | undefined {
  const limited = sourceLimits(args).length > 0;
  const render = (args: Described, lists: AccessLists, account: string) => {
    const grants = grantsOf(args, lists);
    const granted = ecrRepositoryPolicy(grants, { ...place, account })?.Statement ?? [];
    const limits = sourceLimits(
      args,
      args.builds.map(({ name }) =>
        buildRoleArn(args, name, { partition: place.partition, account }),
      ),
    );
    return JSON.stringify({ Version: "2012-10-17", Statement: [...granted, ...limits] });
  };
  return (lists) => {
    const grants = grantsOf(args, lists);
    if (grants.length === 0 && !limited) return undefined;
    const namesAccount =
      (limited && args.builds.length > 0) ||
      grants.some(({ principal }) => principal.startsWith("service:"));
    const { access, endpoint, aws, builds, namePrefix } = args;
    const made = (account: string): pulumi.Output<string> =>
      pulumi.output(
        resolved(args, [{ access, endpoint, aws, builds, namePrefix }, lists] as const, (known) =>
          render(...known, account),
        ),
      );
    return namesAccount ? place.accountId().apply(made) : made("");
  };
}

/** The part of a description that the policy of a repository depends on. */
type Described = Pick<AwsDescription, "access" | "endpoint" | "aws" | "builds" | "namePrefix">;

/** The highest role of each principal for a repository, from `wharf:access` and from its own lists. */
function grantsOf({ access }: Pick<AwsDescription, "access">, own: AccessLists) {
  return highestRoles(
    [access, own].flatMap((lists) => roles.map((role) => ({ role, principals: lists[role] }))),
  );
}
