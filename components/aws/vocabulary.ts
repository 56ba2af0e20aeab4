import { z } from "zod";

// Grammars and lengths are those of the service model of ECR's API, 2015-09-21.

/** An account of AWS: twelve digits, zeros at the front among them, so that it is a text and stands in quotes. */
export const accountId = z
  .string({
    error: ({ input }) =>
      typeof input === "number" && String(input).length < 12
        ? `is not an account: YAML drops the zeros at the front of a number; put all 12 digits in quotes, "${String(input).padStart(12, "0")}"`
        : undefined,
  })
  .regex(/^\d{12}$/, {
    error: ({ input }) => {
      const digits = /^\d+$/.test(String(input)) ? ` and not ${String(input).length}` : "";
      return `is no account, which has 12 digits${digits}: "123456789012"`;
    },
  });

/** A role or user of IAM by its ARN, in any partition. */
export const identityArn = z
  .string()
  .max(200, "is longer than 200 characters, the most that ECR takes for a principal")
  .regex(
    /^arn:aws(-[a-z]+)*:iam::\d{12}:(role|user)\/[\w+=,.@-]+(\/[\w+=,.@-]+)*$/,
    "is no role or user, such as arn:aws:iam::123456789012:role/ci",
  );

/** Prefix of repositories' names, or ROOT for those that no other prefix matches. */
export const repositoryPrefix = z
  .string()
  .max(256, "is longer than 256 characters")
  .regex(
    /^(ROOT|[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*\/?)$/,
    "is no prefix of repository names: lower-case letters, digits and . _ - / between them, or ROOT for all",
  );
