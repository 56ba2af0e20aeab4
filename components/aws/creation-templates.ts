import type { AwsDescription } from "./settings";
import { RepositoryCreationTemplate } from "@pulumi/aws/ecr/repositoryCreationTemplate";
import type { Role } from "@pulumi/aws/iam/role";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy";
import * as pulumi from "@pulumi/pulumi";
import type { Path } from "../core/fields";
import { withRepositoryDefaults } from "../model/defaults";
import { type Repository, repositorySettings } from "../model/repositories";

import { compileEcr } from "../retention/ecr";
import { type Encryption, encryptionOf } from "./encryption";
import { stackTags, within } from "./names";
import type { Place } from "./place";
import type { CreationTemplate } from "./private-registry-settings";
import { prefixPath } from "./pull-through-cache/upstreams";
import {
  inReplicaRegion,
  likeAll,
  templatedPaths,
  replicaRegions,
  replicaRetention,
} from "./replication/plan";
import type { ReplicaKeys } from "./replication/replication";
import { repositoryPolicies } from "./repository-policies";
import { createRole } from "./roles";
import { tagMutability } from "./tag-mutability";
import { serviceTrust } from "./trust-policies";

/** Where templates create repositories. */
export interface TemplatePlaces {
  /** The partition of all of them. */
  partition: string;
  /** Prefixes of each region in which there are templates. */
  prefixes: readonly { region: string; prefix: string }[];
  /** ARNs of the keys that encrypt the repositories. */
  keys: readonly pulumi.Input<string>[];
}

/** The role that ECR assumes to create a repository with tags or a key ("Creating a repository creation role" of its guide). */
export function createTemplateRole(
  name: string,
  args: AwsDescription,
  { partition, prefixes, keys }: TemplatePlaces,
  opts: pulumi.CustomResourceOptions,
): Role {
  const role = createRole(
    `${name}-template-role`,
    args,
    {
      part: "templates",
      description: `ECR assumes it to create repositories of the Wharf stack ${args.stack}`,
      assumeRolePolicy: serviceTrust("RegistryMakesRepositories", "ecr"),
    },
    opts,
  );
  const make = {
    Sid: "MakeRepositories",
    Effect: "Allow",
    Action: ["ecr:CreateRepository", "ecr:ReplicateImage", "ecr:TagResource"],
    Resource: prefixes.map(
      ({ region, prefix }) => `arn:${partition}:ecr:${region}:*:repository/${prefixPath(prefix)}`,
    ),
  };
  new RolePolicy(
    `${name}-template-role-policy`,
    {
      name: "make-repositories",
      role: role.name,
      policy: pulumi.all([...keys]).apply((arns) =>
        JSON.stringify({
          Version: "2012-10-17",
          Statement: [
            make,
            ...(arns.length === 0
              ? []
              : [
                  {
                    Sid: "EncryptThem",
                    Effect: "Allow",
                    Action: ["kms:CreateGrant", "kms:DescribeKey", "kms:RetireGrant"],
                    Resource: arns.length === 1 ? arns[0] : arns,
                  },
                ]),
          ],
        }),
      ),
    },
    opts,
  );
  return role;
}

/** Templates for repositories that ECR creates by itself, and the role that it tags and encrypts them with. */
export interface CreationTemplates {
  role?: Role;
  templates: RepositoryCreationTemplate[];
}

const appliedFor: Record<CreationTemplate["appliedFor"][number], string> = {
  createOnPush: "CREATE_ON_PUSH",
  pullThroughCache: "PULL_THROUGH_CACHE",
  replication: "REPLICATION",
};

/** A template before its role is known. */
interface Plan {
  /** Name of the resource. */
  child: string;
  prefix: string;
  appliedFors: string[];
  place: Place;
  keyArn: pulumi.Input<string> | undefined;
  /** The repository whose settings it gives. */
  like: Repository;
}

/**
 * A template for each prefix of the description, for each of its caches, and in each region that images are replicated to.
 * Repositories created by them are like those of the description that have no settings of their own.
 */
export function createCreationTemplates(
  name: string,
  args: AwsDescription,
  place: Place,
  { keyArn }: Encryption,
  replicaKeys: ReplicaKeys,
  opts: pulumi.CustomResourceOptions,
): CreationTemplates {
  // A repository without settings of its own; its name is not used.
  const plain = withRepositoryDefaults(repositorySettings.parse({ name: "any" }), args);
  const plans: Plan[] = [
    ...args.aws.creationTemplates.map(({ prefix, appliedFor: occasions }) => ({
      child: `${name}-template-${prefix.replace(/\/$/, "")}`,
      prefix,
      appliedFors: occasions.map((occasion) => appliedFor[occasion]),
      place,
      keyArn,
      like: plain,
    })),
    ...args.pullThroughCaches.map(({ name: cache }) => ({
      child: `${name}-template-${cache}`,
      prefix: cache,
      appliedFors: [appliedFor.pullThroughCache],
      // The upstream moves its tags, and ECR follows; with immutable tags it would always serve the first image.
      like: { ...plain, immutableTags: { enabled: false, except: [] } },
      place,
      keyArn,
    })),
    ...replicaPlans(name, args, place, replicaKeys, plain),
  ];
  if (plans.length === 0) return { templates: [] };
  const keys = new Set(plans.map((plan) => plan.keyArn).filter((key) => key !== undefined));
  const role = createTemplateRole(
    name,
    args,
    {
      partition: place.partition,
      prefixes: plans.map(({ prefix, place: { region } }) => ({ region, prefix })),
      keys: [...keys],
    },
    opts,
  );
  return { role, templates: plans.map((plan) => createTemplate(plan, args, place, role, opts)) };
}

/** A template by its prefix and region, and the key of the description that it comes from. */
export interface TemplatePlace {
  prefix: string;
  region: string;
  path: Path;
}

/** The templates of a description. */
export function templatePlans(
  { aws, pullThroughCaches, repositories }: AwsDescription,
  home: string,
): TemplatePlace[] {
  return [
    ...aws.creationTemplates.map(({ prefix }, index) => ({
      ...{ prefix, region: home },
      path: ["aws", "creationTemplates", index, "prefix"],
    })),
    ...pullThroughCaches.map(({ name }, index) => ({
      ...{ prefix: name, region: home },
      path: ["pullThroughCaches", index, "name"],
    })),
    ...[...replicaRegions(aws.replication)].flatMap(([region, entries]) =>
      templatedPaths(entries, repositories).map(({ prefix }) => ({
        ...{ prefix, region },
        path: ["aws", "replication", aws.replication.indexOf(entries[0]!), "region"],
      })),
    ),
  ];
}

/** In each region of this account that images are replicated to, a template for each path that the replicas have. */
function replicaPlans(
  name: string,
  { aws: { replication }, repositories }: AwsDescription,
  place: Place,
  keys: ReplicaKeys,
  plain: Repository,
): Plan[] {
  return [...replicaRegions(replication)].flatMap(([region, entries]) =>
    templatedPaths(entries, repositories).map(({ prefix, repositories: below }) => {
      const like = likeAll(below) ?? plain;
      return {
        child: `${name}-replica-${region}-template-${prefix}`,
        prefix,
        appliedFors: [appliedFor.replication],
        place: { ...place, region },
        keyArn: keys.get(region),
        like: { ...like, retention: replicaRetention(like.retention) },
      };
    }),
  );
}

function createTemplate(
  { child, prefix, appliedFors, place, keyArn, like }: Plan,
  args: AwsDescription,
  home: Place,
  role: Role,
  opts: pulumi.CustomResourceOptions,
): RepositoryCreationTemplate {
  const isReplica = place.region !== home.region;
  const policyOf = repositoryPolicies(
    isReplica ? inReplicaRegion(args, place.region) : args,
    place,
  );
  return new RepositoryCreationTemplate(
    child,
    {
      region: isReplica ? place.region : undefined,
      prefix,
      description: within(256, `Repositories of the Wharf stack ${args.stack} below ${prefix}`),
      appliedFors,
      customRoleArn: role.arn,
      ...tagMutability(like.immutableTags, args.aws),
      encryptionConfigurations: encryptionOf(args, keyArn),
      lifecyclePolicy: compileEcr(like.retention).policy,
      repositoryPolicy: policyOf(like),
      resourceTags: stackTags(args),
    },
    opts,
  );
}
