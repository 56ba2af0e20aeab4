import { z } from "zod";

/** The value for a connection of the stack that somebody has authorised. */
export const authorised = "authorised";

/** Processors and memory of a build ("Build environment compute modes and types" of CodeBuild's user guide). */
export const ComputeType = {
  Small: "small",
  Medium: "medium",
  Large: "large",
  XLarge: "xlarge",
} as const;
export type ComputeType = (typeof ComputeType)[keyof typeof ComputeType];

/** Retention times in days of CloudWatch (PutRetentionPolicy of its API). */
const logDays = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731] as const;

/** Schema of `wharf:aws.builds`: settings that only CodeBuild has. */
export const buildSettings = z.strictObject({
  connections: z
    .record(
      z.string(),
      z
        .string()
        .regex(
          /^(authorised|arn:aws(-[a-z]+)*:(codeconnections|codestar-connections):[a-z0-9-]+:\d{12}:connection\/[a-f0-9-]{36})$/,
          `is neither ${authorised} nor the ARN of a connection, such as arn:aws:codeconnections:eu-central-1:123456789012:connection/01234567-89ab-cdef-0123-456789abcdef`,
        ),
    )
    .default({})
    .meta({
      description: `Connections to hosts of source code, for example \`github.com\`: the ARN of an existing, authorised connection, or \`${authorised}\` once somebody has authorised the one that the stack created. A host without one gets one, and its builds wait for it. Defaults to none.`,
    }),
  computeType: z.enum(ComputeType).default(ComputeType.Small).meta({
    description:
      "What a build runs on: `small` has 2 processors and 4 GB, `medium` 4 and 7, `large` 8 and 15, `xlarge` 36 and 70. Defaults to small.",
  }),
  logDays: z
    .union(
      logDays.map((days) => z.literal(days)),
      {
        error: `is not a retention time of CloudWatch: ${logDays.join(", ")}`,
      },
    )
    .default(30)
    .meta({ description: "Days for which the logs of builds are kept. Defaults to 30." }),
});

/** Checked settings of CodeBuild. */
export type AwsBuildSettings = z.output<typeof buildSettings>;
