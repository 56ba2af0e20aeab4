import { Repository } from "@pulumi/aws/ecrpublic/repository";
import { RepositoryPolicy } from "@pulumi/aws/ecrpublic/repositoryPolicy";
import type * as pulumi from "@pulumi/pulumi";
import { publicPush } from "../access/ecr";
import { Deletion, guarded } from "../model/environment";

import { stackTags } from "./names";
import type { PublicRepository, AwsDescription } from "./settings";

/** Region of ECR Public's API and of its logins; the images are served everywhere. */
const publicRegion = "us-east-1";

/** The public repositories of a stack by their names. */
export type PublicRepositories = ReadonlyMap<string, Repository>;

/** Repositories of the ECR Public Gallery. It has no retention, scans or customer-managed keys. */
export function createPublicRepositories(
  name: string,
  args: AwsDescription,
  opts: pulumi.CustomResourceOptions,
): PublicRepositories {
  const { deletion } = args;
  const tags = stackTags(args);
  const protection = guarded(deletion, opts);
  return new Map(
    args.aws.publicRepositories.map((described) => {
      const repository = new Repository(
        `${name}-public-${described.name}`,
        {
          region: publicRegion,
          repositoryName: described.name,
          catalogData: catalogData(described),
          forceDestroy: deletion === Deletion.Force ? true : undefined,
          tags,
        },
        protection,
      );
      if (described.push.length > 0) {
        new RepositoryPolicy(
          `${name}-public-${described.name}-policy`,
          {
            region: publicRegion,
            repositoryName: repository.repositoryName,
            policy: pushPolicy(described.push),
          },
          opts,
        );
      }
      return [described.name, repository];
    }),
  );
}

/** Who may push, each by its account with a condition, since a policy is refused that names a role which IAM does not know yet. */
function pushPolicy(arns: readonly string[]): string {
  const homeOf = (arn: string) => arn.split(":").slice(0, 5).join(":");
  const homes = [...new Set(arns.map(homeOf))];
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: homes.map((home) => ({
      Sid: `Push${home.replace(/\D/g, "")}`,
      Effect: "Allow",
      Principal: { AWS: `${home}:root` },
      Action: publicPush,
      Condition: { ArnEquals: { "aws:PrincipalArn": arns.filter((arn) => homeOf(arn) === home) } },
    })),
  });
}

/** The command that logs a Docker client in to the gallery, for pushes: pulls need none. */
export const galleryLogin = `aws ecr-public get-login-password --region ${publicRegion} | docker login --username AWS --password-stdin public.ecr.aws`;

/** What the gallery shows; nothing where the description says nothing. */
function catalogData(described: PublicRepository) {
  const { description, about, usage, architectures, operatingSystems } = described;
  const said = {
    ...(description !== undefined && { description }),
    ...(about !== undefined && { aboutText: about }),
    ...(usage !== undefined && { usageText: usage }),
    ...(architectures.length > 0 && { architectures }),
    ...(operatingSystems.length > 0 && { operatingSystems }),
  };
  return Object.keys(said).length === 0 ? undefined : said;
}
