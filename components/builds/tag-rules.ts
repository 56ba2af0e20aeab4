import { keyOf, nearest, setCommand, shown } from "../description/messages";
import type { Problem } from "../description/problems";
import { tagWords, type BuildSettings } from "./settings";
import {
  isName,
  isTagWord,
  longestTag,
  roomForNames,
  roomLeft,
  templateParts,
  wordsIn,
} from "./templates";

const words = Object.keys(tagWords);

/** The problems of a build's tag templates: words that there are not, or that its builds do not have, and what is no tag. */
export function tagProblems(build: BuildSettings, index: number): Problem[] {
  return build.tags.flatMap((template, i) => {
    const path = ["builds", index, "tags", i];
    const wrong = [...new Set(wordsIn(template))].flatMap((word) =>
      wordProblem(word, template, build, path),
    );
    if (wrong.length > 0) return wrong;
    if (isTag(template)) return [];
    return [
      {
        key: keyOf(path),
        message: `${shown(template)} gives no tag: letters, digits and _ . - are allowed, . and - not at the beginning, ${longestTag} characters at most`,
      },
    ];
  });
}

function wordProblem(
  word: string,
  template: string,
  build: BuildSettings,
  path: (string | number)[],
): Problem[] {
  if (!isTagWord(word)) {
    const meant = nearest(word, words);
    const message = `${shown(template)} holds {${word}}, which stands for nothing`;
    if (meant === undefined) {
      return [
        {
          key: keyOf(path),
          message: `${message}; known are ${words.map((known) => `{${known}}`).join(", ")}`,
        },
      ];
    }
    const meantTemplate = template.replaceAll(`{${word}}`, `{${meant}}`);
    return [
      {
        key: keyOf(path),
        message: `${message}; did you mean {${meant}}?`,
        fix: setCommand(path, meantTemplate),
      },
    ];
  }
  const ofTag = word === "tag" || word === "semver";
  const key = keyOf(path);
  if (ofTag && build.tag === undefined) {
    return [
      {
        key,
        message: `{${word}} is there where a Git tag starts the build, and this one is started by a branch; name the tags in ${keyOf([...path.slice(0, 2), "tag"])}, or use {commit} or {branch}`,
        fix: setCommand([...path.slice(0, 2), "tag"], "v*"),
      },
    ];
  }
  if (word === "branch" && build.tag !== undefined) {
    return [
      {
        key,
        message:
          "{branch} is there where a branch starts the build, and this one is started by Git tags; use {tag} or {semver}",
        fix: setCommand(path, template.replaceAll("{branch}", "{tag}")),
      },
    ];
  }
  return [];
}

/** Fewest characters of a branch or Git tag that still tell it from others. */
const leastOfName = 8;

/** Whether a template with known words gives a tag of the OCI distribution specification 1.1, whatever stands for the words. */
function isTag(template: string): boolean {
  const parts = templateParts(template);
  const sample = parts.map((part) => ("text" in part ? part.text : "0")).join("");
  const room = parts.some(isName) ? roomForNames(template) - leastOfName : roomLeft(template);
  return /^\w[\w.-]*$/.test(sample) && room >= 0;
}
