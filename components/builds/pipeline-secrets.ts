import type { PipelineRegistry } from "./pipeline";

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
 * Command that tells BuildKit of the registry's CA. A builder of one's own knows neither the machine's CAs nor Docker's
 * certs.d; its settings do, and buildx copies the file into its container.
 *
 * @param file path of the CA, and `settings` that of what is written, both as they stand in double quotes of a shell
 */
export function buildkitTrust(file: string, settings: string): string {
  return `printf '[registry."%s"]\\n  ca = ["%s"]\\n' "$REGISTRY" "${file}" > "${settings}"`;
}
