import { describe, expect, test } from "vitest";
import { capabilities } from "../../../components/capabilities";
import { checkDescription } from "../../../components/description/check";
import { Target } from "../../../components/model/environment";
import { shapeOf, unwrap, type AnySchema } from "../../../components/core/fields";
import { DescriptionError, type Problem } from "../../../components/core/problems";
import { descriptionSchema } from "../../../components/description/schema";
import { caCertificate } from "../../support/authority";

type Config = Record<string, unknown>;
const targets = Object.values(Target);

/** A principal in the words of each platform; a registry that Wharf runs has its users. */
const principals: Record<Target, string> = {
  docker: "developer",
  kubernetes: "developer",
  aws: "arn:aws:iam::123456789012:role/ci",
  gcp: "group:developers@example.com",
  azure: "group:22222222-2222-2222-2222-222222222222",
};

/** The identity of a cluster's nodes in the words of each platform. */
const nodes: Record<Target, string> = {
  ...principals,
  aws: "arn:aws:iam::123456789012:role/nodes",
  gcp: "nodes@my-project.iam.gserviceaccount.com",
  azure: "33333333-3333-3333-3333-333333333333",
};

/** A cluster that pulls: by its nodes, or by a service account on a registry that Wharf runs. */
const clusterOf = (target: Target) =>
  target === "docker" || target === "kubernetes"
    ? {
        name: "prod",
        issuer: "https://oidc.example.com",
        workloads: [{ namespace: "flux", serviceAccount: "source" }],
      }
    : { name: "prod", nodes: nodes[target] };

/** A password in the words of each platform's store of secrets; what has none refuses any. */
const secrets: Record<Target, string> = {
  docker: "reader",
  kubernetes: "reader",
  aws: "arn:aws:secretsmanager:eu-central-1:123456789012:secret:ecr-pullthroughcache/hub-AbCdEf",
  gcp: "projects/my-project/secrets/hub/versions/1",
  azure: "https://my-vault.vault.azure.net/secrets/hub",
};

const vaultId =
  "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/shop/providers/Microsoft.KeyVault/vaults/my-vault";
/** Where the caches of azure read such a password. */
const vault = { azure: { pullThroughCaches: { keyVault: vaultId } } };

const repository = (settings: Config) => ({ repositories: [{ name: "shop/api", ...settings }] });
const user = (settings: Config) => ({ users: [{ name: "builder", ...settings }] });
/** A build, with what some platforms must have to be started by its source. */
const build = (settings: Config) => ({
  ...repository({}),
  builds: [{ repository: "shop/api", source: "github.com/acme/shop", ...settings }],
  gcp: { builds: { connections: { "github.com": { existing: "github" } } } },
  azure: { builds: { tokens: { "github.com": { token: "hidden", expires: "2999-01-31" } } } },
});
/** Wharf's own image, which roles need on a cluster; on docker `wharf up` builds it. */
const rolesImage = { images: { registry: "registry.example.com/wharf-registry:3.1.2" } };
/** With that image on a target that runs one. */
const withRoles = (config: Config, target: Target) =>
  target === "docker" || target === "kubernetes" ? { ...config, ...rolesImage } : config;
/** Roles for single repositories, which azure takes in one of its modes only. */
const byRepository = { azure: { roleAssignmentMode: "AbacRepositoryPermissions" } };

/** What scans on azure, for the whole subscription. */
const defender = { azure: { defender: true } };

const jwks = JSON.stringify({ keys: [{ kty: "RSA" }] });
/** An identity or a cluster whose issuer has more keys than its address. */
const issuedBy = (list: "identities" | "clusters", more: object) => (target: Target) => {
  const pipeline = { name: "shop-ci", project: "acme/shop", push: ["shop/api"] };
  const entry = list === "identities" ? pipeline : clusterOf(target);
  return withRoles({ ...repository({}), ...byRepository, [list]: [{ ...entry, ...more }] }, target);
};

/** For each key of a capability the least config that asks for it. */
const samples: Record<string, Config | ((target: Target) => Config)> = {
  repositories: repository({}),
  access: (target) => withRoles({ access: { pull: [principals[target]] } }, target),
  groups: (target) =>
    withRoles({ groups: [{ name: "team", members: [principals[target]], role: "pull" }] }, target),
  "repositories[].pull": (target) =>
    withRoles({ ...repository({ pull: [principals[target]] }), ...byRepository }, target),
  "repositories[].push": (target) =>
    withRoles({ ...repository({ push: [principals[target]] }), ...byRepository }, target),
  "repositories[].delete": (target) =>
    withRoles({ ...repository({ delete: [principals[target]] }), ...byRepository }, target),
  "repositories[].admin": (target) =>
    withRoles({ ...repository({ admin: [principals[target]] }), ...byRepository }, target),
  "immutableTags.enabled": (target) => withRoles({ immutableTags: { enabled: true } }, target),
  "immutableTags.except": (target) =>
    withRoles({ immutableTags: { enabled: true, except: ["latest"] } }, target),
  "repositories[].immutableTags.enabled": (target) =>
    withRoles(repository({ immutableTags: { enabled: true } }), target),
  "repositories[].immutableTags.except": (target) =>
    withRoles(repository({ immutableTags: { enabled: true, except: ["latest"] } }), target),
  "scan.onPush": { scan: { onPush: true }, ...defender },
  "repositories[].scan.onPush": { ...repository({ scan: { onPush: true } }), ...defender },
  retention: (target) => withRoles({ retention: { untaggedAfterDays: 7 } }, target),
  "retention.schedule": (target) => withRoles({ retention: { schedule: "0 4 * * *" } }, target),
  "retention.graceMinutes": (target) => withRoles({ retention: { graceMinutes: 60 } }, target),
  "retention.mostPercent": (target) => withRoles({ retention: { mostPercent: 20 } }, target),
  backup: () => ({ backup: { to: "s3://backups/registry" } }),
  notifications: () => ({ notifications: { url: "https://hooks.example.com/T0/hidden" } }),
  "retention.keepRunning": (target) =>
    withRoles({ retention: { keepRunning: true, schedule: "never" } }, target),
  "repositories[].retention": (target) =>
    withRoles(repository({ retention: { untaggedAfterDays: 7 } }), target),
  identities: (target) =>
    withRoles(
      {
        ...repository({}),
        ...byRepository,
        identities: [{ name: "shop-ci", project: "acme/shop", push: ["shop/api"] }],
      },
      target,
    ),
  "identities[].caCertificate": issuedBy("identities", { caCertificate }),
  "identities[].jwks": issuedBy("identities", { jwks }),
  "clusters[].caCertificate": issuedBy("clusters", { caCertificate }),
  "clusters[].jwks": issuedBy("clusters", { jwks }),
  clusters: (target) =>
    withRoles({ ...repository({}), ...byRepository, clusters: [clusterOf(target)] }, target),
  "clusters[].nodes": (target) =>
    withRoles(
      { ...repository({}), ...byRepository, clusters: [{ name: "prod", nodes: nodes[target] }] },
      target,
    ),
  builds: build({}),
  "builds[].approval": build({ approval: true }),
  // A commit starts none of these, so that there may be none to name a tag after.
  "builds[].onBaseImage": build({ onBaseImage: true, tags: ["{build}"] }),
  "builds[].paths": build({ paths: ["api/**"] }),
  "builds[].tag": build({ tag: "v*" }),
  pullThroughCaches: { pullThroughCaches: [{ upstream: "quay" }] },
  "pullThroughCaches[].anonymous": { pullThroughCaches: [{ upstream: "quay", anonymous: true }] },
  "pullThroughCaches[].credentials.passwordSecret": (target) => ({
    pullThroughCaches: [
      {
        upstream: "docker-hub",
        credentials: { username: "reader", passwordSecret: secrets[target] },
      },
    ],
    ...vault,
  }),
  "pullThroughCaches[].port": { pullThroughCaches: [{ upstream: "quay", port: 5002 }] },
  "pullThroughCaches[].sizeGiB": { pullThroughCaches: [{ upstream: "quay", sizeGiB: 20 }] },
  "pullThroughCaches[].ttlHours": { pullThroughCaches: [{ upstream: "quay", ttlHours: 24 }] },
  "encryption.key": { encryption: { key: "create" } },
  labels: { labels: { team: "shop" } },
  deletion: { deletion: "protect" },
  users: user({}),
  "users[].role": (target) => withRoles(user({ role: "pull" }), target),
  "users[].repositories": (target) =>
    withRoles({ ...user({ repositories: ["shop/api"] }), ...repository({}) }, target),
  "users[].expires": (target) => withRoles(user({ expires: "2099-12-31" }), target),
  "users[].secrets": (target) => withRoles(user({ secrets: [{ name: "first" }] }), target),
  "users[].allowFrom": (target) => withRoles(user({ allowFrom: ["10.0.0.0/8"] }), target),
  "users[].password": user({ password: "long-enough" }),
  "users[].rotation": user({ rotation: 2 }),
  "auth.mode": { auth: { mode: "htpasswd" } },
  "auth.revokedTokens": (target) => withRoles({ auth: { revokedTokens: ["lost"] } }, target),
  "auth.trustedProxies": (target) =>
    withRoles({ auth: { trustedProxies: ["10.0.0.0/8"] } }, target),
  "auth.token": {
    auth: {
      token: {
        realm: "https://tokens.example.com/token",
        service: "registry",
        issuer: "tokens",
        jwks: '{"keys":[{"kty":"EC"}]}',
      },
    },
  },
  "endpoint.hosts": { endpoint: { hosts: ["registry.example.com"] } },
  "endpoint.port": { endpoint: { port: 5001 } },
  "endpoint.address": { endpoint: { address: "127.0.0.2" } },
  "endpoint.allowFrom": { endpoint: { allowFrom: ["203.0.113.0/24"] } },
  tls: { tls: { validityDays: 90 } },
  "tls.mode=cert-manager": {
    tls: { mode: "cert-manager", issuer: { name: "letsencrypt", kind: "ClusterIssuer" } },
  },
  "tls.issuer": { tls: { mode: "cert-manager", issuer: { name: "letsencrypt" } } },
  "tls.mode=acme": { tls: { mode: "acme" }, endpoint: { hosts: ["registry.example.com"] } },
  "tls.acme": {
    tls: { mode: "acme", acme: { email: "ops@example.com" } },
    endpoint: { hosts: ["registry.example.com"] },
  },
  "tls.secretName": {
    tls: { mode: "provided", secretName: "registry-tls" },
    // An existing Secret is in an existing namespace.
    kubernetes: { existingNamespace: true },
  },
  storage: { storage: { kind: "volume", sizeGiB: 20 } },
  "storage.quotaGiB": (target) => withRoles({ storage: { kind: "volume", quotaGiB: 4 } }, target),
  "storage.minFreeGiB": (target) =>
    withRoles({ storage: { kind: "volume", minFreeGiB: 1 } }, target),
  "storage.path": { storage: { kind: "volume", path: "/srv/registry" } },
  images: { images: { registry: "registry.example.com/distribution:3.1.2" } },
  resources: { resources: { memoryMiB: 256 } },
  distribution: { distribution: { delete: false } },
};
const sampleOf = (key: string, target: Target): Config => {
  const sample = samples[key];
  if (sample === undefined) throw new Error(`No sample asks for ${key}.`);
  return typeof sample === "function" ? sample(target) : sample;
};

/** Keys that are the same everywhere, or go with another: no target refuses one by itself. */
const sameEverywhere = [
  "target",
  "environment",
  "repositories[].name",
  "users[].name",
  ...["builds[].name", "builds[].repository", "builds[].source", "builds[].branch"],
  ...["builds[].context", "builds[].dockerfile", "builds[].platforms", "builds[].arguments"],
  ...["builds[].tags", "builds[].schedule", "builds[].cache"],
  "builds[].timeoutMinutes",
  ...["pullThroughCaches[].upstream", "pullThroughCaches[].name"],
  ...["pullThroughCaches[].credentials.username", "pullThroughCaches[].credentials.password"],
  // How often a key of encryption.key is turned over; without one it asks for nothing.
  "encryption.rotationDays",
  // Read only by the estimate of the cost and by the expiry of a lab.
  "usage",
  "lab",
  // What every identity has.
  ...["identities[].name", "identities[].issuer", "identities[].project", "identities[].pull"],
  ...["identities[].branch", "identities[].tag", "identities[].environment", "identities[].push"],
  "identities[].delete",
  // What of a cluster goes with `workloads`, and what it may do.
  ...["clusters[].name", "clusters[].issuer", "clusters[].workloads", "clusters[].pull"],
];

/** The schema of a list's entries, or the schema itself. */
const entryOf = (schema: AnySchema) =>
  (unwrap(schema)._zod.def as { element?: AnySchema }).element ?? schema;

/** The schemas that some have under a key: of a list its entries have it, of a union any of its members. */
const partsAt = (schemas: AnySchema[], key: string): AnySchema[] =>
  schemas
    .flatMap((schema) => {
      const entry = unwrap(entryOf(schema));
      return (entry._zod.def as { options?: AnySchema[] }).options ?? [entry];
    })
    .flatMap((schema) => shapeOf(schema)?.[key] ?? []);

/** The keys of the description, and below each that some capability takes apart its parts, as capabilities write them. */
function keysOf(shape: Record<string, AnySchema>, parent = ""): string[] {
  const named = capabilities.flatMap(({ keys }) => keys).map((key) => key.split("=")[0] ?? "");
  return Object.entries(shape).flatMap(([name, schema]) => {
    const key = `${parent}${name}`;
    const isList = entryOf(schema) !== schema;
    const below = `${key}${isList ? "[]" : ""}.`;
    const parts = shapeOf(entryOf(schema));
    const takenApart = named.some((other) => other.startsWith(below));
    // A key that is told as a whole needs none of its parts told, but for lists: their entries are.
    if (parts === undefined || !takenApart) return [key];
    return named.includes(key) && !isList ? [key] : keysOf(parts, below);
  });
}

const problemsOf = (target: Target, config: Config): Problem[] => {
  try {
    const secretKeys = new Set(["users", "auth", "azure", "notifications"]);
    checkDescription({ stack: "shop", values: { target, ...config }, secretKeys });
    return [];
  } catch (error) {
    if (error instanceof DescriptionError) return error.problems;
    throw error;
  }
};

/** Every key of every capability on every target, with how the target has it. */
const cells = capabilities.flatMap(({ keys, on }) =>
  keys.flatMap((key) => targets.map((target) => ({ key, target, support: on[target] }))),
);
/** Whether a key is another, or a part or a value of it. */
const isWithin = (key: string, other: string) =>
  key === other || (key.startsWith(other) && [".", "[", "="].includes(key[other.length] ?? ""));

describe("the capabilities", () => {
  test("name every key of a description that is not the same everywhere or of only one target", () => {
    const known = [
      ...capabilities.flatMap(({ keys }) => keys),
      ...sameEverywhere,
      ...targets.filter((target) => target in descriptionSchema.shape),
    ];
    expect(keysOf(descriptionSchema.shape).filter((key) => !known.includes(key))).toEqual([]);
  });

  test("name only keys that there are, each once", () => {
    const keys = capabilities.flatMap((capability) => capability.keys);
    expect(keys).toEqual([...new Set(keys)]);
    const unknown = keys.filter((key) => {
      const parts = (key.split("=")[0] ?? "").split(".").map((part) => part.replace("[]", ""));
      return !parts.reduce<AnySchema[]>(partsAt, [descriptionSchema]).length;
    });
    expect(unknown).toEqual([]);
  });

  test("are all asked for by a sample here", () => {
    expect(Object.keys(samples).sort()).toEqual(capabilities.flatMap(({ keys }) => keys).sort());
  });
});

const refusedCells = cells.filter(({ support }) => support.how === "refused");
test.each(refusedCells)("$key is refused on $target, with the reason", ({ key, target }) => {
  const problems = problemsOf(target, sampleOf(key, target));
  // Of a key and its parts the outermost is told.
  const expected = refusedCells
    .filter((cell) => cell.target === target && isWithin(key, cell.key))
    .flatMap(({ support }) =>
      support.how === "refused" ? [`not on ${target}: ${support.reason}; ${support.instead}`] : [],
    );
  const told = problems.filter(({ message }) => expected.includes(message));
  expect(told.length, JSON.stringify(problems, null, 1)).toBeGreaterThan(0);
  const [root] = key.split(/[.[=]/);
  expect(told.every((problem) => problem.key.startsWith(`wharf:${root}`))).toBe(true);
  expect(told.every(({ fix }) => fix?.startsWith("pulumi config rm"))).toBe(true);
});

test.each(cells.filter(({ support }) => support.how !== "refused"))(
  "$key is had on $target",
  ({ key, target }) => {
    expect(problemsOf(target, sampleOf(key, target))).toEqual([]);
  },
);
