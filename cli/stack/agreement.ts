import { replaceImagesVariable, takeOverVariable } from "../../components/state/kept-images";

/** What a command line agrees to beside the description, for the run that it is given to. */
export interface Agreement {
  /** Names of the resources whose replacement or deletion is agreed to, as `wharf preview` has them. */
  replaceImages?: string[];
  /** Name of the volume that an earlier stack of the name kept, to be taken over with the images in it. */
  takeOver?: string;
}

/**
 * Tells the program, which looks at the state and at the platform itself, what is agreed to. By variables of this process, so that
 * it holds for one run and nobody commits it; a plain `pulumi` is told by the same.
 */
export function agree({ replaceImages = [], takeOver }: Agreement): void {
  if (replaceImages.length > 0) process.env[replaceImagesVariable] = replaceImages.join(",");
  if (takeOver !== undefined) process.env[takeOverVariable] = takeOver;
}
