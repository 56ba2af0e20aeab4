import { createHash } from "node:crypto";

/**
 * A text as names of Google Cloud take it: lower-case letters, digits and single hyphens, at most so long. What is cut off, or
 * changed, leaves a trace of the whole text at the end, so that two that differ stay two.
 */
export function shortened(text: string, most: number): string {
  const plain = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  if (plain === text && plain.length <= most) return plain;
  const trace = createHash("sha256").update(text).digest("hex").slice(0, 6);
  return `${plain.slice(0, most - trace.length - 1).replace(/-$/, "")}-${trace}`;
}
