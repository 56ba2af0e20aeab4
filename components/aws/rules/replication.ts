import { repeated } from "../../core/names";
import type { Rule } from "../../core/rule";
import { keyOf, removeCommand, setCommand } from "../../core/messages";
import type { Path } from "../../core/fields";
import type { Problem } from "../../core/problems";

import {
  replicatedPrefixes,
  replicationLimits,
  replicationRules as planned,
} from "../replication/plan";
import type { Replication, AwsDescription } from "../settings";

const pathOf = (index: number, ...rest: string[]): Path => ["aws", "replication", index, ...rest];

/** Keys that cannot encrypt the replicas, and replicas that would not be encrypted like the originals. */
function keyProblems(entry: Replication, index: number, { encryption }: AwsDescription): Problem[] {
  const { region, account, key } = entry;
  const path = pathOf(index, "key");
  const [, , , keyRegion] = key?.split(":") ?? [];
  if (key !== undefined && account !== undefined) {
    return [
      {
        key: keyOf(path),
        message: `has no effect: only the account ${account} decides how it encrypts the replicas`,
        fix: removeCommand(path),
      },
    ];
  }
  if (keyRegion !== undefined && keyRegion !== region) {
    return [
      {
        key: keyOf(path),
        message: `is a key in ${keyRegion}, and the replicas are in ${region}; ECR only uses keys of its own region`,
        fix: `aws kms list-keys --region ${region}`,
      },
    ];
  }
  const named = encryption.key !== undefined && encryption.key !== "create";
  if (!named || key !== undefined || account !== undefined) return [];
  return [
    {
      key: keyOf(path),
      message: `is missing: wharf:encryption.key names a key for the images, and replicas in ${region} need a key of that region`,
      fix: `aws kms list-keys --region ${region}`,
    },
  ];
}

/** A VPC that is missing for the replicas of a region, or that limits nothing. */
function vpcProblems(
  { region, account, vpcId }: Replication,
  index: number,
  { aws: { network } }: AwsDescription,
): Problem[] {
  const path = pathOf(index, "vpcId");
  if (account !== undefined && vpcId !== undefined) {
    return [
      {
        key: keyOf(path),
        message: `has no effect: only the account ${account} decides who pulls its replicas`,
        fix: removeCommand(path),
      },
    ];
  }
  if (!network.limitToVpc || account !== undefined || vpcId !== undefined) return [];
  return [
    {
      key: keyOf(path),
      message: `is missing: wharf:aws.network.limitToVpc limits images to a VPC, and replicas in ${region} need one of that region`,
      fix: setCommand(path, "vpc-0123456789abcdef0"),
    },
  ];
}

/** Entries that name a destination again for the same repositories. */
function doubleProblems({ aws: { replication }, repositories }: AwsDescription): Problem[] {
  const destinations = replication.map((entry) =>
    [entry.region, entry.account, ...replicatedPrefixes(entry, repositories)].join(" "),
  );
  return repeated(["aws", "replication"], destinations, {
    message: (_, first, index) =>
      `replicates the same repositories to ${replication[index]?.region} as ${first}`,
  });
}

/** Two keys for the replicas of one region. */
function twoKeysProblems({ aws: { replication } }: AwsDescription): Problem[] {
  return replication.flatMap(({ region, key }, index) => {
    const first = replication.findIndex((one) => one.region === region && one.key !== undefined);
    const path = pathOf(index, "key");
    return key === undefined || key === replication[first]?.key
      ? []
      : [
          {
            key: keyOf(path),
            message: `is another key than ${keyOf(pathOf(first, "key"))}; the replicas of a region have one key`,
            fix: removeCommand(path),
          },
        ];
  });
}

/** More than ECR accepts in one configuration, which it would refuse in the middle of an `up`. */
function limitProblems({ aws: { replication }, repositories }: AwsDescription): Problem[] {
  const rules = planned(replication, repositories);
  const destinations = new Set(
    replication.map(({ region, account }) => `${region} ${account ?? ""}`),
  );
  const { filters } = rules.find((rule) => rule.filters.length > replicationLimits.filters) ?? {};
  const wrong = [
    rules.length > replicationLimits.rules
      ? `needs ${rules.length} rules; ECR allows ${replicationLimits.rules}. Entries with the same repositories share one`
      : undefined,
    destinations.size > replicationLimits.destinations
      ? `names ${destinations.size} destinations; ECR allows ${replicationLimits.destinations}`
      : undefined,
    filters !== undefined
      ? `replicates ${filters.length} repositories by name; ECR allows ${replicationLimits.filters} in a rule. Give prefixes in repositories, such as shop/`
      : undefined,
  ];
  return wrong
    .filter((message) => message !== undefined)
    .map((message) => ({ key: "wharf:aws.replication", message }));
}

/** Rules about replication to other registries. */
export const replicationRules: Rule<AwsDescription>[] = [
  {
    needs: ["aws", "encryption", "repositories"],
    find: (description) => [
      ...description.aws.replication.flatMap((entry, index) =>
        keyProblems(entry, index, description),
      ),
      ...description.aws.replication.flatMap((entry, index) =>
        vpcProblems(entry, index, description),
      ),
      ...doubleProblems(description),
      ...twoKeysProblems(description),
      ...limitProblems(description),
    ],
  },
];
