import { z } from "zod";

/** Schema of `wharf:lab`: when a lab is to go. */
export const labSettings = z.strictObject({
  ttlHours: z
    .number()
    .positive("is not above 0")
    .max(24 * 365, "is longer than a year; a registry that is to stay is no lab")
    .optional()
    .meta({
      description:
        "Time in hours from the first `up` after which `wharf reap` removes the stack with its images. Defaults to never.",
    }),
});
