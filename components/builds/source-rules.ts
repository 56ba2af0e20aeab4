import { posix } from "node:path";
import { selfHosted, Target } from "../model/environment";
import { keyOf, removeCommand, shown } from "../core/messages";
import type { Problem } from "../core/problems";
import { isExact } from "./branches";
import { hasRunners } from "./pipeline-files";
import { BuildCache, type BuildSettings } from "../model/builds";
import { SourceKind, sourceOf } from "../model/build-sources";

/** The problems of what starts a build. */
export function startProblems(build: BuildSettings, index: number): Problem[] {
  const { branch, tag, paths, schedule, onBaseImage } = build;
  const at = (key: string) => ({
    key: keyOf(["builds", index, key]),
    fix: removeCommand(["builds", index, key]),
  });
  if (tag !== undefined) {
    const problems = [
      branch !== undefined && {
        ...at("branch"),
        message: `${shown(branch)} is set together with tag; a build is started by a branch or by Git tags`,
      },
      paths.length > 0 && {
        ...at("paths"),
        message: "is only for builds of a branch; a Git tag changes no files",
      },
      schedule !== undefined && {
        ...at("schedule"),
        message: "is only for builds of a branch; at that time there is no Git tag to build",
      },
      onBaseImage && {
        ...at("onBaseImage"),
        message:
          "is only for builds of a branch; with a new base image there is no Git tag to build",
      },
    ];
    return problems.filter((problem) => problem !== false);
  }
  if (branch === undefined || isExact(branch)) return [];
  const many = `is only for builds of one branch, and ${shown(branch)} may be many`;
  const problems = [
    schedule !== undefined && { ...at("schedule"), message: many },
    onBaseImage && { ...at("onBaseImage"), message: many },
  ];
  return problems.filter((problem) => problem !== false);
}

/** The problems of the paths and platforms of a build. */
export function contextProblems(build: BuildSettings, index: number, target: Target): Problem[] {
  const paths = (["context", "dockerfile"] as const).flatMap((key): Problem[] => {
    const path = build[key];
    const problem = (message: string) => [
      { key: keyOf(["builds", index, key]), message: `${shown(path)} ${message}` },
    ];
    const normal = posix.normalize(path);
    if (posix.isAbsolute(path) || normal === ".." || normal.startsWith("../")) {
      return problem("leads out of the source code; a path begins at its root and stays below it");
    }
    if (/[\u0000-\u001f\u007f]/.test(path))
      return problem("has a character that a path of a build may not have");
    return target === Target.Azure && /\s/.test(path)
      ? problem("has a space, at which ACR Tasks would split it")
      : [];
  });
  return [...paths, ...platformProblems(build, index, target)];
}

function platformProblems({ platforms }: BuildSettings, index: number, target: Target): Problem[] {
  const key = keyOf(["builds", index, "platforms"]);
  const windows = platforms.filter((platform) => platform.startsWith("windows/"));
  if (windows.length === 0) return [];
  if (windows.length < platforms.length) {
    return [
      {
        key,
        message: `holds ${windows[0]} beside Linux, and one machine builds for one of them; make two builds of it`,
      },
    ];
  }
  return target === Target.Azure
    ? []
    : [
        {
          key,
          message: `holds ${windows[0]}, and the builds of ${target} run on Linux; on azure they may run on Windows`,
        },
      ];
}

/** The problems of a build that the runners of a source are to make, for a self-hosted registry. */
export function runnerProblems(build: BuildSettings, index: number, target: Target): Problem[] {
  const kind = sourceOf(build.source)?.kind;
  if (!selfHosted.includes(target) || kind === undefined) return [];
  const key = (name: string) => keyOf(["builds", index, name]);
  const fix = (name: string) => removeCommand(["builds", index, name]);
  if (!hasRunners(kind)) {
    return [
      {
        key: key("source"),
        message: `not on ${target}: ${shown(build.source)} has no runners that build for a self-hosted registry; use GitHub, GitLab or Bitbucket`,
      },
    ];
  }
  const bitbucket = kind === SourceKind.Bitbucket;
  const unprivileged = `not on ${target}: Bitbucket runs no privileged containers, which BuildKit needs for that; build it on GitHub or GitLab`;
  const problems = [
    build.cache.kind === BuildCache.Local && {
      key: key("cache"),
      message: `not on ${target}: runners start with an empty disk; cache the layers in a registry`,
      fix: fix("cache"),
    },
    bitbucket &&
      build.platforms.join() !== "linux/amd64" && {
        key: key("platforms"),
        message: unprivileged,
        fix: fix("platforms"),
      },
    bitbucket &&
      build.cache.kind === BuildCache.Registry && {
        key: key("cache"),
        message: unprivileged,
        fix: fix("cache"),
      },
  ];
  return problems.filter((problem) => problem !== false);
}
