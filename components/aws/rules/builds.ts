import { unknownName } from "../../core/names";
import type { Rule } from "../../core/rule";
import type { AwsDescription } from "../settings";
import { SourceKind, sourceOf } from "../../model/build-sources";
import { keyOf, removeCommand, shown } from "../../core/messages";
import type { Problem } from "../../core/problems";

import { connectedHosts, sourceTypes } from "../codebuild/sources";
import { countsInMonth, namesBothDays } from "../codebuild/schedules";

/** Source code that CodeBuild does not support. */
function sourceProblems({ builds }: AwsDescription): Problem[] {
  return builds.flatMap(({ source, paths }, index): Problem[] => {
    const { kind, host } = sourceOf(source) ?? {};
    if (kind === undefined) return [];
    if (sourceTypes[kind] === undefined) {
      return [
        {
          key: keyOf(["builds", index, "source"]),
          message: `${shown(source)} is on ${host}, which CodeBuild does not support; it builds from github.com, gitlab.com, bitbucket.org and CodeCommit`,
        },
      ];
    }
    if (kind === SourceKind.CodeCommit && paths.length > 0) {
      return [
        {
          key: keyOf(["builds", index, "paths"]),
          message: "is not supported with CodeCommit, whose events do not name files",
          fix: removeCommand(["builds", index, "paths"]),
        },
      ];
    }
    return [];
  });
}

/** Schedules that EventBridge cannot express. */
function scheduleProblems({ builds }: AwsDescription): Problem[] {
  return builds.flatMap(({ schedule }, index) => {
    if (schedule === undefined) return [];
    const wrong = countsInMonth(schedule)
      ? "counts from the end of the month or by its weeks; name the days"
      : namesBothDays(schedule)
        ? "names days of the month and days of the week; EventBridge takes only one of them, so leave the other *"
        : undefined;
    return wrong === undefined
      ? []
      : [{ key: keyOf(["builds", index, "schedule"]), message: `${shown(schedule)} ${wrong}` }];
  });
}

/** Connections to hosts that nothing is built from. */
function connectionProblems({ aws, builds }: AwsDescription): Problem[] {
  const hosts = connectedHosts(builds);
  return Object.keys(aws.builds.connections).flatMap((host) => {
    const path = ["aws", "builds", "connections", host];
    return unknownName(path, host, hosts, {
      predicate: "is not a host of source code of wharf:builds",
      ending: "",
      set: () => removeCommand(path),
      fix: removeCommand(path),
    });
  });
}

/** Rules about builds. */
export const buildRules: Rule<AwsDescription>[] = [
  { needs: ["builds"], find: sourceProblems },
  { needs: ["builds"], find: scheduleProblems },
  { needs: ["aws", "builds"], find: connectionProblems },
];
