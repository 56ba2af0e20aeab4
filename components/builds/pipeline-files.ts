import { bitbucketPipeline } from "./bitbucket-pipelines";
import { gitHubWorkflow } from "./github-actions";
import { gitLabPipeline } from "./gitlab-ci";
import type { PipelineFile, PipelineRegistry } from "./pipeline";
import { BuildCache, type Build } from "../model/builds";
import { SourceKind, sourceOf } from "../model/build-sources";

/** What writes the pipeline file of each keeper of source code that has runners of its own. */
const writers: Partial<
  Record<SourceKind, (build: Build, registry: PipelineRegistry) => PipelineFile>
> = {
  [SourceKind.GitHub]: gitHubWorkflow,
  [SourceKind.GitLab]: gitLabPipeline,
  [SourceKind.Bitbucket]: bitbucketPipeline,
};

/** Whether a source's keeper has runners that build for a self-hosted registry. */
export function hasRunners(kind: SourceKind): boolean {
  return kind in writers;
}

/**
 * The file, in the source's own repository, by which its runners build and push to a self-hosted registry.
 * @throws Error for a source without runners, which the rules refuse before
 */
export function pipelineFile(build: Build, registry: PipelineRegistry): PipelineFile {
  const kind = sourceOf(build.source)?.kind;
  const write = kind && writers[kind];
  if (write === undefined)
    throw new Error(`${build.source} has no runners that Wharf can write a pipeline for`);
  return write(build, registry);
}

/**
 * The pipeline file of each build by its name, for a self-hosted registry; its first line says where the file belongs.
 *
 * @param host `host:port` to log in to
 * @param addresses repository name to the address that an image name starts with
 * @param caFile whether a private CA signed the registry's certificate
 */
export function pipelineFiles(
  builds: readonly Build[],
  host: string,
  addresses: Record<string, string>,
  caFile: boolean,
): Record<string, string> {
  return Object.fromEntries(
    builds.map((build) => {
      const { repository, source, cache } = build;
      const cacheAddress = cache.kind === BuildCache.Registry ? cache.repository : undefined;
      const { path, content } = pipelineFile(build, {
        host,
        address: addresses[repository] ?? `${host}/${repository}`,
        caFile,
        ...(cacheAddress !== undefined && { cacheAddress: addresses[cacheAddress] }),
      });
      return [build.name, `# ${path} of ${source}, whose runners must reach ${host}.\n${content}`];
    }),
  );
}
