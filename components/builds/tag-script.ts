import { isExact } from "./branches";
import { defaultBranch } from "./defaults";
import type { Build, TagWord } from "./settings";
import { asTag, roomForNames, templateParts, usedWords } from "./templates";

/** What a platform's shell knows of a build: each an expansion of a POSIX shell, as it stands in double quotes. */
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
  `printf '%s\\n' "$version" | grep -Eq '^[0-9]+[.][0-9]+[.][0-9]+(-|$)' || { echo "$ref is no version such as v1.2.3, which {semver} asks for." >&2; false; }`,
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

/** A variable in braces, so that text after it is no part of its name. */
function bounded(name: string): string {
  return `\${${name.slice(1)}}`;
}
