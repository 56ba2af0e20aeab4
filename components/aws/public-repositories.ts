import { Repository } from "@pulumi/aws/ecrpublic/repository";
import type * as pulumi from "@pulumi/pulumi";
import { Deletion, guarded } from "../model/environment";

import { stackTags } from "./names";
import type { PublicRepository, AwsDescription } from "./settings";

/** Region of ECR Public's API; the images are served everywhere. */
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
    args.aws.publicRepositories.map((described) => [
      described.name,
      new Repository(
        `${name}-public-${described.name}`,
        {
          region: publicRegion,
          repositoryName: described.name,
          catalogData: catalogData(described),
          forceDestroy: deletion === Deletion.Force ? true : undefined,
          tags,
        },
        protection,
      ),
    ]),
  );
}

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
