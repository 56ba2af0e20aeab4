import fc from "fast-check";
import { refuseAcr } from "../../components/retention/acr";
import { refuseArtifactRegistry } from "../../components/retention/artifact-registry";
import { refuseEcr } from "../../components/retention/ecr";
import {
  expiresTagged,
  type Refusal,
  type Retention,
  retentionOf,
  retentionProblems,
  retentionSettings,
} from "../../components/model/retention";
import type { Cloud } from "../support/ready-stack";
import { retentions } from "./retention/arbitraries";

/** A stack's config by key, without `wharf:`. */
export type Config = Record<string, unknown>;

const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
const word = fc.stringMatching(/^[a-z][a-z0-9]{1,9}$/);

/** Names that every platform takes, and that none takes for the same as another. */
const names = fc.uniqueArray(
  fc
    .tuple(
      fc.array(word, { minLength: 1, maxLength: 4 }),
      fc.constantFrom("/", "-", ".", "_", "__", "--"),
    )
    .map(([words, between]) => words.join(between)),
  { minLength: 1, maxLength: 4, selector: (name) => name.replace(/[^a-z0-9]+/g, "-") },
);

/** Labels that every platform takes, and that Wharf does not write itself. */
const labels = fc.dictionary(
  fc.stringMatching(/^l[a-z0-9_-]{0,20}$/),
  fc.stringMatching(/^[a-z0-9_-]{0,63}$/),
  { maxKeys: 8 },
);

/** Ranges of addresses of the internet. */
const publicRanges = fc.uniqueArray(
  fc
    .tuple(fc.integer({ min: 11, max: 99 }), fc.nat({ max: 255 }), fc.integer({ min: 16, max: 32 }))
    .map(([first, second, bits]) => `${first}.${second}.0.0/${bits}`),
  { maxLength: 3 },
);

const guid = fc.uuid();
// Few, so that some of the principals belong to the account whose identities get policies.
const account = fc.constantFrom("123456789012", "210987654321", "000000000001");

/** Principals by the roles that they may have. */
const principals: Record<Cloud, fc.Arbitrary<string>> = {
  aws: fc.oneof(
    fc
      .tuple(account, fc.constantFrom("role", "user"), word)
      .map(([id, kind, name]) => `arn:aws:iam::${id}:${kind}/${name}`),
    account.map((id) => `account:${id}`),
    fc.stringMatching(/^o-[a-z0-9]{10,32}$/).map((id) => `organization:${id}`),
  ),
  gcp: fc.oneof(
    ...["user", "group", "serviceAccount"].map((kind) =>
      word.map((name) => `${kind}:${name}@example.com`),
    ),
    word.map((name) => `domain:${name}.example.com`),
    word.map(
      (name) =>
        `principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/ci/subject/${name}`,
    ),
  ),
  azure: fc
    .tuple(fc.constantFrom("user", "group", "servicePrincipal"), guid)
    .map(([kind, id]) => `${kind}:${id}`),
};
const pullOnly: Partial<Record<Cloud, readonly string[]>> = {
  aws: ["service:lambda", "service:codebuild"],
};

function accessLists(cloud: Cloud) {
  const list = fc.uniqueArray(principals[cloud], { maxLength: 3 });
  const pull = pullOnly[cloud];
  return {
    pull:
      pull === undefined
        ? list
        : fc.tuple(list, fc.subarray([...pull])).map(([some, others]) => [...some, ...others]),
    push: list,
    delete: list,
    admin: list,
  };
}

const refusals: Record<Cloud, (retention: Retention) => Refusal[]> = {
  aws: refuseEcr,
  gcp: refuseArtifactRegistry,
  azure: refuseAcr,
};
/** Blocks that the platform refuses no part of, each whole, so that no default adds anything. */
function retentionBlocks(cloud: Cloud) {
  const ages = ["expireAfterDays", "untaggedAfterDays", "archiveAfterDays"];
  const never = Object.fromEntries(ages.map((age) => [age, "never"]));
  return retentions
    .map((retention) => ({ ...retention, dryRun: cloud === "gcp" && retention.dryRun }))
    .filter(
      (retention) =>
        refusals[cloud](retention).length === 0 && retentionProblems(retention, []).length === 0,
    )
    .map((retention) => ({
      ...never,
      ...Object.fromEntries(Object.entries(retention).filter(([, value]) => value !== undefined)),
    }));
}

const tagPatterns = fc.uniqueArray(
  fc.constantFrom("latest", "stable", "main-*", "*-rc*", "v1.*", "sha256-*"),
  { maxLength: 4 },
);
/** What a platform can be told of tags that may not move. */
const immutableTags: Record<Cloud, fc.Arbitrary<object>> = {
  aws: fc.record({ enabled: fc.boolean(), except: tagPatterns }),
  gcp: fc.record({ enabled: fc.boolean() }),
  azure: fc.constant({ enabled: false }),
};
const scan: Record<Cloud, fc.Arbitrary<object>> = {
  aws: fc.record({ onPush: fc.boolean() }),
  gcp: fc.record({ onPush: fc.boolean() }),
  azure: fc.constant({ onPush: false }),
};

const keys: Record<Cloud, fc.Arbitrary<string>> = {
  aws: fc.constantFrom(
    "create",
    "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
  ),
  gcp: fc.constantFrom(
    "create",
    "projects/keys/locations/europe-west3/keyRings/images/cryptoKeys/images",
  ),
  azure: fc.constant("create"),
};

/** The block that only the platform reads, and keys that only it has among the three. */
const own: Record<Cloud, fc.Arbitrary<Config>> = {
  aws: fc.record({
    endpoint: fc.record({ allowFrom: publicRanges }),
    aws: fc.record({
      signatureTags: fc.constantFrom("movable", "immutable"),
      identityPolicies: fc.record({ account }),
      managePrivateRegistry: fc.constant(true),
      scanning: fc.record({ type: fc.constantFrom("basic", "enhanced") }),
      accountSettings: fc.record({ blobMounting: fc.boolean() }),
      registryPolicy: fc.record({ replicateFrom: fc.uniqueArray(account, { maxLength: 3 }) }),
      publicRepositories: fc.uniqueArray(fc.record({ name: word }), {
        maxLength: 2,
        selector: ({ name }) => name,
      }),
    }),
  }),
  gcp: fc.record({
    pullThroughCaches: fc
      .boolean()
      .map((some) => (some ? [{ name: "cache-hub", upstream: "docker-hub" }] : [])),
    gcp: fc.record({
      enableServices: fc.boolean(),
    }),
  }),
  azure: fc.record({
    endpoint: fc.record({ allowFrom: publicRanges }),
    users: fc.uniqueArray(
      fc.record({
        name: fc.stringMatching(/^[a-z][a-z0-9-]{4,20}$/),
        role: fc.constantFrom("pull", "push", "delete", "admin"),
        expires: fc.constantFrom("2020-01-31", "2099-12-31"),
      }),
      { maxLength: 4, selector: ({ name }) => name },
    ),
    azure: fc.record({
      roleAssignmentMode: fc.constant("AbacRepositoryPermissions"),
      zoneRedundant: fc.boolean(),
      dataEndpoints: fc.boolean(),
      webhooks: fc.uniqueArray(
        fc.record({
          name: fc.stringMatching(/^[a-zA-Z0-9]{5,50}$/),
          url: fc.constant("https://ci.example.com/hook"),
        }),
        { maxLength: 3, selector: ({ name }) => name.toLowerCase() },
      ),
    }),
  }),
};

/** Leaves out what is undefined, as a stack's file would. */
function written<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map(written) as Value;
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, part]) => part !== undefined);
  return Object.fromEntries(entries.map(([key, part]) => [key, written(part)])) as Value;
}

/** Artifact Registry refuses the expiry of tagged images beside immutable tags. */
function mutableWhereImagesExpire(cloud: Cloud, retention: object | undefined): object {
  const block = retentionSettings.parse(written(retention ?? {}));
  return cloud === "gcp" && expiresTagged(retentionOf("dev", block))
    ? { immutableTags: { enabled: false } }
    : {};
}

/** Any description that a cloud can carry out. */
export function descriptions(cloud: Cloud): fc.Arbitrary<Config> {
  const defaults = { immutableTags: maybe(immutableTags[cloud]), scan: maybe(scan[cloud]) };
  const retention = retentionBlocks(cloud);
  const repository = fc.record({ ...defaults, retention, ...accessLists(cloud) });
  return fc
    .record({
      environment: fc.constantFrom("lab", "dev", "staging", "prod"),
      deletion: fc.constantFrom(undefined, "protect", "retain", "force"),
      names,
      repositories: fc.array(repository, { minLength: 4, maxLength: 4 }),
      // A block for all repositories or one for each: what one block can be told, both together may not.
      common: maybe(retention),
      ...defaults,
      access: fc.record(accessLists(cloud)),
      encryption: fc.record({
        key: maybe(keys[cloud]),
        rotationDays: fc.integer({ min: 90, max: 2560 }),
      }),
      labels,
      own: own[cloud],
    })
    .map(({ names, repositories, own, deletion, environment, common, ...settings }) =>
      written({
        ...{ target: cloud, environment, ...settings, ...own, retention: common },
        // The one combination that no platform takes.
        deletion: environment === "prod" && deletion === "force" ? undefined : deletion,
        repositories: names.map((name, index) => ({
          name,
          ...repositories[index],
          ...(common !== undefined && { retention: undefined }),
          ...mutableWhereImagesExpire(cloud, common ?? repositories[index]?.retention),
        })),
      }),
    );
}
