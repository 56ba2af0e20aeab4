import { z } from "zod";
import { accountId } from "../vocabulary";

/** ARN of a KMS key; an alias or a bare identifier would come back as the ARN, and what it encrypts be replaced for it. */
export const keyArnPattern = /^arn:aws(-[a-z]+)*:kms:[a-z0-9-]+:\d{12}:key\/[a-z0-9-]+$/;

/** Schema of an entry of `wharf:aws.replication`: a registry that images are copied to. */
export const replicationSettings = z.strictObject({
  region: z.string().min(1).meta({ description: "Region that images are copied to." }),
  account: accountId.optional().meta({
    description:
      "Account that images are copied to, 12 digits in quotes; it has to let this one in. Defaults to the stack's own.",
  }),
  repositories: z
    .array(
      z
        .string()
        .regex(
          /^[a-z0-9]+([._/-]+[a-z0-9]+)*\/?$/,
          "is neither a repository's name nor the beginning of one",
        ),
    )
    .default([])
    .meta({
      description:
        "What the names of the repositories begin with, `shop/` say. Defaults to the names of the description's repositories.",
    }),
  key: z.string().regex(keyArnPattern, "is no ARN of a KMS key").optional().meta({
    description:
      "KMS key of that region that encrypts the copies, required where `wharf:encryption.key` names one of this region. Defaults to one that the stack makes where it makes its own, and else to ECR's.",
  }),
});

/** A checked entry of `wharf:aws.replication`. */
export type Replication = z.output<typeof replicationSettings>;
