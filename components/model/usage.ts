import { z } from "zod";

const amount = (description: string) => z.number().min(0).default(0).meta({ description });

/** Schema of `wharf:usage`: what a month is expected to bring, for the estimate of its cost alone. */
export const usageSettings = z.strictObject({
  storedGb: amount(
    "Images that are kept, in GB, layers that images share counted once. Defaults to 0.",
  ),
  newImages: amount("Images that are pushed in a month, each digest once. Defaults to 0."),
  pulledGb: z
    .strictObject({
      sameRegion: amount(
        "GB that are pulled in a month from the registry's own region. Defaults to 0.",
      ),
      otherRegions: amount(
        "GB that are pulled in a month from other regions of the cloud. Defaults to 0.",
      ),
      internet: amount("GB that are pulled in a month from outside of the cloud. Defaults to 0."),
    })
    .prefault({})
    .meta({ description: "What is pulled in a month." }),
  buildMinutes: amount("Minutes that builds run in a month. Defaults to 0."),
});

/** Checked `wharf:usage`. */
export type Usage = z.output<typeof usageSettings>;
