import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { Target } from "../model/environment";
import { DescriptionError } from "../core/problems";

const substitutes = z.record(z.string(), z.string());

/**
 * File in which a machine says which images a stack runs on its Docker engine in place of those that it cannot pull: a JSON object
 * of references by the references that they replace. What a machine lacks is not part of the description, so Git ignores the file.
 * @param directory of the project
 */
export function substitutesFile(directory: string, stack: string): string {
  return path.join(directory, ".wharf", "images", `${stack}.json`);
}

/**
 * The images that a stack runs, with this machine's substitutes; only on the target docker, since no other runs images of this
 * machine.
 * @throws DescriptionError where the file of substitutes cannot be read
 */
export function withSubstitutes<Images extends Record<string, string>>(
  { target, images }: { target: Target; images: Images },
  directory: string,
  stack: string,
): Images {
  const file = substitutesFile(directory, stack);
  if (target !== Target.Docker || !existsSync(file)) return images;
  const read = readSubstitutes(file);
  return Object.fromEntries(
    Object.entries(images).map(([role, reference]) => [role, read[reference] ?? reference]),
  ) as Images;
}

/**
 * References by the references that they replace, as the file holds them.
 * @throws DescriptionError where the file cannot be read
 */
export function readSubstitutes(file: string): Record<string, string> {
  try {
    return substitutes.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    throw new DescriptionError(file, [
      {
        key: file,
        message: "is not a JSON object of image references; the next wharf up writes it again",
        fix: `rm '${file}'`,
      },
    ]);
  }
}
