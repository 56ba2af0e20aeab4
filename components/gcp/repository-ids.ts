import type { Path } from "../core/fields";
import { keyOf } from "../core/messages";
import type { Problem } from "../core/problems";

/** Grammar of a repository's id in Artifact Registry: lower-case letters, digits and hyphens, 63 at most, starting with a letter. */
export const repositoryIdGrammar = /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** The grammar in words, for messages. */
export const repositoryIdRule =
  "starts with a letter, ends with a letter or digit, and has only lower-case letters, digits and -, 63 at most";

/** Id of the Artifact Registry repository for a described one: `shop-api` for `shop/api`. */
export function repositoryId(name: string): string {
  return name.replace(/[/._]+/g, "-");
}

/** Name of the image in that repository: the last part of the described name, `api` for `shop/api`. */
export function imageName(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}

/** A name that becomes a repository, and where the description has it. */
export interface NamedRepository {
  name: string;
  path: Path;
}

/** Problems of names that Artifact Registry does not accept, and of those that would become the same repository. */
export function repositoryIdProblems(named: readonly NamedRepository[]): Problem[] {
  const first = new Map<string, NamedRepository>();
  return named.flatMap(({ name, path }) => {
    const id = repositoryId(name);
    const becomes = id === name ? `"${name}"` : `"${name}" becomes ${id}, which`;
    if (!repositoryIdGrammar.test(id)) {
      return [
        {
          key: keyOf(path),
          message: `${becomes} is not a valid name for a repository in Artifact Registry: a name ${repositoryIdRule}`,
        },
      ];
    }
    const other = first.get(id);
    if (other === undefined) {
      first.set(id, { name, path });
      return [];
    }
    // Equal names are reported once, by the rule for all targets.
    if (other.name === name && other.path[0] === path[0] && path[0] !== "gcp") return [];
    return [
      {
        key: keyOf(path),
        message: `"${name}" becomes the repository ${id}, as "${other.name}" of ${keyOf(other.path)} does`,
      },
    ];
  });
}
