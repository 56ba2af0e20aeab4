/** Whether a repository on Artifact Registry holds images that are pushed to it; remote and virtual ones do not. */
export function standardDocker({ format, mode }: { format?: string; mode?: string }): boolean {
  return (
    format?.toUpperCase() === "DOCKER" && (mode ?? "STANDARD_REPOSITORY") === "STANDARD_REPOSITORY"
  );
}
