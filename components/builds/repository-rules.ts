import { withRepositoryDefaults } from "../description/defaults";
import { Target } from "../description/choices";
import type { Path } from "../description/fields";
import { keyOf, nearest, removeCommand, setCommand, shown } from "../description/messages";
import type { Problem } from "../description/problems";
import { repositorySettings } from "../description/repositories";
import type { Parsed } from "../description/schema";
import { matchesPattern } from "../retention/patterns";
import { defaultBranch, buildName } from "./defaults";
import { cacheTag } from "./docker-script";
import { isExact } from "./branches";
import { BuildCache, type BuildSettings } from "./settings";
import { asTag, templateParts, wordsIn } from "./templates";

/** What repositories a rule needs to know of. */
export type Repositories = Pick<
  Parsed,
  "repositories" | "engine" | "target" | "environment" | "immutableTags" | "scan" | "retention"
>;

/** Names of the repositories of a description; one that names none has `app`, unless it is a proxy. */
export function repositoryNames({
  repositories,
  engine,
}: Pick<Parsed, "repositories" | "engine">): string[] {
  if (repositories.length > 0) return repositories.map(({ name }) => name);
  return engine.proxy === undefined ? ["app"] : [];
}

/** The problem of a name at `path` that no repository of the description has; none where one has it. */
export function unknownRepository(name: string, path: Path, known: readonly string[]): Problem[] {
  if (known.includes(name)) return [];
  const meant = nearest(name, known);
  const message = `${shown(name)} is no repository of this description`;
  return meant === undefined
    ? [{ key: keyOf(path), message: `${message}, which has ${known.join(", ") || "none"}` }]
    : [
        {
          key: keyOf(path),
          message: `${message}; did you mean ${meant}?`,
          fix: setCommand(path, meant),
        },
      ];
}

/** A repository that the description names, or the one that it has without a word. */
function repositoryOf(
  name: string,
  { repositories }: Repositories,
): Parsed["repositories"][number] {
  return repositories.find((one) => one.name === name) ?? repositorySettings.parse({ name });
}

/**
 * Patterns of the tags that may move in a repository; undefined where every tag may. ACR and distribution let all tags move;
 * immutable tags of Artifact Registry know no exceptions.
 */
function movableTags(name: string, d: Repositories): string[] | undefined {
  if (!repositoryNames(d).includes(name)) return undefined;
  if (d.target !== Target.Aws && d.target !== Target.Gcp) return undefined;
  const { enabled, except } = withRepositoryDefaults(repositoryOf(name, d), d).immutableTags;
  if (!enabled) return undefined;
  return d.target === Target.Aws ? except : [];
}

/** What lets tags of a repository move: the words for it, and the command. */
function exception(name: string, pattern: string, d: Repositories): { words: string; fix: string } {
  const index = d.repositories.findIndex((one) => one.name === name);
  const repository = repositoryOf(name, d);
  const path = [...(index < 0 ? [] : ["repositories", index]), "immutableTags"];
  if (d.target === Target.Gcp) {
    return { words: "let its tags move", fix: setCommand([...path, "enabled"], false) };
  }
  const { except } = withRepositoryDefaults(repository, d).immutableTags;
  const own = index < 0 ? d.immutableTags : repository.immutableTags;
  // A block that is made now takes the place of what holds by default, so that it begins with that.
  const [begin, added] = own === undefined ? [0, [...except, pattern]] : [except.length, [pattern]];
  const commands = added.map((tag, i) => setCommand([...path, "except", begin + i], tag));
  return { words: "except it", fix: commands.join(" && ") };
}

/** The problems of a build's tags that a repository whose tags may not move would refuse at the second push. */
export function movingTagProblems(build: BuildSettings, index: number, d: Repositories): Problem[] {
  const { repository, schedule, onBaseImage } = build;
  const movable = movableTags(repository, d);
  if (movable === undefined) return [];
  return build.tags.flatMap((template, i) => {
    const path = ["builds", index, "tags", i];
    const { tag, pattern } = sampleTag(template, build);
    if (!moves(template, build) || movable.some((one) => matchesPattern(one, tag))) return [];
    const again = schedule !== undefined || onBaseImage;
    const seen = `${shown(template)} is pushed by ${again ? "every build of a commit" : "more builds than one"}, and the tags of ${repository} may not move; add {build} to it`;
    // An exception for any text would be one for every tag.
    if (!/[A-Za-z0-9]/.test(pattern)) {
      return [{ key: keyOf(path), message: seen, fix: setCommand(path, `${template}-{build}`) }];
    }
    const { words, fix } = exception(repository, pattern, d);
    return [{ key: keyOf(path), message: `${seen}, or ${words}`, fix }];
  });
}

/**
 * Whether two builds may push the same tag. A commit is built once where only commits start builds, and so is a Git tag; the
 * number of a build is its own.
 */
function moves(template: string, { schedule, onBaseImage }: BuildSettings): boolean {
  const words = wordsIn(template);
  const again = schedule !== undefined || onBaseImage;
  const fixed = again ? ["build"] : ["build", "commit", "shortCommit", "tag", "semver"];
  return !words.some((word) => fixed.includes(word));
}

/** A tag that a template may give, and the pattern of all that it gives. */
function sampleTag(
  template: string,
  { branch = defaultBranch, tag }: BuildSettings,
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
export function cacheProblems(build: BuildSettings, index: number, d: Repositories): Problem[] {
  const { kind, repository } = build.cache;
  const path = ["builds", index, "cache", "repository"];
  if (kind !== BuildCache.Registry) {
    if (repository === undefined) return [];
    return [
      {
        key: keyOf(path),
        message: `goes with cache.kind registry; a cache of kind ${kind} has no repository`,
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
  const unknown = unknownRepository(repository, path, repositoryNames(d));
  if (unknown.length > 0) return unknown;
  const movable = movableTags(repository, d);
  const tag = cacheTag({ name: buildName(build) });
  if (movable === undefined || movable.some((pattern) => matchesPattern(pattern, tag))) return [];
  const { words, fix } = exception(repository, tag, d);
  return [
    {
      key: keyOf(path),
      message: `${shown(repository)} lets no tag move, and the cache is one, ${tag}; name another repository, or ${words}`,
      fix,
    },
  ];
}
