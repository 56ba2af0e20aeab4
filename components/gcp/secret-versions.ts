import { keyOf } from "../core/messages";
import type { Path } from "../core/fields";
import type { Problem } from "../core/problems";

// Resource names of Secret Manager: cloud.google.com/secret-manager/docs/reference/rest.
const form = /^projects\/([a-z0-9.:-]+)\/secrets\/([\w-]{1,255})\/versions\/(\d+|latest)$/;

/** Project and id of the secret that a version is of; both empty for what is no version, which the rules refuse. */
export function parseSecretVersion(version: string): { project: string; secretId: string } {
  const [, project = "", secretId = ""] = form.exec(version) ?? [];
  return { project, secretId };
}

/**
 * The problem of a value that should name a version of a secret. It is not shown, since it may be the secret itself.
 * @param example id of a secret as it might be called
 */
export function secretVersionProblems(
  version: string | undefined,
  path: Path,
  example: string,
): Problem[] {
  if (version === undefined || form.test(version)) return [];
  return [
    {
      key: keyOf(path),
      message: `the value is no version of a secret, as in projects/acme-registry/secrets/${example}/versions/1; what it holds belongs into Secret Manager`,
      fix: `gcloud secrets create ${example} --data-file -`,
    },
  ];
}
