import * as pulumi from "@pulumi/pulumi";
import type { Place } from "../place";
import type { AwsDescription } from "../settings";
import {
  hasRootTemplate,
  likeAll,
  registryPolicyFor,
  replicaPaths,
  replicaRegions,
  templatedPaths,
} from "./plan";

/** What a person should know about replication to other regions and accounts, a sentence each. */
export function replicationNotes(args: AwsDescription, place: Place): pulumi.Output<string[]> {
  const { replication } = args.aws;
  if (replication.length === 0) return pulumi.output<string[]>([]);
  return place
    .accountId()
    .apply((own) => [
      `ECR replicates what is pushed from now on. Replicate existing images once, after pulumi up: ${backfills(args, place, own).join("; ")}.`,
      ...untemplatedNotes(args),
      ...unlikeNotes(args),
      ...accountNotes(args, place, own),
    ]);
}

/** The command for each destination that replicates existing images ("StartReplicationBackfill" of ECR's API). */
function backfills({ aws }: AwsDescription, { region: home }: Place, own: string): string[] {
  const destinations = aws.replication.map(
    ({ region, account = own }) => `region=${region},registryId=${account}`,
  );
  return [...new Set(destinations)].map(
    (destination) =>
      `aws ecr start-replication-backfill --region ${home} --destination ${destination}`,
  );
}

/** Replicas whose name has no slash, in regions without a template ROOT. */
function untemplatedNotes({ aws, repositories }: AwsDescription): string[] {
  return [...replicaRegions(aws.replication)].flatMap(([region, entries]) => {
    const root = replicaPaths(entries, repositories).find(({ prefix }) => prefix === "ROOT");
    if (root === undefined || hasRootTemplate(entries)) return [];
    const names = root.repositories.map(({ name }) => name).join(", ");
    return `In ${region} ${names} get ECR's defaults, without retention and with mutable tags, since names without a slash would need the template ROOT of all teams: name them with a path, such as shop/app, or set rootTemplate in wharf:aws.replication.`;
  });
}

/** Paths of which one template creates repositories whose settings differ here. */
function unlikeNotes({ aws, repositories }: AwsDescription): string[] {
  return [...replicaRegions(aws.replication)].flatMap(([region, entries]) =>
    templatedPaths(entries, repositories)
      .filter(({ repositories: below }) => below.length > 1 && likeAll(below) === undefined)
      .map(
        ({ repositories: below }) =>
          `In ${region} ${below.map(({ name }) => name).join(", ")} get the settings for all repositories: one template creates them, and their own settings differ.`,
      ),
  );
}

/** What other accounts have to do first. */
function accountNotes({ aws }: AwsDescription, { partition }: Place, own: string): string[] {
  return aws.replication.flatMap(({ account, region }) =>
    account === undefined
      ? []
      : [
          `Account ${account} has to allow replication from account ${own}: aws ecr put-registry-policy --region ${region} --policy-text '${registryPolicyFor({ partition, region, account }, own)}', or wharf:aws.registryPolicy.replicateFrom of a Wharf stack there.`,
        ],
  );
}
