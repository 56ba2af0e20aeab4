import { createHash } from "node:crypto";

/** What a platform takes for a name or a label's value. */
export interface NameRule {
  /** What it accepts as it is. */
  valid: RegExp;
  /** Most characters. */
  longest: number;
  /** Characters that it does not accept, each of which becomes a hyphen; with the flag `g`. */
  refused: RegExp;
}

/**
 * A text as a platform takes it: one that fits stays as it is. Another is changed where it must be, begins and ends with a letter
 * or a digit, and gets six digits of a hash of the whole text, so that two that differ stay two.
 */
export function fitting(text: string, { valid, longest, refused }: NameRule): string {
  if (valid.test(text) && text.length <= longest) return text;
  const plain = trimmed(text.replace(refused, "-"));
  const digits = createHash("sha256").update(text).digest("hex").slice(0, 6);
  const kept = trimmed(plain.slice(0, longest - digits.length - 1));
  return kept === "" ? digits : `${kept}-${digits}`;
}

/** Without what is not a letter or digit at both ends. */
function trimmed(text: string): string {
  return text.replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, "");
}

/** Values of labels of Kubernetes: 63 letters, digits, `-`, `_` and `.`, a letter or a digit at both ends. */
const kubernetesLabel: NameRule = {
  valid: /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/,
  longest: 63,
  refused: /[^A-Za-z0-9._-]/g,
};

/** A stack's name as the value of a label of Kubernetes; Pulumi takes up to 100 characters, and any of them at both ends. */
export function stackLabelValue(stack: string): string {
  return fitting(stack, kubernetesLabel);
}
