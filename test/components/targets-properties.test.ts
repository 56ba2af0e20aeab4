import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { checkDescription } from "../../components/description/check";
import type { Deletion } from "../../components/model/environment";
import { descriptions, type Config } from "./description-arbitraries";
import type { Cloud } from "../support/ready-stack";
import { register, type Registration } from "../support/registrations";

// WHARF_PROPERTY_RUNS=1000 looks longer; the usual number keeps the tests of a change short.
const numRuns = Number(process.env.WHARF_PROPERTY_RUNS ?? 8);

const provider = {
  "aws:region": "eu-central-1",
  "gcp:project": "shop-123",
  "gcp:region": "europe-west3",
  "azure-native:location": "germanywestcentral",
  "azure-native:subscriptionId": "00000000-0000-0000-0000-000000000001",
};

/** What is true of only one cloud. */
interface Facts {
  plugin: string;
  /** Type of what holds images. */
  holdsImages: string;
  /** What is wrong with a resource by the platform's own limits, read in its documentation. */
  faults(resource: Registration): string[];
}

type Inputs = Record<string, unknown>;
interface Rule {
  rulePriority: number;
  selection: { tagStatus: string; tagPatternList?: string[] };
}
interface Statement {
  Effect?: string;
  Action?: unknown;
}

/** Names each check that does not hold. */
const failing = (checks: Record<string, boolean>) =>
  Object.keys(checks).filter((name) => checks[name] !== true);
const text = (value: unknown) => (typeof value === "string" ? value : "");
const entries = (value: unknown) => Object.entries((value ?? {}) as Record<string, string>);

/** Checks of a policy of IAM's grammar. */
function policyChecks(policy: string, most: number): Record<string, boolean> {
  const { Version, Statement } = JSON.parse(policy) as { Version: string; Statement: Statement[] };
  return {
    [`a policy has at most ${most} characters`]: policy.length <= most,
    "a policy has IAM's version": Version === "2012-10-17",
    "a policy states something": Statement.length > 0,
    "each statement allows or denies actions": Statement.every(
      ({ Effect, Action }) => /^(Allow|Deny)$/.test(text(Effect)) && Action !== undefined,
    ),
  };
}

const aws: Record<string, (inputs: Inputs) => Record<string, boolean>> = {
  // Service model of ECR's API, 2015-09-21, and its user guide.
  "aws:ecr/repository:Repository": ({ name, ...inputs }) => {
    const filters = (inputs.imageTagMutabilityExclusionFilters ?? []) as { filter: string }[];
    const excluding = text(inputs.imageTagMutability).endsWith("_WITH_EXCLUSION");
    return {
      "a name has 2 to 256 characters": text(name).length >= 2 && text(name).length <= 256,
      "a name is of ECR's grammar":
        /^(?:[a-z0-9]+(?:[._-][a-z0-9]+|__[a-z0-9]+|-+[a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+|__[a-z0-9]+|-+[a-z0-9]+)*$/.test(
          text(name),
        ),
      "1 to 5 filters, where there are exceptions, and else none": excluding
        ? filters.length >= 1 && filters.length <= 5
        : filters.length === 0,
      "a filter has two wildcards at most": filters.every(
        ({ filter }) => /^[0-9a-zA-Z._*-]{1,128}$/.test(filter) && filter.split("*").length <= 3,
      ),
    };
  },
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": ({ policy }) => {
    const { rules } = JSON.parse(text(policy)) as { rules: Rule[] };
    const priorities = rules.map(({ rulePriority }) => rulePriority);
    const any = rules.filter(({ selection }) => selection.tagStatus === "any");
    return {
      "a lifecycle policy has at most 30720 characters": text(policy).length <= 30_720,
      "a lifecycle policy has 1 to 50 rules": rules.length >= 1 && rules.length <= 50,
      "no two rules have one priority": new Set(priorities).size === priorities.length,
      "a rule for any image comes last": any.every(
        ({ rulePriority }) => rulePriority === Math.max(...priorities),
      ),
      "a pattern has four wildcards at most": rules.every(({ selection }) =>
        (selection.tagPatternList ?? []).every((pattern) => pattern.split("*").length <= 5),
      ),
      "tagged images are named by patterns, others are not": rules.every(
        ({ selection }) =>
          (selection.tagStatus === "tagged") === (selection.tagPatternList !== undefined),
      ),
    };
  },
  "aws:ecr/repositoryPolicy:RepositoryPolicy": ({ policy }) => policyChecks(text(policy), 10_240),
  "aws:ecr/registryPolicy:RegistryPolicy": ({ policy }) => policyChecks(text(policy), 10_240),
  "aws:iam/policy:Policy": ({ policy, name }) => ({
    ...policyChecks(text(policy).replaceAll(/\s/g, ""), 6144),
    "a policy's name is of IAM's grammar": /^[\w+=,.@-]{1,128}$/.test(text(name)),
  }),
  "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration": ({ rules }) => {
    const all = rules as { repositoryFilters: { filter: string }[] }[];
    return {
      "at most two rules of a scan": all.length <= 2,
      "1 to 100 filters in each": all.every(
        ({ repositoryFilters: { length } }) => length >= 1 && length <= 100,
      ),
    };
  },
  "aws:kms/key:Key": ({ policy, rotationPeriodInDays }) => ({
    ...policyChecks(text(policy), 32_768),
    "a key turns over after 90 to 2560 days":
      Number(rotationPeriodInDays) >= 90 && Number(rotationPeriodInDays) <= 2560,
  }),
};

interface CleanupPolicy {
  id: string;
  condition?: { olderThan?: string; newerThan?: string };
  mostRecentVersions?: { keepCount: number };
}
const gcp: Record<string, (inputs: Inputs) => Record<string, boolean>> = {
  // Reference of the REST API, projects.locations.repositories.
  "gcp:artifactregistry/repository:Repository": ({ repositoryId, cleanupPolicies }) => {
    const policies = (cleanupPolicies ?? []) as CleanupPolicy[];
    const ages = policies.flatMap(({ condition = {} }) =>
      [condition.olderThan, condition.newerThan].filter((age) => age !== undefined),
    );
    return {
      "an id is of Artifact Registry's grammar": /^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(
        text(repositoryId),
      ),
      "at most ten cleanup policies": policies.length <= 10,
      "no two policies have one id": new Set(policies.map(({ id }) => id)).size === policies.length,
      "an id has at most 128 characters": policies.every(({ id }) => /^[a-z0-9-]{1,128}$/.test(id)),
      "an age is in seconds": ages.every((age) => /^[1-9]\d*s$/.test(age)),
      "a number to keep is above 0": policies.every(
        ({ mostRecentVersions }) =>
          mostRecentVersions === undefined || mostRecentVersions.keepCount > 0,
      ),
    };
  },
  "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember": ({ role, member }) => ({
    "a role is Artifact Registry's, or the stack's own":
      /^(roles\/artifactregistry\.\w+|projects\/[^/]+\/roles\/[\w.]{3,64})$/.test(text(role)),
    "a member is of IAM's grammar": /^(\w+:\S+|principal(Set)?:\/\/\S+|allUsers)$/.test(
      text(member),
    ),
  }),
  "gcp:kms/cryptoKey:CryptoKey": ({ rotationPeriod }) => ({
    "a key turns over after a day at least": Number.parseInt(text(rotationPeriod), 10) >= 86_400,
  }),
};

const azure: Record<string, (inputs: Inputs) => Record<string, boolean>> = {
  // REST API of Microsoft.ContainerRegistry, and "Azure Container Registry service tiers".
  "azure-native:containerregistry:Registry": ({ registryName, policies, networkRuleSet }) => {
    const { retentionPolicy } = (policies ?? {}) as { retentionPolicy?: { days: number } };
    const { ipRules = [] } = (networkRuleSet ?? {}) as { ipRules?: unknown[] };
    return {
      "a registry's name has 5 to 50 letters and digits": /^[A-Za-z0-9]{5,50}$/.test(
        text(registryName),
      ),
      "untagged manifests stay 0 to 365 days":
        retentionPolicy === undefined || (retentionPolicy.days >= 0 && retentionPolicy.days <= 365),
      "at most 100 network rules": ipRules.length <= 100,
    };
  },
  "azure-native:containerregistry:Task": ({ step, timeout }) => {
    const { encodedTaskContent } = step as { encodedTaskContent: string };
    const { steps } = parse(Buffer.from(encodedTaskContent, "base64").toString()) as {
      steps: { cmd: string }[];
    };
    return {
      "a task has steps, each a command": steps.length > 0 && steps.every(({ cmd }) => cmd !== ""),
      "a task ends within 8 hours": Number(timeout) >= 300 && Number(timeout) <= 28_800,
    };
  },
  "azure-native:containerregistry:ScopeMap": ({ actions }) => ({
    "an action is of one repository or of all": (actions as string[]).every((action) =>
      /^repositories\/[a-z0-9._/*-]+\/(content|metadata)\/(read|write|delete)$/.test(action),
    ),
  }),
  "azure-native:containerregistry:Token": ({ tokenName, status }) => ({
    "a token's name is of ACR's grammar": /^[A-Za-z0-9-]{5,50}$/.test(text(tokenName)),
    "a token is enabled or not": /^(enabled|disabled)$/.test(text(status)),
  }),
  "azure-native:containerregistry:Webhook": ({ webhookName }) => ({
    "a webhook's name has 5 to 50 letters and digits": /^[A-Za-z0-9]{5,50}$/.test(
      text(webhookName),
    ),
  }),
  "azure-native:authorization:RoleAssignment": ({ condition, conditionVersion }) => ({
    "a condition has at most 8 KB": text(condition).length <= 8192,
    "a condition says its version": (condition === undefined) === (conditionVersion === undefined),
  }),
  "azure-native:keyvault:Vault": ({ vaultName }) => ({
    "a vault's name is of Key Vault's grammar":
      /^[A-Za-z](?:[A-Za-z0-9]|-(?!-)){1,22}[A-Za-z0-9]$/.test(text(vaultName)),
  }),
};

/** Faults by the checks of a resource's type, and by those of its tags or labels. */
const faultsBy =
  (
    checks: Record<string, (inputs: Inputs) => Record<string, boolean>>,
    tagChecks: (inputs: Inputs) => Record<string, boolean>,
  ) =>
  ({ type, inputs }: Registration) => [
    ...failing(checks[type]?.(inputs) ?? {}),
    ...failing(tagChecks(inputs)),
  ];

const facts: Record<Cloud, Facts> = {
  aws: {
    plugin: "aws",
    holdsImages: "aws:ecr/repository:Repository",
    faults: faultsBy(aws, ({ tags }) => ({
      "at most 50 tags": entries(tags).length <= 50,
      "a tag is as long as AWS takes it": entries(tags).every(
        ([key, value]) => key.length <= 128 && value.length <= 256 && !/^aws:/i.test(key),
      ),
    })),
  },
  gcp: {
    plugin: "gcp",
    holdsImages: "gcp:artifactregistry/repository:Repository",
    faults: faultsBy(gcp, ({ labels }) => ({
      "at most 64 labels": entries(labels).length <= 64,
      "a label is of Google Cloud's grammar": entries(labels).every(
        ([key, value]) => /^[a-z][a-z0-9_-]{0,62}$/.test(key) && /^[a-z0-9_-]{0,63}$/.test(value),
      ),
    })),
  },
  azure: {
    plugin: "azure-native",
    holdsImages: "azure-native:containerregistry:Registry",
    faults: faultsBy(azure, ({ tags }) => ({
      "at most 50 tags": entries(tags).length <= 50,
      "a tag is as long as Azure takes it": entries(tags).every(
        ([key, value]) => key.length <= 512 && value.length <= 256,
      ),
    })),
  },
};

/** Texts anywhere in a value that are meant as JSON. */
function documents(value: unknown): string[] {
  if (typeof value === "string") return /^\s*(\{|\[\s*[{"\]])/.test(value) ? [value] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(documents);
}

/** What the description says becomes of images. */
function deletionOf(config: Config): Deletion {
  return checkDescription({ stack: "shop", values: config, secretKeys: new Set() }).deletion;
}

describe.each(Object.keys(facts) as Cloud[])("any description for %s", (cloud) => {
  const { plugin, holdsImages, faults } = facts[cloud];

  test(
    "registers what the platform takes, twice the same, and nothing of another's",
    async () => {
      await fc.assert(
        fc.asyncProperty(descriptions(cloud), async (config) => {
          const registered = () => register(config, { provider });
          const first = await registered();
          expect(await registered()).toEqual(first);

          const { registrations } = first;
          const packages = new Set(registrations.map(({ type }) => type.split(":")[0]));
          expect(packages).toEqual(new Set(["wharf", plugin]));
          for (const { inputs } of registrations) {
            for (const document of documents(inputs)) JSON.parse(document);
          }
          expect(
            registrations.flatMap((one) => faults(one).map((fault) => `${one.name}: ${fault}`)),
          ).toEqual([]);

          const deletion = deletionOf(config);
          const holding = registrations.filter(({ type }) => type === holdsImages);
          expect(holding.length).toBeGreaterThan(0);
          for (const { protect, retainOnDelete } of holding) {
            expect([protect, retainOnDelete]).toEqual([
              deletion === "protect",
              deletion === "retain",
            ]);
          }
          if (deletion === "force") {
            const kept = registrations.filter((one) => one.protect || one.retainOnDelete);
            expect(kept).toEqual([]);
          }
        }),
        { numRuns },
      );
      // A long run takes as long as it takes.
    },
    Math.max(300_000, numRuns * 5000),
  );
});
