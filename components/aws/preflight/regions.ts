import type { AwsDescription } from "../settings";
import { SourceKind, sourceOf } from "../../model/build-sources";
import { keyOf, removeCommand, setCommand } from "../../core/messages";
import type { Problem } from "../../core/problems";

import { partitionOf } from "../trust-policies";
import { unknownRegion } from "../place";

/**
 * Regions that every account has; a connection in another region only serves that one ("GitHub App connections" of CodeBuild's
 * user guide, "Enable or disable AWS Regions" of the guide to account management).
 */
const regionsOfAll = [
  "us-east-1",
  "us-east-2",
  "us-west-1",
  "us-west-2",
  "ca-central-1",
  "sa-east-1",
  "eu-central-1",
  "eu-west-1",
  "eu-west-2",
  "eu-west-3",
  "eu-north-1",
  "ap-northeast-1",
  "ap-northeast-2",
  "ap-northeast-3",
  "ap-south-1",
  "ap-southeast-1",
  "ap-southeast-2",
];

/** Problems of what a description names in a region that does not fit the registry's. */
export function elsewhereProblems(args: AwsDescription, region: string): Problem[] {
  return [
    ...destinationProblems(args, region),
    ...sourceProblems(args, region),
    ...connectionProblems(args, region),
    ...secretProblems(args, region),
  ];
}

/** Destinations of replication that do not exist, or that ECR does not replicate to from here. */
function destinationProblems({ aws: { replication } }: AwsDescription, home: string): Problem[] {
  return replication.flatMap(({ region, account }, index): Problem[] => {
    const entry = ["aws", "replication", index];
    const path = [...entry, "region"];
    const unknown = unknownRegion(path, region, (known) => setCommand(path, known));
    if (unknown.length > 0) return unknown;
    if (region === home && account === undefined) {
      return [
        {
          key: keyOf(path),
          message: `"${region}" is the region of the registry itself; replicate to another region or account`,
          fix: removeCommand(entry),
        },
      ];
    }
    if (partitionOf(region) === partitionOf(home)) return [];
    return [
      {
        key: keyOf(path),
        message: `"${region}" is in the partition ${partitionOf(region)}, and the registry in ${partitionOf(home)}; ECR does not replicate between partitions`,
        fix: removeCommand(entry),
      },
    ];
  });
}

/** CodeCommit in another region, which CodeBuild cannot reach. */
function sourceProblems({ builds }: AwsDescription, home: string): Problem[] {
  return builds.flatMap(({ source }, index) => {
    const { kind, region, host = "" } = sourceOf(source) ?? {};
    if (kind !== SourceKind.CodeCommit || region === home) return [];
    const path = ["builds", index, "source"];
    return [
      {
        key: keyOf(path),
        message: `is in ${region}, and CodeBuild in ${home}, which only reaches CodeCommit of its own region`,
        fix: setCommand(path, source.replace(host, host.replace(`${region}`, home))),
      },
    ];
  });
}

/** Connections that do not serve this region. */
function connectionProblems({ aws }: AwsDescription, home: string): Problem[] {
  return Object.entries(aws.builds.connections).flatMap(([host, connection]) => {
    const [, , , region] = connection.split(":");
    if (region === undefined || region === home) return [];
    if (regionsOfAll.includes(region) && partitionOf(home) === "aws") return [];
    return [
      {
        key: keyOf(["aws", "builds", "connections", host]),
        message: `is a connection in ${region}, which only serves that region, and CodeBuild is in ${home}`,
        fix: `aws codeconnections list-connections --region ${home}`,
      },
    ];
  });
}

/** Secrets of caches in another region. */
function secretProblems({ pullThroughCaches: caches }: AwsDescription, home: string): Problem[] {
  return caches.flatMap(({ credentials }, index) => {
    const [, , , region] = credentials?.passwordSecret?.split(":") ?? [];
    if (region === undefined || region === home) return [];
    return [
      {
        key: keyOf(["pullThroughCaches", index, "credentials", "passwordSecret"]),
        message: `is a secret in ${region}, and the registry is in ${home}; ECR only reads secrets of its own region`,
        fix: `aws secretsmanager list-secrets --region ${home} --filters Key=name,Values=ecr-pullthroughcache/`,
      },
    ];
  });
}
