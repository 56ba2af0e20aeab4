import type { AwsDescription } from "./settings";
import { LifecyclePolicy } from "@pulumi/aws/ecr/lifecyclePolicy";
import { Repository } from "@pulumi/aws/ecr/repository";
import type * as pulumi from "@pulumi/pulumi";
import { Deletion, guarded } from "../model/environment";

import { compileEcr } from "../retention/ecr";
import { type Encryption, encryptionOf } from "./encryption";
import { stackTags } from "./names";
import { tagMutability } from "./tag-mutability";

/** A lifecycle policy for each repository whose retention has a rule; none for a dry run, which ECR does not support. */
export function createLifecyclePolicies(
  name: string,
  args: AwsDescription,
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

/** The repositories of a stack by their names on the platform, in the order of the description. */
export type Repositories = ReadonlyMap<string, Repository>;

/** An ECR repository for each of the description. They hold the images, so `deletion` decides what happens to them. */
export function createRepositories(
  name: string,
  args: AwsDescription,
  { keyArn }: Encryption,
  opts: pulumi.CustomResourceOptions,
): Repositories {
  const { deletion, aws } = args;
  const tags = stackTags(args);
  const encryptionConfigurations = encryptionOf(args, keyArn);
  const protection = guarded(deletion, opts);
  return new Map(
    args.repositories.map(({ name: repository, immutableTags, scan }) => [
      repository,
      new Repository(
        `${name}-repository-${repository}`,
        {
          name: repository,
          ...tagMutability(immutableTags, aws),
          encryptionConfigurations,
          // Where a stack manages the registry's filters, those decide; scanners and auditors look here.
          imageScanningConfiguration: { scanOnPush: scan.onPush },
          // ECR refuses to delete a repository that holds images unless forced.
          forceDelete: deletion === Deletion.Force ? true : undefined,
          tags,
        },
        protection,
      ),
    ]),
  );
}
