import * as pulumi from "@pulumi/pulumi";
import { Repository, type RepositoryArgs } from "@pulumi/gcp/artifactregistry/repository";
import type { ServiceIdentity } from "@pulumi/gcp/projects/serviceIdentity";
import type { Cache } from "../../caches/settings";
import { upstreamOf, type UpstreamWord } from "../../caches/upstreams";
import type { RegistryArgs } from "../../registry";
import { createUpstreamLogin, type UpstreamLogin } from "./login";
import type { Place } from "../place";
import { repositorySettings, type RepositoryInputs } from "../repository-settings";
import { scansOthers, vulnerabilityScanning } from "../scanning";

/** What `upstream` says for Docker Hub, the one registry that Artifact Registry knows by name. */
const dockerHub: UpstreamWord = "docker-hub";

/** The caches of other registries: a remote repository for each, by the cache's name. */
export function createCaches(
  name: string,
  args: RegistryArgs,
  place: Place,
  inputs: RepositoryInputs & { agent: ServiceIdentity | undefined },
  opts: pulumi.CustomResourceOptions,
): Record<string, Repository> {
  const settings = repositorySettings(args, place, inputs, opts);
  const vulnerabilityScanningConfig = vulnerabilityScanning(scansOthers(args));
  return Object.fromEntries(
    args.caches.map((cache) => {
      const login = createUpstreamLogin(name, cache, args, place, inputs, opts);
      const repository = new Repository(
        `${name}-repository-${cache.name}`,
        {
          ...settings.args,
          repositoryId: cache.name,
          mode: "REMOTE_REPOSITORY",
          description: `Copies of images of ${upstreamOf(cache.upstream).registry}`,
          remoteRepositoryConfig: remoteConfig(cache, login),
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
