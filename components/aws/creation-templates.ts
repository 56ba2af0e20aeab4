import type * as pulumi from "@pulumi/pulumi";
import { RepositoryCreationTemplate } from "@pulumi/aws/ecr/repositoryCreationTemplate";
import type { Role } from "@pulumi/aws/iam/role";
import { withRepositoryDefaults } from "../description/defaults";
import { repositorySettings, type Repository } from "../description/repositories";
import type { RegistryArgs } from "../registry";
import { compileEcr } from "../retention/ecr";
import { repositoryPolicies } from "./access";
import type { Encryption } from "./encryption";
import { stackTags } from "./labels";
import { tagMutability } from "./mutability";
import type { Place } from "./place";
import type { CreationTemplate } from "./registry-wide-settings";
import type { ReplicaKeys } from "./replication/keys";
import { likeAll, replicaPaths, replicaRegions } from "./replication/plan";
import { createTemplateRole } from "./template-role";

/** Templates for repositories that ECR makes by itself, and the role by which it tags and encrypts them. */
export interface CreationTemplates {
  role?: Role;
  templates: RepositoryCreationTemplate[];
}

const appliedFor: Record<CreationTemplate["appliedFor"][number], string> = {
  createOnPush: "CREATE_ON_PUSH",
  pullThroughCache: "PULL_THROUGH_CACHE",
  replication: "REPLICATION",
};

/** A template that is to be, before its role is known. */
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
 * A template for each prefix of the description, for each of its caches, and in each region that images are copied to, for what
 * is made there. Repositories made by them are as those that the description leaves plain.
 */
export function createCreationTemplates(
  name: string,
  args: RegistryArgs,
  place: Place,
  { keyArn }: Encryption,
  replicaKeys: ReplicaKeys,
  opts: pulumi.CustomResourceOptions,
): CreationTemplates {
  // A repository of which the description says nothing; its name is not used.
  const plain = withRepositoryDefaults(repositorySettings.parse({ name: "any" }), args);
  const plans: Plan[] = [
    ...args.aws.creationTemplates.map(({ prefix, appliedFor: occasions }) => ({
      child: `${name}-template-${prefix.replace(/\/$/, "")}`,
      prefix,
      appliedFors: occasions.map((occasion) => appliedFor[occasion]),
      ...{ place, keyArn, like: plain },
    })),
    ...args.caches.map(({ name: cache }) => ({
      child: `${name}-template-${cache}`,
      prefix: cache,
      appliedFors: [appliedFor.pullThroughCache],
      // The upstream moves its tags, and ECR follows; where tags may not move it would serve the first image for ever.
      like: { ...plain, immutableTags: { enabled: false, except: [] } },
      ...{ place, keyArn },
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

/** In each region of this account that images are copied to, a template for each path below which they come to lie. */
function replicaPlans(
  name: string,
  { aws: { replication }, repositories }: RegistryArgs,
  place: Place,
  keys: ReplicaKeys,
  plain: Repository,
): Plan[] {
  return [...replicaRegions(replication)].flatMap(([region, entries]) =>
    replicaPaths(entries, repositories).map(({ prefix, repositories: below }) => ({
      child: `${name}-replica-${region}-template-${prefix}`,
      prefix,
      appliedFors: [appliedFor.replication],
      place: { ...place, region },
      keyArn: keys.get(region),
      like: likeAll(below) ?? plain,
    })),
  );
}

function createTemplate(
  { child, prefix, appliedFors, place, keyArn, like }: Plan,
  args: RegistryArgs,
  home: Place,
  role: Role,
  opts: pulumi.CustomResourceOptions,
): RepositoryCreationTemplate {
  return new RepositoryCreationTemplate(
    child,
    {
      region: place.region === home.region ? undefined : place.region,
      prefix,
      description: `Repositories of the Wharf stack ${args.stack} below ${prefix}`,
      appliedFors,
      customRoleArn: role.arn,
      ...tagMutability(like.immutableTags, args.aws),
      encryptionConfigurations:
        keyArn === undefined ? undefined : [{ encryptionType: "KMS", kmsKey: keyArn }],
      lifecyclePolicy: compileEcr(like.retention).policy,
      repositoryPolicy: repositoryPolicies(args, place)(like),
      resourceTags: stackTags(args),
    },
    opts,
  );
}
