import { stringify } from "yaml";
import { dockerLines } from "./docker-script";
import { BuildCache, type Build } from "../model/builds";
import { tagLines, type BuildVariables } from "./tags";

/**
 * What CodeBuild tells a build ("Environment variables in build environments"). A webhook names the branch or tag in full; a
 * build that somebody starts has it in the version of the source that he names.
 */
const variables: BuildVariables = {
  commit: "$CODEBUILD_RESOLVED_SOURCE_VERSION",
  ref: "${CODEBUILD_WEBHOOK_HEAD_REF:-${CODEBUILD_SOURCE_VERSION:-}}",
  build: "$CODEBUILD_BUILD_NUMBER",
};

const login =
  'aws ecr get-login-password --region "$AWS_REGION" | docker login --username AWS --password-stdin "$REGISTRY"';

const buildkitSettings = "$HOME/.docker/buildkitd.toml";

/** BuildKit takes a mirror with a path, and its login from Docker's own settings ("buildkitd.toml" of its documents). */
function buildkitMirror(cache: string): string {
  return `printf '[registry."docker.io"]\\n  mirrors = ["%s"]\\n' "$REGISTRY/${cache}" > "${buildkitSettings}"`;
}

/**
 * The buildspec by which CodeBuild builds and pushes. The project passes `REGISTRY`, the host to log in to; `REPOSITORY`, the
 * address that images get; and `CACHE_REPOSITORY`, that of the layers, where `cacheRepository` is given.
 *
 * Images are pushed in the phase `build`: CodeBuild runs `post_build` although `build` failed.
 *
 * @param cacheRepository address of the repository that holds the layers, where the build's cache is in a registry
 * @param dockerHub name of the registry's cache of Docker Hub, through which the images that a Dockerfile starts from are pulled:
 * Docker Hub limits pulls without a login by address, and CodeBuild's addresses are shared
 */
export function buildspec(build: Build, cacheRepository?: string, dockerHub?: string): string {
  // The layers that CodeBuild keeps are those of the engine's own builder, which pulls from Docker Hub itself.
  const mirrored = dockerHub !== undefined && build.cache.kind !== BuildCache.Local;
  const surroundings = {
    ...(dockerHub !== undefined && { dockerHub: `$REGISTRY/${dockerHub}` }),
    ...(mirrored && { buildkitSettings, builder: true }),
  };
  const cached =
    cacheRepository === undefined ? { ...build, cache: { kind: "none" as const } } : build;
  return stringify(
    {
      version: 0.2,
      phases: {
        pre_build: {
          commands: [
            login,
            ...(mirrored ? [buildkitMirror(dockerHub)] : []),
            ...tagLines(build, variables),
          ],
        },
        build: { commands: dockerLines(cached, surroundings) },
      },
    },
    { lineWidth: 0 },
  );
}
