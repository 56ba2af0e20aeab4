import { withDefaults } from "../../components/model/description";
import { isBlock } from "../../components/description/shared";
import { descriptionSchema, type Key } from "../../components/description/schema";
import type { StackFile } from "../stack/stack-file";

/** What stands for a value that Pulumi encrypted. */
const hidden = "[secret]";

/**
 * What a stack's config comes to: its file over wharf.yaml, with every default filled in and its secrets hidden. A key that is
 * wrong stands as it was written, since the differences of a wrong description are worth seeing too.
 * @returns values by config key, `wharf:target` as `aws:region`
 */
export function effectiveConfig(file: StackFile): Record<string, unknown> {
  const foreign = Object.entries(file.ownConfig()).filter(([key]) => !key.startsWith("wharf:"));
  const shape = descriptionSchema.shape;
  const written = (Object.keys(shape) as Key[]).map(
    (key) => [key, withoutCiphers(file.config(`wharf:${key}`))] as const,
  );
  const parsed = written.map(([key, value]) => {
    const result = shape[key].safeParse(value);
    return [key, result.success ? result.data : undefined, result.success, value] as const;
  });
  const right = Object.fromEntries(
    parsed.flatMap(([key, data, success]) => (success ? [[key, data]] : [])),
  );
  const filled = withDefaults({ ...descriptionSchema.parse({}), ...right } as ReturnType<
    typeof descriptionSchema.parse
  >);
  const wrong = Object.fromEntries(
    parsed.flatMap(([key, , success, value]) => (success ? [] : [[key, value]])),
  );
  const own = Object.entries({ ...filled, ...wrong }).map(
    ([key, value]) => [`wharf:${key}`, value] as const,
  );
  return withoutCiphers(Object.fromEntries([...own, ...foreign])) as Record<string, unknown>;
}

/** A value with a mark in place of everything that Pulumi encrypted. */
export function withoutCiphers(value: unknown): unknown {
  if (isCipher(value)) return hidden;
  if (Array.isArray(value)) return value.map(withoutCiphers);
  if (!isBlock(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, withoutCiphers(part)]),
  );
}

/** Whether a value is one that Pulumi encrypted, as a stack's file holds it. */
export function isCipher(value: unknown): boolean {
  return isBlock(value) && Object.keys(value).join() === "secure";
}
