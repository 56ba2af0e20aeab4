import { type Build, defaultBranch, type TagWord, tagWords } from "../model/builds";
import { isExact } from "./branches";

/** A piece of a tag template: plain text, or a word that the build fills in. */
export type TemplatePart = { text: string } | { word: TagWord };

/** Length of the longest tag (OCI distribution specification 1.1, "Pulling manifests"). */
export const longestTag = 128;

/**
 * Most characters that each word brings; those of `branch`, `tag` and `semver` are as long as a person makes them, so that
 * they get what is left. A commit is a SHA-1, and a build of Cloud Build has a UUID.
 */
const widths: Partial<Record<TagWord, number>> = { commit: 40, shortCommit: 7, build: 36, date: 8 };

/** Whether a text is a word that tag templates have in braces. */
export function isTagWord(word: string): word is TagWord {
  return Object.hasOwn(tagWords, word);
}

/** The pieces of a tag template. An unknown word in braces is text; the rules refuse it. */
export function templateParts(template: string): TemplatePart[] {
  return template
    .split(/(\{[^{}]*\})/)
    .filter((piece) => piece !== "")
    .map((piece) => {
      const word = /^\{(.*)\}$/.exec(piece)?.[1] ?? "";
      return isTagWord(word) ? { word } : { text: piece };
    });
}

/** The words that a template holds in braces, known or not. */
export function wordsIn(template: string): string[] {
  return [...template.matchAll(/\{([^{}]*)\}/g)].map(([, word = ""]) => word);
}

/** Every known word that any tag of a build holds. */
export function usedWords({ tags }: Pick<Build, "tags">): Set<TagWord> {
  return new Set(tags.flatMap(wordsIn).filter(isTagWord));
}

/** Characters of a tag that are left for names of branches and Git tags; below zero where the rest is too long already. */
export function roomLeft(template: string): number {
  return templateParts(template)
    .map((part) => ("word" in part ? (widths[part.word] ?? 0) : part.text.length))
    .reduce((room, length) => room - length, longestTag);
}

/** Most characters that each name of a branch or Git tag may bring to a tag of this template, so that the tag is not too long. */
export function roomForNames(template: string): number {
  const names = templateParts(template).filter(isName).length;
  return Math.floor(roomLeft(template) / Math.max(1, names));
}

/** Whether a piece is a name that a person gave, as long as it may be. */
export function isName(part: TemplatePart): boolean {
  return "word" in part && widths[part.word] === undefined;
}

/** A branch or Git tag as a registry's tag takes it: - for what no tag may hold, _ for a . or - that would stand first. */
export function asTag(name: string): string {
  return name.replace(/[^\w.-]/g, "-").replace(/^[.-]/, "_");
}

/** What a platform's shell knows of a build: each an expansion of a POSIX shell, as it is written in double quotes. */
export interface BuildVariables {
  /** Full hash of the commit. */
  commit: string;
  /** Branch or Git tag that started the build, with or without `refs/heads/` or `refs/tags/` before it. */
  ref: string;
  /** Number or id of the build. */
  build: string;
}

const shellNames: Record<TagWord, string> = {
  commit: "$commit",
  shortCommit: "$short_commit",
  branch: "$ref",
  tag: "$ref",
  semver: "$version",
  build: "$build_id",
  date: "$date",
};

/** Name of the shell variable that holds a build's tag of this index. */
export function tagVariable(index: number): string {
  return `tag_${index + 1}`;
}

/**
 * Commands of a POSIX shell that put the build's tags into `tag_1`, `tag_2` and so on. Each ends with the exit code of what it
 * did, so that a shell that stops at the first failure stops where a tag cannot be made.
 */
export function tagLines(build: Build, variables: BuildVariables): string[] {
  const used = usedWords(build);
  return [
    ...(used.has("commit") ? [`commit="${variables.commit}"`] : []),
    ...(used.has("shortCommit") ? [`short_commit="$(printf '%.7s' "${variables.commit}")"`] : []),
    ...refLines(build, used, variables),
    ...(used.has("build") ? [`build_id="${variables.build}"`] : []),
    ...(used.has("date") ? [`date="$(date -u +%Y%m%d)"`] : []),
    ...build.tags.map((template, i) => `${tagVariable(i)}="${tagOf(template)}"`),
  ];
}

/** Commands that find the branch or Git tag, where a template asks for it. */
function refLines(build: Build, used: Set<TagWord>, { ref }: BuildVariables): string[] {
  if (!(["branch", "tag", "semver"] as const).some((word) => used.has(word))) return [];
  const { tag, branch = defaultBranch } = build;
  const kind = tag === undefined ? "branch" : "tag";
  // One branch is known before the build, even where somebody starts it by hand and names none.
  if (tag === undefined && isExact(branch)) return [`ref=${asTag(branch)}`];
  const clean = `sed 's|^refs/[a-z]*/||' | LC_ALL=C tr -c 'A-Za-z0-9_.-' '-' | sed 's/^[.-]/_/'`;
  return [
    `ref="$(printf '%s' "${ref}" | ${clean})"`,
    `[ -n "$ref" ] || { echo 'This build was started without a ${kind}, which its tags are made of.' >&2; false; }`,
    ...(used.has("semver") ? versionLines : []),
  ];
}

const versionLines = [
  'version="${ref#v}"',
  `printf '%s\\n' "$version" | grep -Eq '^[0-9]+[.][0-9]+[.][0-9]+(-|$)' || { echo "$ref is not a version such as v1.2.3, which {semver} needs." >&2; false; }`,
];

/** A template as a text in a shell's double quotes. */
function tagOf(template: string): string {
  const room = roomForNames(template);
  return templateParts(template)
    .map((part) => {
      if ("text" in part) return part.text.replace(/["$`\\]/g, "\\$&");
      const name = shellNames[part.word];
      const long = name === "$ref" || name === "$version";
      return long ? `$(printf '%.${room}s' "${name}")` : bounded(name);
    })
    .join("");
}

/** A variable in braces, so that text after it is not part of its name. */
function bounded(name: string): string {
  return `\${${name.slice(1)}}`;
}
