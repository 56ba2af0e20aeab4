import { stringify } from "yaml";
import { dockerLines } from "./docker-script";
import type { Build } from "../model/builds";
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

/**
 * The buildspec by which CodeBuild builds and pushes. The project passes `REGISTRY`, the host to log in to; `REPOSITORY`, the
 * address that images get; and `CACHE_REPOSITORY`, that of the layers, where `cacheRepository` is given.
 *
 * Images are pushed in the phase `build`: CodeBuild runs `post_build` although `build` failed.
 *
 * @param cacheRepository address of the repository that holds the layers, where the build's cache is in a registry
 */
export function buildspec(build: Build, cacheRepository?: string): string {
  const cached =
    cacheRepository === undefined ? { ...build, cache: { kind: "none" as const } } : build;
  return stringify(
    {
      version: 0.2,
      phases: {
        pre_build: { commands: [login, ...tagLines(build, variables)] },
        build: { commands: dockerLines(cached) },
      },
    },
    { lineWidth: 0 },
  );
}
