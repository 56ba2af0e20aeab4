import { keyOf, removeCommand, setCommand } from "../../core/messages";
import type { Problem } from "../../core/problems";
import type { StandingResource } from "../../state/standing";
import { descriptionOfShared, heldIn, repositoryId } from "../repository-ids";
import type { GcpDescription } from "../settings";

/**
 * What a description changes on an existing registry that would move images to another address: whether repositories share one of
 * Artifact Registry.
 * @param resources of the registry in the state; none for a new one
 */
export function changes(args: GcpDescription, resources: StandingResource[]) {
  const standing = new Map(
    resources
      .filter(({ type }) => type === "gcp:artifactregistry/repository:Repository")
      .map(({ properties }) => [String(properties.repositoryId), String(properties.description)]),
  );
  return {
    problems: [...joined(args, standing), ...parted(args, standing)],
    warnings: [],
  };
}

/** How images get into repositories of the other shape. */
const way = (stack: string) =>
  `For the other shape describe a stack of its own (pulumi stack init ${stack}-2 --copy-config-from ${stack}) and copy the images, as with gcrane cp --recursive`;

/** Repositories of their own that would become images of a shared one. */
function joined(
  { gcp, repositories, stack }: GcpDescription,
  standing: ReadonlyMap<string, string>,
): Problem[] {
  return gcp.sharedRepositories.flatMap((id, index) => {
    const own = repositories
      .map(({ name }) => name)
      .filter((name) => heldIn(name, gcp).id === id)
      .filter((name) => standing.get(repositoryId(name)) === `Images of ${name}`);
    return own.length === 0
      ? []
      : [
          {
            key: keyOf(["gcp", "sharedRepositories", index]),
            message: `would make ${own.join(", ")} images of the repository ${id}, and the existing stack has a repository of its own for each: their addresses would change, and their images would stay in the earlier repositories or be deleted with them. ${way(stack)}`,
            fix: removeCommand(["gcp", "sharedRepositories", index]),
          },
        ];
  });
}

/** Images of a shared repository that would get repositories of their own. */
function parted(
  { gcp, repositories, stack }: GcpDescription,
  standing: ReadonlyMap<string, string>,
): Problem[] {
  const earlier = [...standing].flatMap(([id, description]) =>
    description === descriptionOfShared(id) && !gcp.sharedRepositories.includes(id) ? [id] : [],
  );
  return earlier.flatMap((id) => {
    const held = repositories.map(({ name }) => name).filter((name) => name.startsWith(`${id}/`));
    return held.length === 0
      ? []
      : [
          {
            key: keyOf(["gcp", "sharedRepositories"]),
            message: `lacks ${id}: on the existing stack ${held.join(", ")} are images of the repository ${id}, and without it each would get a repository of its own: their addresses would change, and their images would stay in ${id} or be deleted with it. ${way(stack)}`,
            fix: setCommand(["gcp", "sharedRepositories", gcp.sharedRepositories.length], id),
          },
        ];
  });
}
