import { Deletion } from "../description/choices";

/**
 * The provider's own guard, as its `deletionPolicy`. Artifact Registry deletes a repository with all images and asks nothing, and
 * Cloud KMS destroys a key alike, so that these guards are the only ones there are.
 */
const policies = {
  [Deletion.Protect]: "PREVENT",
  [Deletion.Retain]: "ABANDON",
  [Deletion.Force]: "DELETE",
} as const;

/** The `deletionPolicy` of what holds images, or the key to them. */
export function deletionPolicy(deletion: Deletion): (typeof policies)[Deletion] {
  return policies[deletion];
}
