import type { SimulatedTypes } from "../simulated/type";
import { regional, tagged, upTo } from "./regional";

const mutability = ["MUTABLE", "IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION", "MUTABLE_WITH_EXCLUSION"];
const encryption = {
  "encryptionConfigurations.encryptionType": ["AES256", "KMS", "KMS_DSSE"],
};
const registry = { registryId: "{account}" };

// The grammar of the service model ecr-2015-09-21: an underscore may be doubled, a hyphen may be repeated.
const word = "[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*";
const repositoryName = [
  new RegExp(`^(?=.{2,256}$)${word}(/${word})*$`),
  "2 to 256 lower-case letters, digits, and . _ __ - or / between them",
] as const;

const prefix = [
  new RegExp(`^(${word}(/${word})*/?|ROOT)$`),
  "lower-case letters, digits, and . _ __ - or / between them, or ROOT for all",
] as const;

const cachePrefix = [
  new RegExp(`^(?=.{2,30}$)(${word}(/${word})*/?|ROOT)$`),
  "2 to 30 lower-case letters, digits, and . _ __ - or / between them, or ROOT for all",
] as const;

const exclusions = { "imageTagMutabilityExclusionFilters.filterType": ["WILDCARD"] };

// https://docs.aws.amazon.com/AmazonECRPublic/latest/APIReference/API_CreateRepository.html
const publicName = [
  /^(?=.{2,205}$)(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/,
  "2 to 205 lower-case letters, digits, and single . _ - or / between them",
] as const;

/** Elastic Container Registry, private and public. */
export const ecr: SimulatedTypes = {
  ...regional({
    "aws:ecr/repository:Repository": {
      id: "{name}",
      named: ["name", "dashed"],
      replaces: ["name", "encryptionConfigurations"],
      defaults: { imageTagMutability: "MUTABLE" },
      outputs: {
        arn: "arn:{partition}:ecr:{region}:{account}:repository/{name}",
        ...registry,
        repositoryUrl: "{account}.dkr.ecr.{region}.{dnsSuffix}/{name}",
        ...tagged,
      },
      allowed: { imageTagMutability: mutability, ...encryption, ...exclusions },
      patterns: { name: repositoryName },
      refusesSecond: true,
    },
    "aws:ecr/lifecyclePolicy:LifecyclePolicy": {
      id: "{repository}",
      replaces: ["repository", "policy"],
      outputs: registry,
      documents: ["policy"],
      // Else the end of the old policy would be the end of the new one: a repository has one.
      deletedFirst: true,
    },
    "aws:ecr/repositoryPolicy:RepositoryPolicy": {
      id: "{repository}",
      replaces: ["repository"],
      outputs: registry,
      documents: ["policy"],
    },
    "aws:ecr/registryPolicy:RegistryPolicy": {
      id: "{account}",
      outputs: registry,
      documents: ["policy"],
    },
    "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration": {
      id: "{account}",
      outputs: registry,
      allowed: {
        scanType: ["BASIC", "ENHANCED"],
        "rules.scanFrequency": ["SCAN_ON_PUSH", "CONTINUOUS_SCAN", "MANUAL"],
      },
    },
    "aws:ecr/replicationConfiguration:ReplicationConfiguration": {
      id: "{account}",
      outputs: registry,
    },
    "aws:ecr/pullThroughCacheRule:PullThroughCacheRule": {
      id: "{ecrRepositoryPrefix}",
      replaces: ["ecrRepositoryPrefix", "upstreamRegistryUrl", "upstreamRepositoryPrefix"],
      outputs: registry,
      patterns: { ecrRepositoryPrefix: cachePrefix, upstreamRepositoryPrefix: cachePrefix },
      refusesSecond: true,
    },
    "aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate": {
      id: "{prefix}",
      replaces: ["prefix"],
      defaults: { imageTagMutability: "MUTABLE" },
      outputs: registry,
      documents: ["lifecyclePolicy", "repositoryPolicy"],
      allowed: {
        appliedFors: ["CREATE_ON_PUSH", "PULL_THROUGH_CACHE", "REPLICATION"],
        imageTagMutability: mutability,
        ...encryption,
        ...exclusions,
      },
      patterns: { prefix, description: upTo(256) },
      refusesSecond: true,
    },
    "aws:ecr/accountSetting:AccountSetting": {
      id: "{name}",
      replaces: ["name"],
      required: ["name"],
      allowed: {
        name: ["BASIC_SCAN_TYPE_VERSION", "BLOB_MOUNTING", "REGISTRY_POLICY_SCOPE"],
        value: ["AWS_NATIVE", "ENABLED", "DISABLED", "V2"],
      },
    },
    "aws:ecr/pullTimeUpdateExclusion:PullTimeUpdateExclusion": {
      id: "{principalArn}",
      replaces: ["principalArn"],
    },
    "aws:ecrpublic/repository:Repository": {
      id: "{repositoryName}",
      replaces: ["repositoryName"],
      outputs: {
        arn: "arn:{partition}:ecr-public::{account}:repository/{repositoryName}",
        ...registry,
        repositoryUri: "public.ecr.aws/{hex8}/{repositoryName}",
        ...tagged,
      },
      patterns: { repositoryName: publicName },
      // https://docs.aws.amazon.com/general/latest/gr/ecr-public.html: the API answers only in these.
      allowed: { region: ["us-east-1", "us-west-2"] },
      refusesSecond: true,
    },
    "aws:ecrpublic/repositoryPolicy:RepositoryPolicy": {
      id: "{repositoryName}",
      replaces: ["repositoryName"],
      outputs: registry,
      documents: ["policy"],
    },
  }),
};
