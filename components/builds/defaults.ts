import type { Build, BuildSettings } from "./settings";

/** The branch that is built, and whose pipelines an identity is for, where a description names none. */
export const defaultBranch = "main";

/** The name of a build: its own, or its repository's with - for what a name cannot hold. */
export function buildName({
  name,
  repository,
}: Pick<BuildSettings, "name" | "repository">): string {
  return name ?? repository.replace(/[^a-z0-9]+/g, "-").slice(0, 40);
}

/** A build with what it leaves open filled in. */
export function withBuildDefaults(build: BuildSettings): Build {
  const { branch, tag } = build;
  return {
    ...build,
    name: buildName(build),
    ...(branch === undefined && tag === undefined && { branch: defaultBranch }),
  };
}
