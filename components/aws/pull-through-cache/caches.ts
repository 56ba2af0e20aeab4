import { resolved } from "../../core/tokens";
import type { AwsDescription } from "../settings";
import * as pulumi from "@pulumi/pulumi";
import { PullThroughCacheRule } from "@pulumi/aws/ecr/pullThroughCacheRule";
import { Secret } from "@pulumi/aws/secretsmanager/secret";
import { SecretVersion } from "@pulumi/aws/secretsmanager/secretVersion";
import type { Cache } from "../../model/caches";
import { Deletion } from "../../model/environment";

import { cacheableUpstream, cacheSecretPrefix } from "./upstreams";
import { nameOf, stackTags } from "../names";

/** A cache of another registry. */
export interface EcrCache {
  rule: PullThroughCacheRule;
  /** What ECR logs in with, where the stack creates it. */
  secret?: Secret;
}

/** A pull-through cache rule for each of `wharf:pullThroughCaches`; its images are pulled below the cache's name. */
export function createCaches(
  name: string,
  args: AwsDescription,
  opts: pulumi.CustomResourceOptions,
): ReadonlyMap<string, EcrCache> {
  return new Map(
    args.pullThroughCaches.flatMap((cache) => {
      const upstream = cacheableUpstream(cache.upstream);
      if (upstream === undefined) return [];
      const child = `${name}-cache-${cache.name}`;
      const kept = createSecret(child, args, cache, opts);
      const rule = new PullThroughCacheRule(
        child,
        {
          ecrRepositoryPrefix: cache.name,
          upstreamRegistryUrl: upstream.registryUrl,
          credentialArn: kept?.version.arn ?? cache.credentials?.passwordSecret,
        },
        opts,
      );
      return [[cache.name, { rule, secret: kept?.secret }]];
    }),
  );
}

/** The secret of an upstream's password in the form that ECR reads; none where the description names an existing one. */
function createSecret(
  child: string,
  args: AwsDescription,
  { name, credentials }: Cache,
  opts: pulumi.CustomResourceOptions,
): { secret: Secret; version: SecretVersion } | undefined {
  if (credentials?.password === undefined) return undefined;
  const { username, password } = credentials;
  const secret = new Secret(
    `${child}-secret`,
    {
      name: nameOf("secret", `${cacheSecretPrefix}${args.namePrefix}`, name),
      description: `Credentials with which the Wharf stack ${args.stack} caches images of ${name}`,
      // A name stays taken until the recovery window is over: none for a lab, which may be created again.
      recoveryWindowInDays: args.deletion === Deletion.Force ? 0 : 30,
      tags: stackTags(args),
    },
    opts,
  );
  const version = new SecretVersion(
    `${child}-secret-value`,
    {
      secretId: secret.id,
      secretString: pulumi.secret(
        resolved(args, password, (accessToken) => JSON.stringify({ username, accessToken })),
      ),
    },
    opts,
  );
  // The rule depends on the value, since ECR reads the secret when it creates the rule.
  return { secret, version };
}
