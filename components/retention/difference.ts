import type { ListedImage } from "./listing";
import type { Retention } from "./settings";

/** Something that a platform does otherwise than the model, which the self-hosted engine carries out to the letter. */
export interface Difference {
  /** What it does, as a whole sentence. */
  sentence: string;
  /** Whether it can matter with these settings. */
  concerns(retention: Retention): boolean;
  /** Whether it can change an outcome for the images of one repository; not called where it does not concern the settings. */
  shows(images: readonly ListedImage[], retention: Retention): boolean;
}

/** The sentences that matter with any of these settings. */
export function sentences(
  differences: readonly Difference[],
  retentions: readonly Retention[],
): string[] {
  return differences
    .filter(({ concerns }) => retentions.some(concerns))
    .map(({ sentence }) => sentence);
}
