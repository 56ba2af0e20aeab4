import { repeated } from "../../core/names";
import type { Rule } from "../../core/rule";
import { keyOf, removeCommand } from "../../core/messages";
import type { Path } from "../../core/fields";
import type { Problem } from "../../core/problems";

import {
  replicatedPrefixes,
  replicationLimits,
  replicationRules as planned,
} from "../replication/plan";
import type { Replication, AwsDescription } from "../settings";

const pathOf = (index: number, ...rest: string[]): Path => ["aws", "replication", index, ...rest];

/** Keys that cannot encrypt the copies, and copies that nothing would encrypt as the originals are. */
function keyProblems(entry: Replication, index: number, { encryption }: AwsDescription): Problem[] {
  const { region, account, key } = entry;
  const path = pathOf(index, "key");
  const [, , , keyRegion] = key?.split(":") ?? [];
  if (key !== undefined && account !== undefined) {
    return [
      {
        key: keyOf(path),
        message: `encrypts nothing: the account ${account} alone decides how it encrypts the copies`,
        fix: removeCommand(path),
      },
    ];
  }
  if (keyRegion !== undefined && keyRegion !== region) {
    return [
      {
        key: keyOf(path),
        message: `is a key in ${keyRegion}, and the copies are in ${region}; ECR takes keys of its own region alone`,
        fix: `aws kms list-keys --region ${region}`,
      },
    ];
  }
  const named = encryption.key !== undefined && encryption.key !== "create";
  if (!named || key !== undefined || account !== undefined) return [];
  return [
    {
      key: keyOf(path),
      message: `is missing: the images are encrypted by a key that wharf:encryption.key names, and ${region} needs one of its own, or the copies would have ECR's`,
      fix: `aws kms list-keys --region ${region}`,
    },
  ];
}

/** Entries that name a destination again for the same repositories. */
function doubleProblems({ aws: { replication }, repositories }: AwsDescription): Problem[] {
  const destinations = replication.map((entry) =>
    [entry.region, entry.account, ...replicatedPrefixes(entry, repositories)].join(" "),
  );
  return repeated(["aws", "replication"], destinations, {
    message: (_, first, index) => `copies the same to ${replication[index]?.region} as ${first}`,
  });
}

/** Two keys for the copies of one region, which has one template for what is made there. */
function twoKeysProblems({ aws: { replication } }: AwsDescription): Problem[] {
  return replication.flatMap(({ region, key }, index) => {
    const first = replication.findIndex((one) => one.region === region && one.key !== undefined);
    const path = pathOf(index, "key");
    return key === undefined || key === replication[first]?.key
      ? []
      : [
          {
            key: keyOf(path),
            message: `is another key than ${keyOf(pathOf(first, "key"))}; the copies of a region have one`,
            fix: removeCommand(path),
          },
        ];
  });
}

/** More than ECR takes in one configuration, which it would refuse in the middle of an `up`. */
function limitProblems({ aws: { replication }, repositories }: AwsDescription): Problem[] {
  const rules = planned(replication, repositories);
  const destinations = new Set(
    replication.map(({ region, account }) => `${region} ${account ?? ""}`),
  );
  const { filters } = rules.find((rule) => rule.filters.length > replicationLimits.filters) ?? {};
  const wrong = [
    rules.length > replicationLimits.rules
      ? `asks for ${rules.length} rules, of which ECR takes ${replicationLimits.rules}; entries that copy the same repositories share one`
      : undefined,
    destinations.size > replicationLimits.destinations
      ? `names ${destinations.size} destinations, of which ECR takes ${replicationLimits.destinations}`
      : undefined,
    filters !== undefined
      ? `copies ${filters.length} repositories by their names, of which ECR takes ${replicationLimits.filters} in a rule; name what they begin with in repositories, such as shop/`
      : undefined,
  ];
  return wrong
    .filter((message) => message !== undefined)
    .map((message) => ({ key: "wharf:aws.replication", message }));
}

/** Rules about copies in other registries. */
export const replicationRules: Rule<AwsDescription>[] = [
  {
    needs: ["aws", "encryption", "repositories"],
    find: (description) => [
      ...description.aws.replication.flatMap((entry, index) =>
        keyProblems(entry, index, description),
      ),
      ...doubleProblems(description),
      ...twoKeysProblems(description),
      ...limitProblems(description),
    ],
  },
];
