/** The beginning of every repository's name that a pattern may have: lower-case letters, digits and separators, with * and **. */
const patternText =
  /^(\*{1,2}|[a-z0-9*]([a-z0-9._*-]*[a-z0-9*])?)(\/(\*{1,2}|[a-z0-9*]([a-z0-9._*-]*[a-z0-9*])?))*$/;

/** Whether a text is the name of a repository, or a pattern of names: `shop/api`, `shop/*`, `shop/**`. */
export function isRepositoryPattern(text: string): boolean {
  return patternText.test(text) && !text.includes("***");
}

/** Whether a text stands for more than one name. */
export function isPattern(text: string): boolean {
  return text.includes("*");
}

/**
 * Whether a pattern matches a name, as the registry's program reads it: `*` stands for any characters within one part of a name, `**` for
 * any over parts; anchored at both ends, so that `shop/*` is not `shop/a/b`, and `shop/**` is not `shop`.
 */
export function matchesPattern(pattern: string, name: string): boolean {
  const expression = pattern
    .split(/(\*\*|\*)/)
    .map((part) => {
      if (part === "**") return ".*";
      return part === "*" ? "[^/]*" : part.replace(/[\\^$.|?+()[\]{}]/g, "\\$&");
    })
    .join("");
  return new RegExp(`^${expression}$`, "s").test(name);
}
