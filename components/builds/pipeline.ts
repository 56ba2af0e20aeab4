/** A self-hosted registry, as a pipeline pushes to it. */
export interface PipelineRegistry {
  /** `host:port` to log in to. */
  host: string;
  /** Address of the build's repository, without a tag. */
  address: string;
  /** Address of the repository that holds the layers, where the build's cache is in a registry. */
  cacheAddress?: string;
  /** Whether a CA of one's own signed the registry's certificate, which the pipeline has to be given. Defaults to false. */
  caFile?: boolean;
}

/** A file of a source's own repository. */
export interface PipelineFile {
  /** Path from the root of the repository. */
  path: string;
  content: string;
}
