import { isRolesImage, type SharedDescription } from "../model/description";
import { Environment } from "../model/environment";

/** Whether the registry turns pushes away before its volume is full: Wharf's own image does, except as a pull-through cache. */
export function leavesSpace({
  distribution,
  images,
  storage,
}: Pick<SharedDescription, "distribution" | "images" | "storage">): boolean {
  return (
    storage.kind === "volume" && distribution.proxy === undefined && isRolesImage(images.registry)
  );
}

/** What a person should know of a volume that may be filled to the last byte; undefined where it may not, and in a lab. */
export function spaceNote(
  args: Pick<SharedDescription, "distribution" | "environment" | "images" | "storage">,
): string | undefined {
  const { distribution, environment, storage } = args;
  const mayFill =
    storage.kind === "volume" && distribution.proxy === undefined && !leavesSpace(args);
  return mayFill && environment !== Environment.Lab
    ? "This image of distribution fills the volume to the last byte, and answers pushes with server errors then; Wharf's registry image, with wharf:auth.mode roles, denies them before."
    : undefined;
}
