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

/** Platforms that ACR Tasks build for ("ACR Tasks overview", image platforms); all of them on amd64. */
const platforms = [
  "linux/amd64",
  "linux/arm64",
  "linux/arm/v7",
  "linux/arm/v6",
  "linux/386",
  "windows/amd64",
];

/** The commands that set a token for a host: its last day in clear, itself as a secret. */
export function tokenCommands(host: TokenHost): string {
  const path = ["azure", "builds", "tokens", host];
  return `${setCommand([...path, "expires"], "YYYY-MM-DD")} && ${setSecretCommand([...path, "token"])}`;
}

/** Whether a host is one that tasks know tokens of. */
export function isTokenHost(host: string): host is TokenHost {
  return hosts.includes(host);
}

/** Code of another host, or of one that gives it to nobody without a token; or nothing that starts a build. */
function sourceProblems(build: Build, index: number, { tokens }: Settings): Problem[] {
  const { host = "" } = sourceOf(build.source) ?? {};
  const path = ["builds", index, "source"];
  if (!isTokenHost(host)) {
    return [
      {
        key: keyOf(path),
        message: `"${build.source}" is not on ${hosts.join(" or ")}, the hosts that ACR Tasks build from; build it in a pipeline of ${host}, which wharf:identities or wharf:users lets push`,
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
          message: `"${build.source}" has nothing that starts its build: commits do so by wharf:azure.builds.tokens["${host}"], a schedule and onBaseImage without it`,
          fix: tokenCommands(host),
        },
      ];
}

/**
 * A tag that holds the commit alone, in a build that also starts without one: ACR fills `Run.Commit` where a commit started the
 * run ("ACR Tasks reference: YAML", run variables), and no tag is empty.
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
        message: `"${tag}" is empty in a build that ${starter} starts, since ACR tells the commit of those alone that a commit started; {build} is always there`,
        fix: setCommand(path, "{build}"),
      },
    ];
  });
}

/** What a task cannot start on, or its machines cannot build. */
function shapeProblems(build: Build, index: number, { agentPool }: Settings): Problem[] {
  const { branch } = build;
  const path = ["builds", index];
  const problems: Problem[] = [];
  if (branch !== undefined && !isExact(branch)) {
    problems.push({
      key: keyOf([...path, "branch"]),
      message: `"${branch}" is a pattern, and an ACR task starts on the commits of one branch; describe a build for each branch`,
    });
  }
  build.platforms.forEach((platform, i) => {
    problems.push(
      ...unknownName([...path, "platforms", i], platform, platforms, {
        predicate: "is no platform that ACR builds for",
      }),
    );
  });
  if (agentPool !== undefined && build.platforms.some((name) => name.startsWith("windows/"))) {
    problems.push({
      key: keyOf([...path, "platforms"]),
      message: "are of Windows, and agent pools run Linux alone",
      fix: removeCommand(["azure", "builds", "agentPool"]),
    });
  }
  if (build.cache.kind === BuildCache.Local) {
    problems.push({
      key: keyOf([...path, "cache", "kind"]),
      message: `"${build.cache.kind}" finds nothing: each run of an ACR task has a machine of its own; keep the layers in a registry`,
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
            message: `is ${expires}: the token has ended, and no commit starts a build any more`,
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
      predicate: "is no build's name",
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
      message: "has no effect on a pool that is there; tier has one created",
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

/** Rules of builds that hold on this target alone. */
export const azureBuildRules: Rule<AzureDescription>[] = [
  { needs: ["builds", "azure"], find: buildProblems },
];
