import type { GcpDescription } from "../settings";
import { Repository, type RepositoryArgs } from "@pulumi/gcp/artifactregistry/repository";
import type { ServiceIdentity } from "@pulumi/gcp/projects/serviceIdentity";
import * as pulumi from "@pulumi/pulumi";
import { clientMirrors } from "../../caches/mirrors";
import { type Cache, upstreamOf, type UpstreamWord } from "../../model/caches";
import { retentionOf } from "../../model/retention";

import { hostOf, type Place, projectInName } from "../place";
import { cleanup, type RepositoryInputs, repositorySettings } from "../repositories";
import { scansOthers, vulnerabilityScanning } from "../scanning";
import { createUpstreamLogin, type UpstreamLogin } from "./login";

/**
 * The settings files with which clients pull through the caches, path to contents. A remote repository serves its whole upstream
 * below its own path, and only to those who log in, unless everyone may pull.
 */
export function mirrorsOf(
  { access, pullThroughCaches: caches }: Pick<GcpDescription, "access" | "pullThroughCaches">,
  { project, location }: Place,
): Record<string, string> {
  return clientMirrors(
    caches.map((cache) => ({
      cache,
      endpoint: `https://${hostOf(location)}/v2/${projectInName(project)}/${cache.name}`,
      asksForUser: !access.public,
    })),
  );
}

/** `upstream` of Docker Hub, the only registry that Artifact Registry has a name for. */
const dockerHub: UpstreamWord = "docker-hub";

/**
 * The caches of other registries: a remote repository for each, by the cache's name. The common retention applies to them, since
 * cleanup policies work on remote repositories too; what they delete is fetched again at the next pull.
 */
export function createCaches(
  name: string,
  args: GcpDescription,
  place: Place,
  inputs: RepositoryInputs & { agent: ServiceIdentity | undefined },
  opts: pulumi.CustomResourceOptions,
): Record<string, Repository> {
  const settings = repositorySettings(args, place, inputs, opts);
  const policies = cleanup(retentionOf(args.environment, args.retention));
  const vulnerabilityScanningConfig = vulnerabilityScanning(scansOthers(args));
  return Object.fromEntries(
    args.pullThroughCaches.map((cache) => {
      const login = createUpstreamLogin(name, cache, args, place, inputs, opts);
      const repository = new Repository(
        `${name}-repository-${cache.name}`,
        {
          ...settings.args,
          repositoryId: cache.name,
          mode: "REMOTE_REPOSITORY",
          description: `Copies of images of ${upstreamOf(cache.upstream).registry}`,
          remoteRepositoryConfig: remoteConfig(cache, login),
          ...policies,
          vulnerabilityScanningConfig,
        },
        login === undefined
          ? settings.opts
          : pulumi.mergeOptions(settings.opts, { dependsOn: login.grant }),
      );
      return [cache.name, repository];
    }),
  );
}

function remoteConfig(
  { upstream }: Cache,
  login: UpstreamLogin | undefined,
): NonNullable<RepositoryArgs["remoteRepositoryConfig"]> {
  const { registry, url } = upstreamOf(upstream);
  return {
    description: registry,
    ...(upstream === dockerHub
      ? { dockerRepository: { publicRepository: "DOCKER_HUB" } }
      : { commonRepository: { uri: url } }),
    ...(login === undefined
      ? {}
      : {
          upstreamCredentials: {
            usernamePasswordCredentials: {
              username: login.username,
              passwordSecretVersion: login.passwordSecretVersion,
            },
          },
        }),
  };
}
