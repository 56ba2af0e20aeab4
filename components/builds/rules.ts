import { unknownRepository } from "../model/repositories";
import { repeated, standsTwice } from "../core/names";
import { type Rule, wrote, type Written } from "../core/rule";
import type { SharedDescription } from "../model/description";
import { keyOf, nearest, removeCommand, setCommand, shown } from "../core/messages";
import type { Problem } from "../core/problems";

import { type BuildSettings, tagWords } from "../model/builds";
import { selfHosted } from "../model/environment";
import { cacheProblems, movingTagProblems } from "./repository-rules";
import { contextProblems, runnerProblems, startProblems } from "./source-rules";
import {
  isName,
  isTagWord,
  longestTag,
  roomForNames,
  roomLeft,
  templateParts,
  wordsIn,
} from "./tags";

const words = Object.keys(tagWords);

/** The problems of a build's tag templates: unknown words, words that its builds do not have, and what is not a tag. */
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
        message: `${shown(template)} does not give a tag: letters, digits and _ . - are allowed, . and - not at the beginning, ${longestTag} characters at most`,
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
    const message = `${shown(template)} has {${word}}, which is not known`;
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
        message: `{${word}} is known only where a Git tag starts the build, and a branch starts this one; name the tags in ${keyOf([...path.slice(0, 2), "tag"])}, or use {commit} or {branch}`,
        fix: setCommand([...path.slice(0, 2), "tag"], "v*"),
      },
    ];
  }
  if (word === "branch" && build.tag !== undefined) {
    return [
      {
        key,
        message:
          "{branch} is known only where a branch starts the build, and Git tags start this one; use {tag} or {semver}",
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

/** A rule about each build by itself. */
function ofEach(
  needs: readonly (keyof SharedDescription)[],
  find: (
    build: SharedDescription["builds"][number],
    index: number,
    d: SharedDescription,
    written: Written,
  ) => Problem[],
): Rule<SharedDescription> {
  return {
    needs: ["builds", ...needs],
    find: (d, written) => d.builds.flatMap((build, index) => find(build, index, d, written)),
  };
}

/** Builds of one name would have one name on the platform; a build without one has its repository's. */
function sameNames({ builds }: SharedDescription, written: Written): Problem[] {
  const names = builds.map(({ name }) => name);
  return repeated(["builds"], names, {
    attribute: "name",
    message: (name, first, index) =>
      wrote(written, ["builds", index, "name"])
        ? standsTwice(name, first)
        : `is missing; without one the build is called ${name}, as ${first} is`,
    fix: (index) =>
      setCommand(["builds", index, "name"], `${names[index]?.slice(0, 37)}-${index + 1}`),
  });
}

/** A read-only registry refuses the images of builds too. */
function pushesToReadOnly({ builds, distribution, target }: SharedDescription): Problem[] {
  if (!distribution.readOnly || builds.length === 0 || !selfHosted.includes(target)) return [];
  return [
    {
      key: keyOf(["builds"]),
      message: "push images, and wharf:distribution.readOnly refuses every push",
      fix: removeCommand(["distribution", "readOnly"]),
    },
  ];
}

/** Rules across keys of `wharf:builds` that hold on every target. */
export const buildRules: Rule<SharedDescription>[] = [
  { needs: ["builds"], find: sameNames },
  { needs: ["builds", "distribution", "target"], find: pushesToReadOnly },
  ofEach(["repositories"], ({ repository }, index, d) =>
    unknownRepository(["builds", index, "repository"], repository, d),
  ),
  ofEach([], startProblems),
  ofEach(["target"], (build, index, { target }) => contextProblems(build, index, target)),
  ofEach(["target"], (build, index, { target }) => runnerProblems(build, index, target)),
  ofEach([], tagProblems),
  ofEach(["repositories", "target"], movingTagProblems),
  ofEach(["repositories", "target"], cacheProblems),
];
