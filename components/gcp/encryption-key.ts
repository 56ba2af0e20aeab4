import { keyOf } from "../core/messages";
import type { Problem } from "../core/problems";
import { isToken } from "../core/tokens";

/** Makes Wharf create a customer-managed key for the stack. */
export const createdKey = "create";

const keyPath = ["encryption", "key"] as const;
// Resource names of Cloud KMS: cloud.google.com/kms/docs/resource-hierarchy.
const keyName =
  /^projects\/([a-z][a-z0-9.:-]*)\/locations\/([a-z0-9-]+)\/keyRings\/([\w-]{1,63})\/cryptoKeys\/([\w-]{1,63})$/;

/** Location of a key that the description names; undefined for what is not the name of a key. */
export function keyLocation(key: string): string | undefined {
  return keyName.exec(key)?.[2];
}

/** The problem of a value that is not the name of a key in Cloud KMS. */
export function keyNameProblems(key: string | undefined): Problem[] {
  if (key === undefined || key === createdKey || isToken(key) || keyName.test(key)) return [];
  const version = /^(.+)\/cryptoKeyVersions\/\d+$/.exec(key)?.[1];
  return [
    {
      key: keyOf(keyPath),
      message:
        version === undefined
          ? `"${key}" is neither "create" nor a Cloud KMS key, as in projects/acme-keys/locations/europe-west3/keyRings/registry/cryptoKeys/images`
          : `"${key}" is a version of a key; Artifact Registry needs the key, ${version}`,
    },
  ];
}

/**
 * The problem of a key in another location than a repository that it encrypts: Artifact Registry refuses to create that repository
 * (cloud.google.com/artifact-registry/docs/cmek).
 * @param repositories locations of the stack's repositories, the main one first
 */
export function keyLocationProblems(
  key: string | undefined,
  repositories: readonly string[],
): Problem[] {
  const location = key === undefined ? undefined : keyLocation(key);
  const elsewhere =
    location === undefined ? undefined : repositories.find((other) => other !== location);
  if (elsewhere === undefined) return [];
  return [
    {
      key: keyOf(keyPath),
      message: `the key is in ${location} and cannot encrypt repositories in ${elsewhere}; name one in ${elsewhere}, or write create`,
    },
  ];
}
