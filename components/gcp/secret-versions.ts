import { keyOf } from "../core/messages";
import type { Path } from "../core/fields";
import type { Problem } from "../core/problems";
import * as pulumi from "@pulumi/pulumi";
import { isToken, resolved, type TakenInputs } from "../core/tokens";

// Resource names of Secret Manager: cloud.google.com/secret-manager/docs/reference/rest.
const form = /^projects\/([a-z0-9.:-]+)\/secrets\/([\w-]{1,255})\/versions\/(\d+|latest)$/;

/** A secret, as the inputs of a grant on it. */
export interface SecretName {
  project: pulumi.Input<string>;
  secretId: pulumi.Input<string>;
}

/** Project and id of the secret that a version is of; of an Output once it is known. */
export function secretOf(inputs: { inputs?: TakenInputs }, version: string): SecretName {
  if (!isToken(version)) return parseSecretVersion(version);
  const parsed = pulumi.output(resolved(inputs, version, parseSecretVersion));
  return { project: parsed.project, secretId: parsed.secretId };
}

/** @throws RunError for what is not a version of a secret; for plain values the rules refuse it */
function parseSecretVersion(version: string): { project: string; secretId: string } {
  const [, project, secretId] = form.exec(version) ?? [];
  if (project === undefined || secretId === undefined) {
    throw new pulumi.RunError(
      "an Output that should be the name of a version of a secret is not one, as in projects/acme-registry/secrets/docker-hub/versions/1",
    );
  }
  return { project, secretId };
}

/**
 * The problem of a value that is not the name of a version of a secret. It is not shown, since it may be the secret itself.
 * @param example id of a secret as it might be called
 */
export function secretVersionProblems(
  version: string | undefined,
  path: Path,
  example: string,
): Problem[] {
  if (version === undefined || isToken(version) || form.test(version)) return [];
  return [
    {
      key: keyOf(path),
      message: `the value is not the name of a version of a secret, as in projects/acme-registry/secrets/${example}/versions/1; store the secret itself in Secret Manager`,
      fix: `gcloud secrets create ${example} --data-file -`,
    },
  ];
}
