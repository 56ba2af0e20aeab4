import { unknownName } from "../../core/names";
import type { Rule } from "../../core/rule";
import type { AzureDescription } from "../settings";
import { isExact } from "../../builds/branches";
import { wordsIn } from "../../builds/tags";
import { keyOf, removeCommand, setCommand, setSecretCommand } from "../../core/messages";
import type { Problem } from "../../core/problems";

import { sourceOf } from "../../model/build-sources";
import { BuildCache } from "../../model/builds";
import { TokenHost } from "../acr-tasks/settings";

type Build = AzureDescription["builds"][number];
type Settings = AzureDescription["azure"]["builds"];

const hosts: readonly string[] = Object.values(TokenHost);

/** Platforms that ACR Tasks build for ("ACR Tasks overview", image platforms), all on amd64 machines. */
const platforms = [
  "linux/amd64",
  "linux/arm64",
  "linux/arm/v7",
  "linux/arm/v6",
  "linux/386",
  "windows/amd64",
];

/** The commands that set a token for a host: the day when it expires in plaintext, the token as a secret. */
export function tokenCommands(host: TokenHost): string {
  const path = ["azure", "builds", "tokens", host];
  return `${setCommand([...path, "expires"], "YYYY-MM-DD")} && ${setSecretCommand([...path, "token"])}`;
}

/** Whether a host is one that tasks have tokens for. */
export function isTokenHost(host: string): host is TokenHost {
  return hosts.includes(host);
}

/** Code on a host that is not supported, or that needs a token; or a build that nothing starts. */
function sourceProblems(build: Build, index: number, { tokens }: Settings): Problem[] {
  const { host = "" } = sourceOf(build.source) ?? {};
  const path = ["builds", index, "source"];
  if (!isTokenHost(host)) {
    return [
      {
        key: keyOf(path),
        message: `"${build.source}" is not on ${hosts.join(" or ")}, the hosts that ACR Tasks build from; build it in a pipeline of ${host}, which may push by wharf:identities or wharf:users`,
        fix: removeCommand(["builds", index]),
      },
    ];
  }
  if (tokens[host] !== undefined) return [];
  if (host === TokenHost.AzureRepos) {
    return [
      {
        key: keyOf(path),
        message: `"${build.source}" cannot be read without wharf:azure.builds.tokens["${host}"]`,
        fix: tokenCommands(host),
      },
    ];
  }
  return build.schedule !== undefined || build.onBaseImage
    ? []
    : [
        {
          key: keyOf(path),
          message: `"${build.source}" has nothing that starts its build: set wharf:azure.builds.tokens["${host}"] for commits, or a schedule or onBaseImage`,
          fix: tokenCommands(host),
        },
      ];
}

/**
 * A tag that is only the commit, in a build that also starts without one: ACR sets `Run.Commit` only where a commit started the
 * run ("ACR Tasks reference: YAML", run variables), and a tag cannot be empty.
 */
function tagProblems(build: Build, index: number, { taskFiles }: Settings): Problem[] {
  const starter =
    build.schedule !== undefined
      ? "its schedule"
      : build.onBaseImage
        ? "a new base image"
        : undefined;
  if (starter === undefined || taskFiles[build.name] !== undefined) return [];
  return build.tags.flatMap((tag, i) => {
    const rest = tag.replace(/\{(commit|shortCommit)\}/g, "");
    if (rest !== "" || wordsIn(tag).length === 0) return [];
    const path = ["builds", index, "tags", i];
    return [
      {
        key: keyOf(path),
        message: `"${tag}" is empty in a build that ${starter} starts, since ACR knows the commit only of builds that a commit started; {build} is always set`,
        fix: setCommand(path, "{build}"),
      },
    ];
  });
}

/** Branches that cannot start a task, and platforms that its machines cannot build. */
function shapeProblems(build: Build, index: number, { agentPool }: Settings): Problem[] {
  const { branch } = build;
  const path = ["builds", index];
  const problems: Problem[] = [];
  if (branch !== undefined && !isExact(branch)) {
    problems.push({
      key: keyOf([...path, "branch"]),
      message: `"${branch}" is a pattern, and an ACR task is started by the commits of one branch; describe a build for each branch`,
    });
  }
  build.platforms.forEach((platform, i) => {
    problems.push(
      ...unknownName([...path, "platforms", i], platform, platforms, {
        predicate: "is not a platform that ACR builds for",
      }),
    );
  });
  if (agentPool !== undefined && build.platforms.some((name) => name.startsWith("windows/"))) {
    problems.push({
      key: keyOf([...path, "platforms"]),
      message: "include Windows, and agent pools run only Linux",
      fix: removeCommand(["azure", "builds", "agentPool"]),
    });
  }
  if (build.cache.kind === BuildCache.Local) {
    problems.push({
      key: keyOf([...path, "cache", "kind"]),
      message: `"${build.cache.kind}" is always empty: each run of an ACR task has a new machine; keep the layers in a registry`,
      fix: setCommand([...path, "cache", "kind"], BuildCache.Registry),
    });
  }
  return problems;
}

function tokenProblems({ tokens }: Settings, today: string): Problem[] {
  return hosts.filter(isTokenHost).flatMap((host) => {
    const { expires = today } = tokens[host] ?? {};
    return expires >= today
      ? []
      : [
          {
            key: keyOf(["azure", "builds", "tokens", host, "expires"]),
            message: `is ${expires}: the token has expired, and commits no longer start builds`,
            fix: tokenCommands(host),
          },
        ];
  });
}

function settingProblems({ builds, azure: { builds: settings } }: AzureDescription): Problem[] {
  const { agentPool, taskFiles, tokens } = settings;
  const names = builds.map(({ name }) => name);
  const used = builds.map(({ source }) => sourceOf(source)?.host);
  const problems: Problem[] = Object.keys(taskFiles).flatMap((name) => {
    const path = ["azure", "builds", "taskFiles", name];
    return unknownName(path, name, names, {
      predicate: "is not the name of a build",
      set: () => removeCommand(path),
      fix: removeCommand(path),
    });
  });
  for (const host of hosts.filter(isTokenHost)) {
    if (tokens[host] === undefined || used.includes(host)) continue;
    const path = ["azure", "builds", "tokens", host];
    problems.push({
      key: keyOf(path),
      message: `has no effect: no build takes its source from ${host}`,
      fix: removeCommand(path),
    });
  }
  if (agentPool !== undefined && builds.length === 0) {
    problems.push({
      key: "wharf:azure.builds.agentPool",
      message: "has no effect without wharf:builds",
      fix: removeCommand(["azure", "builds", "agentPool"]),
    });
  }
  if (agentPool?.subnet !== undefined && agentPool.tier === undefined) {
    problems.push({
      key: "wharf:azure.builds.agentPool.subnet",
      message: "has no effect on an existing pool; with tier a pool is created",
      fix: setCommand(["azure", "builds", "agentPool", "tier"], "S1"),
    });
  }
  return problems;
}

function buildProblems(d: AzureDescription): Problem[] {
  const settings = d.azure.builds;
  return [
    ...d.builds.flatMap((build, index) => [
      ...sourceProblems(build, index, settings),
      ...tagProblems(build, index, settings),
      ...shapeProblems(build, index, settings),
    ]),
    ...tokenProblems(settings, new Date().toISOString().slice(0, 10)),
    ...settingProblems(d),
  ];
}

/** Rules of builds that only this target has. */
export const azureBuildRules: Rule<AzureDescription>[] = [
  { needs: ["builds", "azure"], find: buildProblems },
];
