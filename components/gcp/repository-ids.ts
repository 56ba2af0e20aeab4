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

/** Which Artifact Registry repositories hold several described ones. */
interface Sharing {
  sharedRepositories: readonly string[];
}

/** Where the images of a described repository are. */
export interface HeldIn {
  /** Id of the Artifact Registry repository. */
  id: string;
  /** Name of the image in it. */
  image: string;
  /** Whether the repository holds those of several described ones. */
  shared: boolean;
}

/**
 * Where the images of a described repository are: in one of their own, image `api` of `shop-api` for `shop/api`, or in the shared one
 * that is named by the first part, image `api` of `shop`.
 */
export function heldIn(name: string, { sharedRepositories }: Sharing): HeldIn {
  const slash = name.indexOf("/");
  const first = name.slice(0, Math.max(slash, 0));
  return sharedRepositories.includes(first)
    ? { id: first, image: name.slice(slash + 1), shared: true }
    : { id: repositoryId(name), image: name.slice(name.lastIndexOf("/") + 1), shared: false };
}

/** The description of a shared repository, by which the state shows that it is one; the same whatever images it holds. */
export function descriptionOfShared(id: string): string {
  return `Images below ${id}`;
}

/** Names of which each is in another Artifact Registry repository: of those in a shared one only the first. */
export function onePerRepository(names: readonly string[], gcp: Sharing): string[] {
  const first = new Map<string, string>();
  for (const name of names) {
    const { id } = heldIn(name, gcp);
    first.set(id, first.get(id) ?? name);
  }
  return [...first.values()];
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
