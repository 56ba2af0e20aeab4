import { unknownRepository, repositoryNames } from "../model/repositories";
import type { SharedDescription } from "../model/description";
import { keyOf, removeCommand, setCommand, shown } from "../core/messages";
import type { Problem } from "../core/problems";
import { wrote, type Written } from "../core/rule";

import { BuildCache, type Build, defaultBranch } from "../model/builds";
import { Target } from "../model/environment";
import type { Repository } from "../model/repositories";
import { matchesPattern } from "../model/tag-patterns";
import { isExact } from "./branches";
import { cacheTag } from "./docker-script";
import { asTag, templateParts, wordsIn } from "./tags";

/** What repositories a rule needs to know of. */
export type Repositories = Pick<SharedDescription, "repositories" | "target">;

/** The repository of that name. */
function repositoryOf(name: string, { repositories }: Repositories): Repository | undefined {
  return repositories.find((one) => one.name === name);
}

/**
 * Patterns of the tags that may move in a repository; undefined where every tag may. ACR and distribution let all tags move;
 * immutable tags of Artifact Registry have no exceptions.
 */
function movableTags(repository: Repository | undefined, d: Repositories): string[] | undefined {
  if (repository === undefined) return undefined;
  if (d.target !== Target.Aws && d.target !== Target.Gcp) return undefined;
  const { enabled, except } = repository.immutableTags;
  if (!enabled) return undefined;
  return d.target === Target.Aws ? except : [];
}

/** What lets tags of a repository move: the words for the message, and the command. */
function exception(
  repository: Repository,
  pattern: string,
  d: Repositories,
  written: Written,
): { words: string; fix: string } {
  const entry = ["repositories", d.repositories.indexOf(repository)];
  // The default repository has no entry that a command could change.
  const path = [...(wrote(written, entry) ? entry : []), "immutableTags"];
  if (d.target === Target.Gcp) {
    return { words: "let its tags move", fix: setCommand([...path, "enabled"], false) };
  }
  const { except } = repository.immutableTags;
  // A new block replaces the default, so it begins with that.
  const [begin, added] = wrote(written, path)
    ? [except.length, [pattern]]
    : [0, [...except, pattern]];
  const commands = added.map((tag, i) => setCommand([...path, "except", begin + i], tag));
  return { words: "except it", fix: commands.join(" && ") };
}

/** The problems of a build's tags that a repository whose tags may not move would refuse at the second push. */
export function movingTagProblems(
  build: Build,
  index: number,
  d: Repositories,
  written: Written,
): Problem[] {
  const { schedule, onBaseImage } = build;
  const repository = repositoryOf(build.repository, d);
  const movable = movableTags(repository, d);
  if (repository === undefined || movable === undefined) return [];
  return build.tags.flatMap((template, i) => {
    const path = ["builds", index, "tags", i];
    const { tag, pattern } = sampleTag(template, build);
    if (!moves(template, build) || movable.some((one) => matchesPattern(one, tag))) return [];
    const again = schedule !== undefined || onBaseImage;
    const seen = `${shown(template)} is pushed by ${again ? "every build of a commit" : "more builds than one"}, and the tags of ${repository.name} may not move; add {build} to it`;
    // An exception for any text would be one for every tag.
    if (!/[A-Za-z0-9]/.test(pattern)) {
      return [{ key: keyOf(path), message: seen, fix: setCommand(path, `${template}-{build}`) }];
    }
    const { words, fix } = exception(repository, pattern, d, written);
    return [{ key: keyOf(path), message: `${seen}, or ${words}`, fix }];
  });
}

/**
 * Whether two builds may push the same tag. A commit is built once where only commits start builds, and so is a Git tag; the
 * number of a build is its own.
 */
function moves(template: string, { schedule, onBaseImage }: Build): boolean {
  const words = wordsIn(template);
  const again = schedule !== undefined || onBaseImage;
  const fixed = again ? ["build"] : ["build", "commit", "shortCommit", "tag", "semver"];
  return !words.some((word) => fixed.includes(word));
}

/** A tag that a template may give, and the pattern of all that it gives. */
function sampleTag(
  template: string,
  { branch = defaultBranch, tag }: Build,
): { tag: string; pattern: string } {
  const known = tag === undefined && isExact(branch) ? asTag(branch) : undefined;
  const filled = (unknown: string) =>
    templateParts(template)
      .map((part) =>
        "text" in part ? part.text : part.word === "branch" ? (known ?? unknown) : unknown,
      )
      .join("");
  return { tag: filled("0sample"), pattern: filled("*").replace(/\*+/g, "*") };
}

/** The problems of where a build keeps its layers. */
export function cacheProblems(
  build: Build,
  index: number,
  d: Repositories,
  written: Written,
): Problem[] {
  const { kind, repository } = build.cache;
  const path = ["builds", index, "cache", "repository"];
  if (kind !== BuildCache.Registry) {
    if (repository === undefined) return [];
    return [
      {
        key: keyOf(path),
        message: `is only for cache.kind registry; a cache of kind ${kind} has no repository`,
        fix: removeCommand(path),
      },
    ];
  }
  if (repository === undefined) {
    const known = repositoryNames(d);
    return [
      {
        key: keyOf(path),
        message: "is missing; a cache of kind registry is kept in a repository of this description",
        ...(known.includes(build.repository) && { fix: setCommand(path, build.repository) }),
      },
    ];
  }
  const unknown = unknownRepository(path, repository, d);
  if (unknown.length > 0) return unknown;
  const kept = repositoryOf(repository, d);
  const movable = movableTags(kept, d);
  const tag = cacheTag(build);
  if (
    kept === undefined ||
    movable === undefined ||
    movable.some((pattern) => matchesPattern(pattern, tag))
  )
    return [];
  const { words, fix } = exception(kept, tag, d, written);
  return [
    {
      key: keyOf(path),
      message: `${shown(repository)} lets no tag move, and the cache is one, ${tag}; name another repository, or ${words}`,
      fix,
    },
  ];
}
