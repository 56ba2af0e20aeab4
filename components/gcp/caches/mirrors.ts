import { clientMirrors } from "../../caches/mirrors";
import type { RegistryArgs } from "../../registry";
import { hostOf, projectInName, type Place } from "../place";

/**
 * The settings files by which clients pull through the caches, path to contents. A remote repository serves the whole of its
 * upstream below its own path, to those alone who log in, unless everyone may pull.
 */
export function mirrorsOf(
  { access, caches }: Pick<RegistryArgs, "access" | "caches">,
  { project, location }: Place,
): Record<string, string> {
  return clientMirrors(
    caches.map((cache) => ({
      cache,
      endpoint: `https://${hostOf(location)}/v2/${projectInName(project)}/${cache.name}`,
      asksForUser: !access.public,
    })),
  );
}
