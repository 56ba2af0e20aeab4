import type * as pulumi from "@pulumi/pulumi";
import { LifecyclePolicy } from "@pulumi/aws/ecr/lifecyclePolicy";
import type { RegistryArgs } from "../registry";
import { compileEcr } from "../retention/ecr";
import type { Repositories } from "./repositories";

/** A lifecycle policy for each repository whose retention has a rule; none for a dry run, which ECR has not. */
export function createLifecyclePolicies(
  name: string,
  args: RegistryArgs,
  repositories: Repositories,
  opts: pulumi.CustomResourceOptions,
): LifecyclePolicy[] {
  return args.repositories.flatMap(({ name: repository, retention }) => {
    const { policy } = compileEcr(retention);
    if (policy === undefined) return [];
    return new LifecyclePolicy(
      `${name}-lifecycle-${repository}`,
      { repository: repositories.get(repository)!.name, policy },
      opts,
    );
  });
}
