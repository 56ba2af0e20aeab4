import { isToken } from "../../core/tokens";
import { repeated } from "../../core/names";
import { type Rule, wrote, type Written } from "../../core/rule";
import type { Path } from "../../core/fields";
import { keyOf, removeCommand, shown } from "../../core/messages";
import type { Problem } from "../../core/problems";

import { accessRules } from "./access";
import { buildRules } from "./builds";
import { cacheRules } from "./caches";
import { identityRules } from "./identities";
import { exclusionLimits, movingTags } from "../tag-mutability";
import { networkProblems } from "./network";
import { registryWideProblems } from "./private-registry";
import { replicationRules } from "./replication";
import { keyArnPattern, type AwsDescription } from "../settings";

/** Limits of tags ("Tag naming limits and requirements" of the guide to tagging AWS resources); Wharf's own take two of them. */
const tagLimits = { key: 128, value: 256, count: 47 } as const;
const tagText = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** The service model of ECR's API takes 2 to 256 characters; its grammar is that of OCI, which holds on every target. */
function nameProblems({ repositories }: AwsDescription): Problem[] {
  return repositories.flatMap(({ name }, index) =>
    name.length < 2
      ? [
          {
            key: keyOf(["repositories", index, "name"]),
            message: `"${name}" is shorter than 2 characters, the fewest that ECR takes`,
          },
        ]
      : [],
  );
}

function mutabilityProblems(
  { aws, immutableTags, repositories }: AwsDescription,
  written: Written,
): Problem[] {
  const problemsOf = (path: Path, block: AwsDescription["immutableTags"]) => {
    if (block === undefined || !wrote(written, path)) return [];
    const { enabled, except } = block;
    const { filters, wildcards } = exclusionLimits;
    const problems: Problem[] = [];
    if (enabled && movingTags(except, aws).length > filters) {
      const signatures = movingTags([], aws).length > 0;
      problems.push({
        key: keyOf([...path, "except"]),
        message: `has ${except.length} entries; ECR takes ${filters}${signatures ? ", and one of them is for signatures, sha256-*" : ""}`,
        fix: removeCommand([...path, "except", except.length - 1]),
      });
    }
    except.forEach((pattern, index) => {
      if (pattern.split("*").length - 1 > wildcards) {
        problems.push({
          key: keyOf([...path, "except", index]),
          message: `"${pattern}" holds more than ${wildcards} wildcards, the most that ECR takes in one`,
        });
      }
    });
    return problems;
  };
  return [
    ...problemsOf(["immutableTags"], immutableTags),
    ...repositories.flatMap(({ immutableTags: own }, index) =>
      problemsOf(["repositories", index, "immutableTags"], own),
    ),
  ];
}

function keyProblems({ encryption: { key } }: AwsDescription): Problem[] {
  if (key === undefined || key === "create" || isToken(key) || keyArnPattern.test(key)) return [];
  return [
    {
      key: "wharf:encryption.key",
      message: `"${key}" is neither create nor the ARN of a KMS key, such as arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab`,
      fix: /^[\w/:-]+$/.test(key)
        ? `aws kms describe-key --key-id ${key} --query KeyMetadata.Arn --output text`
        : undefined,
    },
  ];
}

function labelProblems({ labels }: AwsDescription): Problem[] {
  const entries = Object.entries(labels);
  const problems = entries.flatMap(([key, value]): Problem[] => {
    const path = ["labels", key];
    const wrong = /^aws:/i.test(key)
      ? `begins with aws:, which AWS keeps for its own tags`
      : key.length > tagLimits.key
        ? `is longer than ${tagLimits.key} characters, the most for a tag's key`
        : value.length > tagLimits.value
          ? `holds more than ${tagLimits.value} characters, the most for a tag's value`
          : !tagText.test(key) || !tagText.test(value)
            ? `${shown(tagText.test(key) ? value : key)} holds a character that tags do not take; letters, digits, spaces and _ . : / = + - @ are allowed`
            : undefined;
    return wrong === undefined
      ? []
      : [{ key: keyOf(path), message: wrong, fix: removeCommand(path) }];
  });
  if (entries.length > tagLimits.count) {
    problems.push({
      key: "wharf:labels",
      message: `has ${entries.length} entries; AWS takes 50 tags, of which three are Wharf's`,
    });
  }
  return problems;
}

function publicRepositoryProblems({ aws: { publicRepositories } }: AwsDescription): Problem[] {
  return repeated(
    ["aws", "publicRepositories"],
    publicRepositories.map(({ name }) => name),
    { attribute: "name" },
  );
}

/** Rules across keys that hold on this target alone. */
export const awsRules: Rule<AwsDescription>[] = [
  { needs: ["repositories"], find: nameProblems },
  { needs: ["aws", "immutableTags", "repositories"], find: mutabilityProblems },
  { needs: ["encryption"], find: keyProblems },
  { needs: ["labels"], find: labelProblems },
  { needs: ["aws"], find: publicRepositoryProblems },
  { needs: ["aws", "repositories", "pullThroughCaches", "scan"], find: registryWideProblems },
  { needs: ["aws", "endpoint"], find: networkProblems },
  ...accessRules,
  ...replicationRules,
  ...identityRules,
  ...cacheRules,
  ...buildRules,
];
