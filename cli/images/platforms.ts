import { InvalidArgumentError } from "commander";

/** Architectures that distribution is built for, as Go names them. */
export const architectures = ["amd64", "arm64"] as const;
export type Architecture = (typeof architectures)[number];

/** Architectures with commas between them, also in Docker's words: `linux/amd64`. */
export function platforms(text: string): Architecture[] {
  return text.split(",").map((word) => {
    const found = architectures.find((one) => one === word.trim().replace(/^linux\//, ""));
    if (found !== undefined) return found;
    throw new InvalidArgumentError(
      `"${word}" is not one of ${architectures.map((one) => `linux/${one}`).join(", ")}.`,
    );
  });
}

/** One of them. */
export function platform(text: string): Architecture {
  const [found, second] = platforms(text);
  if (found !== undefined && second === undefined) return found;
  throw new InvalidArgumentError("Give one platform.");
}
