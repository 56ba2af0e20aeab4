import { stringify } from "yaml";
import { pinnedActions } from "./pinned";

/** A workflow of GitHub Actions as text, each action that Wharf pins with its version beside its commit. */
export function workflowText(workflow: object): string {
  return Object.values(pinnedActions).reduce(
    (text, { uses, version }) => text.replaceAll(uses, `${uses} # ${version}`),
    stringify(workflow, { lineWidth: 0 }),
  );
}

/** A text in which GitHub evaluates no expression, whatever it holds. */
export function withoutExpressions(text: string): string {
  return text.replaceAll("${{", "${{ '${{' }}");
}

/** Command that logs Docker in; the password comes by standard input, so that no list of processes shows it. */
export const dockerLogin = `printf '%s' "$WHARF_PASSWORD" | docker login --username "$WHARF_USERNAME" --password-stdin "$REGISTRY"`;

/** What a pipeline has in its environment for the build's commands. */
export function addresses({
  host,
  address,
  cacheAddress,
}: PipelineRegistry): Record<string, string> {
  return {
    REGISTRY: host,
    REPOSITORY: address,
    ...(cacheAddress !== undefined && { CACHE_REPOSITORY: cacheAddress }),
  };
}

/**
 * Command that gives BuildKit the registry's CA. A separate builder knows neither the machine's CAs nor Docker's
 * certs.d; its settings do, and buildx copies the file into its container.
 *
 * @param file path of the CA, and `settings` that of what is written, both as they are written in double quotes of a shell
 */
export function buildkitTrust(file: string, settings: string): string {
  return `printf '[registry."%s"]\\n  ca = ["%s"]\\n' "$REGISTRY" "${file}" > "${settings}"`;
}

/** A self-hosted registry, as a pipeline pushes to it. */
export interface PipelineRegistry {
  /** `host:port` to log in to. */
  host: string;
  /** Address of the build's repository, without a tag. */
  address: string;
  /** Address of the repository that holds the layers, where the build's cache is in a registry. */
  cacheAddress?: string;
  /** Whether a private CA signed the registry's certificate, which the pipeline then has to be given. Defaults to false. */
  caFile?: boolean;
}

/** A file of a source's own repository. */
export interface PipelineFile {
  /** Path from the root of the repository. */
  path: string;
  content: string;
}
