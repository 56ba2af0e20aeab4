import type * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import type { z } from "zod";
import type { AwsRegistryArgs } from "../../components/aws/args";
import type { AzureRegistryArgs } from "../../components/azure/args";
import { capabilities } from "../../components/capabilities";
import { Target } from "../../components/model/environment";
import { descriptionSchema } from "../../components/description/schema";
import type { DockerRegistryArgs } from "../../components/docker/args";
import type { GcpRegistryArgs } from "../../components/gcp/args";
import type { KubernetesRegistryArgs } from "../../components/kubernetes/args";
import { configRows } from "../../docs/tables";

// The args of the five classes are written by hand, and the schema that checks them is zod's. `npm run types` compares the two in
// this file, key by key: a key that only one of them has, or has otherwise, is the text of the error.

/** What neither self-hosted target has. */
const notSelfHosted = [
  "target",
  "scan",
  "retention.archiveAfterDays",
  "repositories[].scan",
  "repositories[].retention.archiveAfterDays",
  "clusters[].nodes",
  "builds[].onBaseImage",
  "pullThroughCaches[].credentials.passwordSecret",
  "encryption",
  "usage",
  "aws",
  "gcp",
  "azure",
] as const;

/** What no cloud has. */
const notManaged = [
  ...(["identities[].caCertificate", "identities[].jwks"] as const),
  ...(["clusters[].caCertificate", "clusters[].jwks"] as const),
  "target",
  "retention.expireUnpulledAfterDays",
  "retention.schedule",
  "retention.graceMinutes",
  "retention.mostPercent",
  "retention.keepRunning",
  "backup",
  "notifications",
  "repositories[].retention.expireUnpulledAfterDays",
  "pullThroughCaches[].anonymous",
  "pullThroughCaches[].port",
  "pullThroughCaches[].sizeGiB",
  "pullThroughCaches[].ttlHours",
  "users[].password",
  "users[].rotation",
  "users[].secrets",
  "users[].allowFrom",
  "auth",
  "endpoint.hosts",
  "endpoint.port",
  "endpoint.address",
  "tls",
  "storage",
  "images",
  "resources",
  "distribution",
  "kubernetes",
] as const;

/** Keys of the description that the class of a target does not have: what the target refuses, or does not read. */
const absent = {
  docker: [
    ...notSelfHosted,
    "tls.secretName",
    "tls.issuer",
    "pullThroughCaches[].sizeGiB",
    "kubernetes",
  ],
  kubernetes: [
    ...notSelfHosted,
    "endpoint.address",
    "tls.acme",
    "storage.path",
    "pullThroughCaches[].port",
  ],
  aws: [...notManaged, "users", "builds[].approval", "builds[].onBaseImage", "gcp", "azure"],
  gcp: [
    ...notManaged,
    "retention.groups",
    "repositories[].retention.groups",
    "retention.archiveAfterDays",
    "repositories[].retention.archiveAfterDays",
    "immutableTags.except",
    "repositories[].immutableTags.except",
    "users",
    "endpoint",
    "builds[].onBaseImage",
    "gcp.conditions",
    "aws",
    "azure",
  ],
  azure: [
    ...notManaged,
    "retention.archiveAfterDays",
    "repositories[].retention.archiveAfterDays",
    "immutableTags",
    "repositories[].immutableTags",
    "builds[].approval",
    "builds[].tag",
    "builds[].paths",
    "aws",
    "gcp",
  ],
} as const satisfies Record<Target, readonly string[]>;

/** Keys that a class lacks although no capability refuses them, and why. */
const unread: Record<string, readonly Target[]> = {
  // What the class is.
  target: Object.values(Target),
  // Nothing of it has an effect without `encryption.key`, which is refused.
  "encryption.rotationDays": [Target.Docker, Target.Kubernetes],
  // The estimate has no prices of your own machines.
  usage: [Target.Docker, Target.Kubernetes],
  // Its schema refuses every entry.
  "gcp.conditions": Object.values(Target),
  // The rules of retention refuse them there.
  "retention.expireUnpulledAfterDays": [Target.Aws, Target.Gcp, Target.Azure],
  "repositories[].retention.expireUnpulledAfterDays": [Target.Aws, Target.Gcp, Target.Azure],
  "retention.groups": [Target.Gcp],
  "repositories[].retention.groups": [Target.Gcp],
  "retention.archiveAfterDays": [Target.Docker, Target.Kubernetes, Target.Gcp, Target.Azure],
  "repositories[].retention.archiveAfterDays": [
    Target.Docker,
    Target.Kubernetes,
    Target.Gcp,
    Target.Azure,
  ],
};

type KeysOf<T> = T extends unknown ? keyof T : never;
type ValueOf<T, K> = T extends unknown ? (K extends keyof T ? T[K] : never) : never;
/** A value as it is without `pulumi.Input`. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- an Output of anything
type Bare<T> = Exclude<T, undefined | Promise<any> | pulumi.OutputInstance<any>>;
type Path<P extends string, K extends string> = P extends "" ? K : `${P}.${K}`;

/**
 * A leaf in words: text, number, true or false, or each of a few words. Where another language has no type for a union, the wider
 * one.
 */
type Leaf<T> = [T] extends [boolean]
  ? "true or false"
  : string extends T
    ? "text"
    : [Extract<T, number>] extends [never]
      ? `"${T & string}"`
      : "number";

/**
 * Every key of `T` but those in `Absent`, a text each: `lab?`, `lab.ttlHours?`, `lab.ttlHours: number`. The members of a union
 * become one, whose keys are required where all members require them; a list of words becomes one of texts, and a block by host
 * names one by any name, as what is published for other languages.
 */
type Keys<T, Absent extends string, P extends string = ""> = [T] extends [readonly (infer E)[]]
  ? Keys<Bare<E> extends string ? string : Bare<E>, Absent, `${P}[]`>
  : [T] extends [object]
    ? string extends KeysOf<T>
      ? Keys<Bare<ValueOf<T, string>>, Absent, `${P}{}`>
      : [KeysOf<T>] extends [`${string}.${string}`]
        ? Keys<Bare<ValueOf<T, KeysOf<T>>>, Absent, `${P}{}`>
        : { [K in KeysOf<T> & string]: Field<T, K, Absent, P> }[KeysOf<T> & string]
    : `${P}: ${Leaf<T>}`;

type Field<T, K extends string, Absent extends string, P extends string> =
  Path<P, K> extends Absent
    ? never
    : | `${Path<P, K>}${[T] extends [Record<K, unknown>] ? "" : "?"}`
      | Keys<Bare<ValueOf<T, K>>, Absent, Path<P, K>>;

type Schema = z.input<typeof descriptionSchema>;
/** What stands in one and not in the other; never where the args are those of the schema. */
type Difference<T extends Target, Args> =
  | `only in the schema: ${Exclude<Keys<Schema, Absent<T>>, Keys<Args, never>>}`
  | `only in the args: ${Exclude<Keys<Args, never>, Keys<Schema, Absent<T>>>}`;
type Absent<T extends Target> = (typeof absent)[T][number];
type Own = "namePrefix" | "region" | "project" | "subscriptionId";
type Same<Differences extends never> = Differences;

export type SameOnDocker = Same<Difference<"docker", Omit<DockerRegistryArgs, Own>>>;
export type SameOnKubernetes = Same<Difference<"kubernetes", Omit<KubernetesRegistryArgs, Own>>>;
export type SameOnAws = Same<Difference<"aws", Omit<AwsRegistryArgs, Own>>>;
export type SameOnGcp = Same<Difference<"gcp", Omit<GcpRegistryArgs, Own>>>;
export type SameOnAzure = Same<Difference<"azure", Omit<AzureRegistryArgs, Own>>>;

/** Misspelt, and asking for what the target does not have: each an error of the compiler. */
export const errors = [
  // @ts-expect-error: keepLast
  { retention: { keepLats: 20 } } satisfies AwsRegistryArgs,
  // @ts-expect-error: ECR has no users
  { users: [{ name: "ci" }] } satisfies AwsRegistryArgs,
  // @ts-expect-error: pullThroughCaches
  { pullThroughCache: [] } satisfies GcpRegistryArgs,
  // @ts-expect-error: immutable tags of Artifact Registry have no exceptions
  { immutableTags: { except: ["latest"] } } satisfies GcpRegistryArgs,
  // @ts-expect-error: Premium
  { azure: { sku: "premium" } } satisfies AzureRegistryArgs,
  // @ts-expect-error: privateEndpoints
  { azure: { privateEndpoint: [] } } satisfies AzureRegistryArgs,
  // @ts-expect-error: expose
  { kubernetes: { exposed: {} } } satisfies KubernetesRegistryArgs,
  // @ts-expect-error: a pod has no directory of a host
  { storage: { kind: "volume", path: "/srv" } } satisfies KubernetesRegistryArgs,
  // @ts-expect-error: a registry that Wharf runs has no archive
  { retention: { archiveAfterDays: 20 } } satisfies DockerRegistryArgs,
  // @ts-expect-error: a repository needs a name
  { repositories: [{}] } satisfies DockerRegistryArgs,
];

describe("the args of the classes", () => {
  const isAtOrBelow = (key: string, above: string) =>
    key === above || key.startsWith(`${above}.`) || key.startsWith(`${above}[`);
  const all = configRows(descriptionSchema, "wharf:").map(({ key }) => key.replace(/^wharf:/, ""));

  it.each(Object.values(Target))("of %s have no key that the target refuses", (target) => {
    const refused = capabilities
      .filter(({ on }) => on[target].how === "refused")
      .flatMap(({ keys }) => keys.filter((key) => !key.includes("=")));
    const had = refused.filter((key) => !absent[target].some((above) => isAtOrBelow(key, above)));
    expect(had).toEqual([]);
  });

  it.each(Object.values(Target))("of %s have every key that the target takes", (target) => {
    const refused = capabilities
      .filter(({ on }) => on[target].how === "refused")
      .flatMap(({ keys }) => keys.filter((key) => !key.includes("=")));
    const others = Object.values(Target).filter((other) => other !== target);
    const notHad = [
      ...refused,
      ...others,
      ...Object.keys(unread).filter((key) => unread[key]?.includes(target)),
    ];
    const missing = all
      // A block is asked for by its keys.
      .filter((key) => !all.some((other) => other !== key && isAtOrBelow(other, key)))
      .filter((key) => absent[target].some((above) => isAtOrBelow(key, above)))
      .filter((key) => !notHad.some((above) => isAtOrBelow(key, above)));
    expect(missing).toEqual([]);
  });
});
