import { z } from "zod";

/** The word for a connection of the stack's that somebody has authorised. */
export const authorised = "authorised";

/** How much a build gets ("Build environment compute modes and types" of CodeBuild's user guide). */
export const ComputeType = {
  Small: "small",
  Medium: "medium",
  Large: "large",
  XLarge: "xlarge",
} as const;
export type ComputeType = (typeof ComputeType)[keyof typeof ComputeType];

/** Days for which CloudWatch can keep a log (PutRetentionPolicy of its API). */
const logDays = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731] as const;

/** Schema of `wharf:aws.builds`: what CodeBuild has beside what every platform takes. */
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
      description: `Connections to hosts of source code, \`github.com\` say: the ARN of one that is there and authorised, or \`${authorised}\` once somebody has authorised the one that the stack made. A host without makes one, and its builds wait for it. Defaults to none.`,
    }),
  computeType: z.enum(ComputeType).default(ComputeType.Small).meta({
    description:
      "What a build runs on: `small` has 2 processors and 4 GB, `medium` 4 and 7, `large` 8 and 15, `xlarge` 36 and 70. Defaults to small.",
  }),
  logDays: z
    .union(
      logDays.map((days) => z.literal(days)),
      {
        error: `is no time that CloudWatch keeps a log: ${logDays.join(", ")}`,
      },
    )
    .default(30)
    .meta({ description: "Time in days for which the logs of builds are kept. Defaults to 30." }),
});

/** Checked settings of CodeBuild. */
export type AwsBuildSettings = z.output<typeof buildSettings>;
