import { resolved } from "../../core/tokens";
import type { AwsDescription } from "../settings";
import * as pulumi from "@pulumi/pulumi";
import { PullThroughCacheRule } from "@pulumi/aws/ecr/pullThroughCacheRule";
import { Secret } from "@pulumi/aws/secretsmanager/secret";
import { SecretVersion } from "@pulumi/aws/secretsmanager/secretVersion";
import type { Role } from "@pulumi/aws/iam/role";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy";
import type { Cache } from "../../model/caches";
import { Deletion } from "../../model/environment";

import { cacheableUpstream, cacheSecretPrefix, ecrRegistryOf } from "./upstreams";
import { nameOf, stackTags } from "../names";
import type { Place } from "../place";
import { createRole } from "../roles";
import { partitionOf, serviceTrust } from "../trust-policies";

/** A cache of another registry. */
export interface EcrCache {
  rule: PullThroughCacheRule;
  /** What ECR logs in with, where the stack creates it. */
  secret?: Secret;
  /** What ECR assumes to pull from another registry of ECR. */
  role?: Role;
}

/** A pull-through cache rule for each of `wharf:pullThroughCaches`; its images are pulled below the cache's name. */
export function createCaches(
  name: string,
  args: AwsDescription,
  place: Place,
  opts: pulumi.CustomResourceOptions,
): ReadonlyMap<string, EcrCache> {
  return new Map(
    args.pullThroughCaches.flatMap((cache) => {
      const upstream = cacheableUpstream(cache.upstream);
      if (upstream === undefined) return [];
      const child = `${name}-cache-${cache.name}`;
      const kept = createSecret(child, args, cache, opts);
      const reader = createReader(child, args, cache.name, upstream.registryUrl, place, opts);
      const rule = new PullThroughCacheRule(
        child,
        {
          ecrRepositoryPrefix: cache.name,
          upstreamRegistryUrl: upstream.registryUrl,
          credentialArn: kept?.version.arn ?? cache.credentials?.passwordSecret,
          customRoleArn: reader?.role.arn,
        },
        // ECR tries the role when it creates the rule.
        reader === undefined ? opts : { ...opts, dependsOn: [reader.policy] },
      );
      return [[cache.name, { rule, secret: kept?.secret, role: reader?.role }]];
    }),
  );
}

/** What ECR does with a registry of ECR that it caches: it logs in and reads there, and writes below the cache's name here. */
const readActions = [
  "ecr:BatchGetImage",
  "ecr:BatchImportUpstreamImage",
  "ecr:GetDownloadUrlForLayer",
  "ecr:GetImageCopyStatus",
];
const writeActions = [
  "ecr:BatchCheckLayerAvailability",
  "ecr:BatchImportUpstreamImage",
  "ecr:CompleteLayerUpload",
  "ecr:InitiateLayerUpload",
  "ecr:PutImage",
  "ecr:UploadLayerPart",
];

/**
 * The role by which ECR pulls from a registry of ECR, in another region or account ("Setting up permissions for cross-account ECR to
 * ECR PTC" of its user guide); none for other upstreams.
 */
function createReader(
  child: string,
  args: AwsDescription,
  cache: string,
  host: string,
  { partition, region, accountId }: Place,
  opts: pulumi.CustomResourceOptions,
): { role: Role; policy: RolePolicy } | undefined {
  const upstream = ecrRegistryOf(host);
  if (upstream === undefined) return undefined;
  const role = createRole(
    `${child}-role`,
    args,
    {
      part: `cache-${cache}`,
      description: `ECR assumes it to cache images of ${host} for the Wharf stack ${args.stack}`,
      assumeRolePolicy: serviceTrust("CachesOfRegistry", "pullthroughcache.ecr"),
    },
    opts,
  );
  const there = `arn:${partitionOf(upstream.region)}:ecr:${upstream.region}:${upstream.account}`;
  const policy = new RolePolicy(
    `${child}-role-policy`,
    {
      name: "cache",
      role: role.name,
      policy: accountId().apply((account) =>
        JSON.stringify({
          Version: "2012-10-17",
          Statement: [
            { Sid: "LogIn", Action: ["ecr:GetAuthorizationToken"], Resource: "*" },
            { Sid: "ReadUpstream", Action: readActions, Resource: `${there}:repository/*` },
            {
              Sid: "WriteCache",
              Action: writeActions,
              Resource: `arn:${partition}:ecr:${region}:${account}:repository/${cache}/*`,
            },
          ].map(({ Sid, ...rest }) => ({ Sid, Effect: "Allow", ...rest })),
        }),
      ),
    },
    opts,
  );
  return { role, policy };
}

/** What a registry of ECR in another account has to allow, a sentence for each cache of one. */
export function readerNotes(
  { pullThroughCaches }: AwsDescription,
  caches: ReadonlyMap<string, EcrCache>,
): pulumi.Output<string[]> {
  return pulumi.all(
    pullThroughCaches.flatMap(({ name, upstream }) => {
      const { role } = caches.get(name) ?? {};
      return role === undefined
        ? []
        : role.arn.apply(
            (arn) =>
              `The cache ${name} pulls as ${arn}: where ${new URL(upstream).host} is of another account, the policies of its repositories have to allow this role ${readActions.join(", ")}.`,
          );
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
