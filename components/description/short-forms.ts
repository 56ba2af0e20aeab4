/** Blocks of which one key says most, by that key: its value may be written in place of the block, as in `wharf:auth: roles`. */
const shortForms: Record<string, string> = { auth: "mode" };

/** Keys that have a short form, without `wharf:`; Pulumi.yaml gives them no type, since the engine knows none for two forms. */
export const keysWithShortForm: readonly string[] = Object.keys(shortForms);

/**
 * Values of a description with every short form written out. A word that the key does not know stays as it is; the schema refuses it
 * under the key that it is for.
 * @param values by key, without `wharf:`
 */
export function withoutShortForms(values: Record<string, unknown>): Record<string, unknown> {
  const written = Object.entries(shortForms).flatMap(([key, of]) => {
    const value = values[key];
    return typeof value === "string" && value !== "" ? [[key, { [of]: value }]] : [];
  });
  return { ...values, ...(Object.fromEntries(written) as Record<string, unknown>) };
}
