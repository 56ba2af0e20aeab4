import type { AwsDescription } from "./settings";
import { Alias } from "@pulumi/aws/kms/alias";
import { Key } from "@pulumi/aws/kms/key";
import type * as pulumi from "@pulumi/pulumi";
import { Environment, guarded } from "../model/environment";

import { keyAlias, stackTags } from "./names";
import type { Place } from "./place";

/** What encrypts the images at rest. */
export interface Encryption {
  /** ARN of the KMS key; undefined where ECR uses its own key. */
  keyArn: pulumi.Input<string> | undefined;
  /** The key, where the stack creates it. */
  key?: Key;
  /** The key's alias. */
  alias?: Alias;
}

/**
 * The key for the images: ECR's own, one that the description names, or one that the stack creates. A repository keeps the key
 * that it was created with.
 */
export function createEncryption(
  name: string,
  args: AwsDescription,
  place: Place,
  opts: pulumi.CustomResourceOptions,
): Encryption {
  const { encryption } = args;
  if (encryption.key !== "create") return { keyArn: encryption.key };
  const { key, alias } = createKey(name, args, place, opts);
  return { keyArn: key.arn, key, alias };
}

/** What a repository, or a template of some, says of its key; nothing where ECR uses its own. */
export function encryptionOf(
  { aws: { doubleEncryption } }: Pick<AwsDescription, "aws">,
  kmsKey: pulumi.Input<string> | undefined,
) {
  if (kmsKey === undefined) return undefined;
  return [{ encryptionType: doubleEncryption ? "KMS_DSSE" : "KMS", kmsKey }];
}

/**
 * A key that the stack creates for images, and its alias.
 * @param place account and region of the registry whose images it encrypts
 * @param region set only where it differs from the provider's region
 */
export function createKey(
  name: string,
  args: AwsDescription,
  place: Place,
  opts: pulumi.CustomResourceOptions,
  region?: string,
): { key: Key; alias: Alias } {
  const { stack, namePrefix, environment, deletion, encryption } = args;
  const key = new Key(
    `${name}-key`,
    {
      region,
      description: `Images of the Wharf stack ${stack}`,
      enableKeyRotation: true,
      rotationPeriodInDays: encryption.rotationDays,
      // The shortest waiting period of KMS for a lab; elsewhere the longest, in which a deletion can be cancelled.
      deletionWindowInDays: environment === Environment.Lab ? 7 : 30,
      policy: keyPolicy(place),
      tags: stackTags(args),
    },
    guarded(deletion, opts),
  );
  const alias = new Alias(
    `${name}-key-alias`,
    { region, name: keyAlias(namePrefix), targetKeyId: key.keyId },
    opts,
  );
  return { key, alias };
}

/** The statement of a key's policy by which IAM decides who administers it; without it nobody could change the policy again. */
export function accountAdministers(partition: string, account: string): object {
  return {
    Sid: "AccountAdministers",
    Effect: "Allow",
    Principal: { AWS: `arn:${partition}:iam::${account}:root` },
    Action: "kms:*",
    Resource: "*",
  };
}

/**
 * The account administers the key by IAM, and only ECR uses it, for principals that IAM allows to use the registry: ECR creates a
 * grant for each repository ("Encryption at rest" of ECR's user guide).
 */
function keyPolicy(place: Place): pulumi.Output<string> {
  const { partition, region } = place;
  return place.accountId().apply((account) =>
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        accountAdministers(partition, account),
        {
          Sid: "RegistryUses",
          Effect: "Allow",
          Principal: { AWS: "*" },
          Action: [
            "kms:CreateGrant",
            "kms:Decrypt",
            "kms:DescribeKey",
            "kms:GenerateDataKey*",
            "kms:RetireGrant",
          ],
          Resource: "*",
          Condition: {
            StringEquals: {
              "kms:CallerAccount": account,
              "kms:ViaService": `ecr.${region}.amazonaws.com`,
            },
          },
        },
      ],
    }),
  );
}
