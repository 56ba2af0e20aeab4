import { isToken } from "../../core/tokens";
import { repeated } from "../../core/names";
import { type Rule, wrote, type Written } from "../../core/rule";
import type { Path } from "../../core/fields";
import { keyOf, removeCommand, setCommand, shown } from "../../core/messages";
import type { Problem } from "../../core/problems";

import { accessRules } from "./access";
import { buildRules } from "./builds";
import { cacheRules } from "./caches";
import { eventRules } from "./events";
import { identityRules } from "./identities";
import { exclusionLimits, movingTags } from "../tag-mutability";
import { networkProblems } from "./network";
import { registryWideProblems } from "./private-registry";
import { replicationRules } from "./replication";
import { keyArnPattern, type AwsDescription } from "../settings";

/** Limits of tags ("Tag naming limits and requirements" of the guide to tagging AWS resources); Wharf's own take two of them. */
const tagLimits = { key: 128, value: 256, count: 47 } as const;
const tagText = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** Names have 2 to 256 characters (service model of ECR's API); their grammar is that of OCI, which holds on every target. */
function nameProblems({ repositories }: AwsDescription): Problem[] {
  return repositories.flatMap(({ name }, index) =>
    name.length < 2
      ? [
          {
            key: keyOf(["repositories", index, "name"]),
            message: `"${name}" is shorter than 2 characters, the minimum of ECR`,
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
        message: `has ${except.length} entries; ECR allows ${filters}${signatures ? ", one of which is used for signatures, sha256-*" : ""}`,
        fix: removeCommand([...path, "except", except.length - 1]),
      });
    }
    except.forEach((pattern, index) => {
      if (pattern.split("*").length - 1 > wildcards) {
        problems.push({
          key: keyOf([...path, "except", index]),
          message: `"${pattern}" has more than ${wildcards} wildcards, the limit of ECR`,
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

function layerProblems({ aws, encryption }: AwsDescription): Problem[] {
  if (!aws.doubleEncryption || encryption.key !== undefined) return [];
  return [
    {
      key: "wharf:aws.doubleEncryption",
      message: "needs a key of KMS for both layers, and wharf:encryption.key is not set",
      fix: setCommand(["encryption", "key"], "create"),
    },
  ];
}

function labelProblems({ labels }: AwsDescription): Problem[] {
  const entries = Object.entries(labels);
  const problems = entries.flatMap(([key, value]): Problem[] => {
    const path = ["labels", key];
    const wrong = /^aws:/i.test(key)
      ? `begins with aws:, which is reserved for AWS`
      : key.length > tagLimits.key
        ? `is longer than ${tagLimits.key} characters, the limit for a tag's key`
        : value.length > tagLimits.value
          ? `has more than ${tagLimits.value} characters, the limit for a tag's value`
          : !tagText.test(key) || !tagText.test(value)
            ? `${shown(tagText.test(key) ? value : key)} has a character that AWS tags do not allow; letters, digits, spaces and _ . : / = + - @ are allowed`
            : undefined;
    return wrong === undefined
      ? []
      : [{ key: keyOf(path), message: wrong, fix: removeCommand(path) }];
  });
  if (entries.length > tagLimits.count) {
    problems.push({
      key: "wharf:labels",
      message: `has ${entries.length} entries; AWS allows 50 tags, of which Wharf uses three`,
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

/** Rules across keys that hold only on this target. */
export const awsRules: Rule<AwsDescription>[] = [
  { needs: ["repositories"], find: nameProblems },
  { needs: ["aws", "immutableTags", "repositories"], find: mutabilityProblems },
  { needs: ["encryption"], find: keyProblems },
  { needs: ["aws", "encryption"], find: layerProblems },
  { needs: ["labels"], find: labelProblems },
  { needs: ["aws"], find: publicRepositoryProblems },
  { needs: ["aws", "repositories", "pullThroughCaches", "scan"], find: registryWideProblems },
  { needs: ["aws", "endpoint"], find: networkProblems },
  ...accessRules,
  ...replicationRules,
  ...identityRules,
  ...cacheRules,
  ...buildRules,
  ...eventRules,
];
