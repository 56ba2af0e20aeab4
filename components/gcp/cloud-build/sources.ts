import type { GcpDescription } from "../settings";
import type { TriggerArgs } from "@pulumi/gcp/cloudbuild/trigger";
import { Repository } from "@pulumi/gcp/cloudbuildv2/repository";
import type * as pulumi from "@pulumi/pulumi";
import { patternToRegex } from "../../builds/branches";
import { SourceKind } from "../../model/build-sources";
import type { Build } from "../../model/builds";

import { shortened } from "../labels";
import type { Place } from "../place";
import { after, type Services } from "../services";
import type { Connections } from "./connections";
import { checkedSource, isConnected } from "./settings";

/** Repositories of source code that are linked to a connection, by the source's URL. */
export type LinkedSources = Record<string, Repository>;

/** Links the repository of every build's source to the connection of its host, once each; none of the first generation. */
export function linkSources(
  name: string,
  { builds, namePrefix }: GcpDescription,
  { project, location }: Place,
  inputs: { services: Services; connections: Connections },
  opts: pulumi.CustomResourceOptions,
): LinkedSources {
  const { connections, services } = inputs;
  const enabled = after(opts, services.cloudBuild);
  const sources = new Map(builds.map(checkedSource).map((source) => [source.url, source]));
  const linked = [...sources].flatMap(([url, { host, path }]) => {
    const parentConnection = isConnected(host) ? connections[host] : undefined;
    if (parentConnection === undefined) return [];
    const repository = new Repository(
      `${name}-source-${host}/${path}`,
      {
        project,
        location,
        parentConnection,
        name: shortened(`${namePrefix}-${path}`, 60),
        remoteUri: url.endsWith(".git") ? url : `${url}.git`,
      },
      enabled,
    );
    return [[url, repository] as const];
  });
  return Object.fromEntries(linked);
}

/** What starts a build: a push to its branch or of its tags. */
export function eventOf(
  build: Build,
  linked: LinkedSources,
): Pick<TriggerArgs, "repositoryEventConfig" | "github" | "triggerTemplate"> {
  const { kind, path, project, url } = checkedSource(build);
  const repository = linked[url];
  const branch = build.branch === undefined ? undefined : patternToRegex(build.branch);
  const tag = build.tag === undefined ? undefined : patternToRegex(build.tag);
  const push = { ...(branch !== undefined && { branch }), ...(tag !== undefined && { tag }) };
  if (repository !== undefined) {
    return { repositoryEventConfig: { repository: repository.id, push } };
  }
  if (kind === SourceKind.GitHub) {
    const [owner, repo] = path.split("/");
    return { github: { owner, name: repo, push } };
  }
  return {
    triggerTemplate: {
      repoName: path,
      ...(project !== undefined && { projectId: project }),
      ...(branch !== undefined && { branchName: branch }),
      ...(tag !== undefined && { tagName: tag }),
    },
  };
}

/** What a scheduled build builds: the head of the build's branch. */
export function headOf(build: Build, linked: LinkedSources): Pick<TriggerArgs, "sourceToBuild"> {
  const { kind, url } = checkedSource(build);
  const repository = linked[url];
  const ref = `refs/heads/${build.branch}`;
  const repoType =
    kind === SourceKind.GitHub
      ? "GITHUB"
      : kind === SourceKind.CloudSource
        ? "CLOUD_SOURCE_REPOSITORIES"
        : "UNKNOWN";
  return {
    sourceToBuild:
      repository === undefined
        ? { uri: url, ref, repoType }
        : { repository: repository.id, ref, repoType },
  };
}
