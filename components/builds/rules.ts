import { selfHosted } from "../description/choices";
import { keyOf, removeCommand, setCommand } from "../description/messages";
import type { Problem } from "../description/problems";
import type { Rule } from "../description/rules";
import type { Key, Parsed } from "../description/schema";
import { buildName } from "./defaults";
import {
  cacheProblems,
  movingTagProblems,
  repositoryNames,
  unknownRepository,
} from "./repository-rules";
import type { BuildSettings } from "./settings";
import { contextProblems, runnerProblems, startProblems } from "./source-rules";
import { tagProblems } from "./tag-rules";

/** A rule about each build by itself. */
function ofEach(
  needs: Key[],
  find: (build: BuildSettings, index: number, d: Parsed) => Problem[],
): Rule {
  return {
    needs: ["builds", ...needs],
    find: (d) => d.builds.flatMap((build, index) => find(build, index, d)),
  };
}

const repositoryKeys: Key[] = [
  ...(["repositories", "engine", "target", "environment"] as const),
  ...(["immutableTags", "scan", "retention"] as const),
];

/** Builds of one name would have one name on the platform; a build without one has its repository's. */
function sameNames({ builds }: Parsed): Problem[] {
  const names = builds.map(buildName);
  return builds.flatMap((build, index) => {
    const name = names[index] ?? "";
    const first = names.indexOf(name);
    if (first === index) return [];
    const path = ["builds", index, "name"];
    const before = keyOf(["builds", first]);
    return [
      {
        key: keyOf(path),
        message:
          build.name === undefined
            ? `is missing; without one the build is called ${name}, as ${before} is`
            : `"${name}" stands twice, first in ${before}`,
        fix: setCommand(path, `${name.slice(0, 37)}-${index + 1}`),
      },
    ];
  });
}

/** A registry that is to be read alone takes no image of a build either. */
function pushesToReadOnly({ builds, engine, target }: Parsed): Problem[] {
  if (!engine.readOnly || builds.length === 0 || !selfHosted.includes(target)) return [];
  return [
    {
      key: keyOf(["builds"]),
      message: "push images, and wharf:engine.readOnly refuses every push",
      fix: removeCommand(["engine", "readOnly"]),
    },
  ];
}

/** Rules across keys of `wharf:builds` that hold on every target. */
export const buildRules: Rule[] = [
  { needs: ["builds"], find: sameNames },
  { needs: ["builds", "engine", "target"], find: pushesToReadOnly },
  ofEach(["repositories", "engine"], ({ repository }, index, d) =>
    unknownRepository(repository, ["builds", index, "repository"], repositoryNames(d)),
  ),
  ofEach([], startProblems),
  ofEach(["target"], (build, index, { target }) => contextProblems(build, index, target)),
  ofEach(["target"], (build, index, { target }) => runnerProblems(build, index, target)),
  ofEach([], tagProblems),
  ofEach(repositoryKeys, movingTagProblems),
  ofEach(repositoryKeys, cacheProblems),
];
