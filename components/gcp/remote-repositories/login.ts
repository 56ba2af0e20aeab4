import type { GcpDescription } from "../settings";
import type { ServiceIdentity } from "@pulumi/gcp/projects/serviceIdentity";
import { Secret } from "@pulumi/gcp/secretmanager/secret";
import { SecretIamMember } from "@pulumi/gcp/secretmanager/secretIamMember";
import { SecretVersion } from "@pulumi/gcp/secretmanager/secretVersion";
import * as pulumi from "@pulumi/pulumi";
import type { Cache } from "../../model/caches";

import { shortened, stackLabels } from "../labels";
import type { Place } from "../place";
import { secretOf } from "../secret-versions";
import { after, type Services } from "../services";

/** The credentials with which a cache logs in to its upstream. */
export interface UpstreamLogin {
  username: string;
  /** Version of a secret with the password, as `projects/.../secrets/.../versions/...`. */
  passwordSecretVersion: pulumi.Input<string>;
  /** Lets Artifact Registry read that secret; a repository that is created earlier is refused. */
  grant: SecretIamMember;
}

/**
 * The login of a cache: with the secret that the description names, or with one that Wharf creates for its password. Artifact
 * Registry may read only this secret of the project. Undefined where the cache does not log in.
 */
export function createUpstreamLogin(
  name: string,
  cache: Cache,
  args: GcpDescription,
  place: Place,
  inputs: { services: Services; agent: ServiceIdentity | undefined },
  opts: pulumi.CustomResourceOptions,
): UpstreamLogin | undefined {
  const { credentials } = cache;
  const { agent, services } = inputs;
  if (credentials === undefined || agent === undefined) return undefined;
  const { username, password, passwordSecret } = credentials;
  const grantName = `${name}-cache-grant-${cache.name}`;
  const role = "roles/secretmanager.secretAccessor";
  if (passwordSecret !== undefined) {
    return {
      username,
      passwordSecretVersion: passwordSecret,
      grant: new SecretIamMember(
        grantName,
        { ...secretOf(args, passwordSecret), role, member: agent.member },
        after(opts, services.secretManager),
      ),
    };
  }
  const { project } = place;
  const secret = new Secret(
    `${name}-cache-secret-${cache.name}`,
    {
      project,
      secretId: shortened(`${args.namePrefix}-cache-${cache.name}`, 255),
      replication: { auto: {} },
      labels: stackLabels(args),
    },
    after(opts, services.secretManager),
  );
  const version = new SecretVersion(
    `${name}-cache-password-${cache.name}`,
    { secret: secret.id, secretData: pulumi.secret(password ?? "") },
    opts,
  );
  const grant = new SecretIamMember(
    grantName,
    { project, secretId: secret.secretId, role, member: agent.member },
    opts,
  );
  return { username, passwordSecretVersion: version.name, grant };
}
