import { z } from "zod";

// Grammars and lengths are those of the service model of ECR's API, 2015-09-21.

/** An AWS account: twelve digits, leading zeros included, so it is a string and needs quotes. */
export const accountId = z
  .string({
    error: ({ input }) =>
      typeof input === "number" && String(input).length < 12
        ? `is not an account: YAML drops leading zeros of a number; put all 12 digits in quotes, "${String(input).padStart(12, "0")}"`
        : undefined,
  })
  .regex(/^\d{12}$/, {
    error: ({ input }) => {
      const digits = /^\d+$/.test(String(input)) ? ` and not ${String(input).length}` : "";
      return `is not an account, which has 12 digits${digits}: "123456789012"`;
    },
  });

/** A role or user of IAM by its ARN, in any partition. */
export const identityArn = z
  .string()
  .max(200, "is longer than 200 characters, the limit of ECR for a principal")
  .regex(
    /^arn:aws(-[a-z]+)*:iam::\d{12}:(role|user)\/[\w+=,.@-]+(\/[\w+=,.@-]+)*$/,
    "is not a role or user, such as arn:aws:iam::123456789012:role/ci",
  );

/** Prefix of repositories' names, or ROOT for those that no other prefix matches. */
export const repositoryPrefix = z
  .string()
  .max(256, "is longer than 256 characters")
  .regex(
    /^(ROOT|[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*\/?)$/,
    "is not a prefix of repository names: lower-case letters, digits and . _ - / between them, or ROOT for all",
  );

/** What scans the images of a registry: ECR's own free scan, or Amazon Inspector. */
export const ScanType = { Basic: "basic", Enhanced: "enhanced" } as const;
export type ScanType = (typeof ScanType)[keyof typeof ScanType];

const scanning = z.strictObject({
  type: z.enum(ScanType).default(ScanType.Basic).meta({
    description:
      "What scans: `basic` is ECR's own scan, free of charge; `enhanced` is Amazon Inspector, which ECR turns on for its images only, billed by image. Defaults to basic.",
  }),
  continuous: z.boolean().default(false).meta({
    description:
      "Whether Inspector continues to scan an image after its push, as new vulnerabilities become known; only with `enhanced`. Defaults to false.",
  }),
  pullTimeExclusions: z.array(identityArn).default([]).meta({
    description:
      "Roles and users, for example scanners, whose pulls do not count as an image's last pull. Defaults to none.",
  }),
});

/** The only value that PutAccountSetting takes today. It is text, since a type of one value cannot be published for other languages. */
const only = (value: string) =>
  z.string().refine((given) => given === value, {
    error: `is not ${value}, the only value that ECR still accepts`,
  });

const accountSettings = z.strictObject({
  basicScan: only("AWS_NATIVE").optional().meta({
    description:
      "What the basic scan runs on: `AWS_NATIVE`. Defaults to the account's existing setting.",
  }),
  blobMounting: z.boolean().optional().meta({
    description:
      "Whether repositories of the registry share the layers that they have in common. Defaults to the account's existing setting.",
  }),
  policyScope: only("V2").optional().meta({
    description:
      "What the registry's policy covers: `V2` all actions of ECR. Defaults to the account's existing setting.",
  }),
});

const registryPolicy = z.strictObject({
  replicateFrom: z.array(accountId).default([]).meta({
    description: "Accounts that may replicate into this registry. Defaults to none.",
  }),
  pullThrough: z
    .array(
      z.strictObject({
        prefix: repositoryPrefix.meta({
          description: "Prefix of the repositories' names, or ROOT for all.",
        }),
        principals: z.array(identityArn).min(1).meta({
          description: "Roles and users by their ARN.",
        }),
      }),
    )
    .default([])
    .meta({
      description:
        "Who may create a repository below a prefix by pulling through a cache for the first time. Defaults to nobody.",
    }),
});

const creationTemplate = z.strictObject({
  prefix: repositoryPrefix.meta({
    description: "Prefix of the repositories' names, or ROOT for all others.",
  }),
  appliedFor: z
    .array(z.enum(["createOnPush", "pullThroughCache", "replication"]))
    .min(1)
    .meta({ description: "What creates the repositories that the template is for." }),
});

/** Keys of `wharf:aws` about the registry as a whole, of which an account has one in each region. */
export const privateRegistrySettings = {
  managePrivateRegistry: z.boolean().default(false).meta({
    description:
      "Whether this stack manages what a private registry (an account in a region) has only once: scanning, replication, the registry's policy, account settings. True claims them with a parameter of Systems Manager that no second stack can create; false leaves them unchanged. Defaults to false.",
  }),
  replaceRegistrySettings: z.boolean().default(false).meta({
    description:
      "Whether `wharf:aws.managePrivateRegistry` may replace scanning, policy and replication that the registry has already. Defaults to false, and the preview lists what would be replaced.",
  }),
  scanning: scanning.prefault({}).meta({
    description: "What scans the registry's images, for the repositories with `scan.onPush`.",
  }),
  accountSettings: accountSettings.prefault({}).meta({
    description: "Settings of the account's registry in the region.",
  }),
  registryPolicy: registryPolicy.prefault({}).meta({
    description: "Who may act on the registry as a whole.",
  }),
  creationTemplates: z.array(creationTemplate).default([]).meta({
    description:
      "Templates for repositories that ECR creates by itself: they get the tag mutability, retention, encryption, access and tags that the stack sets for all repositories. Defaults to none.",
  }),
};

/** A checked creation template. */
export type CreationTemplate = z.output<typeof creationTemplate>;
