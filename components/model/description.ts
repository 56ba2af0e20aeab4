import { inputOf } from "../core/tokens";
import { repeated } from "../core/names";
import type * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import type { Rule } from "../core/rule";
import type { TakenInputs } from "../core/tokens";
import { setCommand } from "../core/messages";
import { canonicalHost } from "../core/registry-name";
import { authSettings } from "./auth";
import { distributionSettings } from "./distribution/settings";
import { storageSettings } from "./storage";
import { accessSettings } from "./access";
import { buildSettings, withBuildDefaults, type Build } from "./builds";
import { cacheName, cacheSettings, type Cache } from "./caches";
import { encryptionSettings } from "./encryption";
import { endpointSettings } from "./endpoint";
import { Deletion, Environment, selfHosted, Target } from "./environment";
import { clusterSettings, identitySettings } from "./identities";
import { defaultImages } from "./images";
import { labSettings } from "./lab";
import { repositoryDefaults, type Repository, repositorySettings } from "./repositories";
import { retentionOf } from "./retention";
import { tlsSettings } from "./tls";
import { usageSettings } from "./usage";
import { defaultUsers, userSettings } from "./users";

const images = z.strictObject({
  registry: z
    .string()
    .min(1)
    .default(defaultImages.registry)
    .meta({
      description: `Image of distribution v3. Defaults to \`${defaultImages.registry}\`.`,
    }),
  redis: z
    .string()
    .min(1)
    .default(defaultImages.redis)
    .meta({
      description: `Image of Redis, used where \`distribution.cache.kind\` is \`redis\`. Defaults to \`${defaultImages.redis}\`.`,
    }),
});

const resources = z.strictObject({
  memoryMiB: z.int().min(64).default(512).meta({
    description: "Memory that the registry's container may use, in MiB. Defaults to 512.",
  }),
  cpus: z
    .number()
    .min(0.1)
    .default(1)
    .meta({ description: "Processors that the registry's container may use. Defaults to 1." }),
});

/** The keys of a description that every target knows, though one may refuse what it lacks. */
export const sharedKeys = {
  target: z
    .enum(Target)
    .default(Target.Docker)
    .meta({ description: "Platform to provision on. Defaults to docker." }),
  environment: z.enum(Environment).default(Environment.Lab).meta({
    description:
      "What the registry is for. A `lab` answers on loopback alone and goes with its images; `dev` and `staging` keep their images when the stack goes; `prod` refuses to go. Defaults to lab.",
  }),
  repositories: z
    .array(repositorySettings)
    .default([])
    .meta({ description: "Repositories that people push to. Defaults to one, `app`." }),
  ...repositoryDefaults,
  access: accessSettings.prefault({}).meta({
    description: "Who may pull, push and administer every repository, in the platform's words.",
  }),
  identities: z.array(identitySettings).default([]).meta({
    description:
      "Pipelines that log in without a stored key, by the tokens of GitHub Actions and GitLab CI. Defaults to none.",
  }),
  clusters: z.array(clusterSettings).default([]).meta({
    description: "Clusters of the same cloud that pull without a stored key. Defaults to none.",
  }),
  builds: z.array(buildSettings).default([]).meta({
    description: "Images that are built from source code and pushed here. Defaults to none.",
  }),
  pullThroughCaches: z.array(cacheSettings).default([]).meta({
    description:
      "Registries whose images are kept here once somebody has pulled them. Defaults to none.",
  }),
  encryption: encryptionSettings
    .prefault({})
    .meta({ description: "Whose key encrypts the images at rest." }),
  labels: z.record(z.string(), inputOf(z.string())).default({}).meta({
    description:
      "Labels, or tags, on everything that is created, beside Wharf's own. Defaults to none.",
  }),
  users: z
    .array(userSettings)
    .default([])
    .meta({
      description: `Users who may log in by name and password. On docker and kubernetes every user may pull, push and delete, since htpasswd knows no roles, and they default to ${defaultUsers.join(", ")}; on azure they are tokens, and there are none by default.`,
    }),
  auth: authSettings
    .prefault({})
    .meta({ description: "A token server in place of users. Defaults to none." }),
  endpoint: endpointSettings.prefault({}).meta({ description: "Where the registry answers." }),
  tls: tlsSettings.prefault({}).meta({ description: "Certificates and what TLS accepts." }),
  storage: storageSettings
    .prefault({ kind: "volume" })
    .meta({ description: "Where images are kept. Defaults to a volume." }),
  deletion: z.enum(Deletion).optional().meta({
    description:
      "What becomes of images when the stack goes: `protect` refuses, `retain` keeps them, `force` deletes them. Defaults to force in a lab, retain in dev and staging, protect in prod, where force is refused.",
  }),
  lab: labSettings.prefault({}).meta({ description: "When a lab is to go." }),
  usage: usageSettings.prefault({}).meta({
    description: "What a month is expected to bring, for the estimate of its cost alone.",
  }),
  images: images.prefault({}).meta({ description: "Container images that Wharf runs." }),
  resources: resources.prefault({}).meta({ description: "Limits of the registry's container." }),
  distribution: distributionSettings
    .prefault({})
    .meta({ description: "Settings of the registry's own software, distribution v3." }),
};

/** The shared keys as the schema parsed them, before defaults that depend on other keys. */
export type ParsedKeys = z.output<z.ZodObject<typeof sharedKeys>>;

/** The shared keys of a checked description, every default filled in, and the stack that it is of. */
export interface SharedDescription extends Omit<
  ParsedKeys,
  "repositories" | "builds" | "pullThroughCaches" | "deletion" | "endpoint"
> {
  deletion: Deletion;
  endpoint: ParsedKeys["endpoint"] & { address: string };
  repositories: Repository[];
  builds: Build[];
  pullThroughCaches: Cache[];
  /** Name of the stack, which labels carry. */
  stack: string;
  /** Beginning of every name on the platform: `wharf-<stack>` in `wharf-<stack>-registry`. */
  namePrefix: string;
  /** The Outputs of a component's args, in whose place the description has tokens; undefined where there are none. */
  inputs?: TakenInputs;
  /** Id that the state keeps and every object is labelled with; the component of a self-hosted target draws it itself. */
  stackId?: pulumi.Input<string>;
  /**
   * Whether a registry of this stack stands already, so that what does not start must not take it down; undefined where nobody has
   * looked, and the program then asks the platform nothing by itself.
   */
  stands?: boolean;
  /** When a lab goes, ISO 8601; undefined where the stack stays. */
  expiresAt?: string;
}

const deletionOf: Record<Environment, Deletion> = {
  lab: Deletion.Force,
  dev: Deletion.Retain,
  staging: Deletion.Retain,
  prod: Deletion.Protect,
};

/** Address that the port is bound to: loopback in a lab, every address elsewhere, unless the description names one. */
function addressOf({
  environment,
  endpoint,
}: Pick<ParsedKeys, "environment" | "endpoint">): string {
  return endpoint.address ?? (environment === Environment.Lab ? "127.0.0.1" : "0.0.0.0");
}

/** Tags that commonly move, which stay free where the others may not. */
const movingTags = ["latest", "stable"];

/** A repository with what it leaves open: first as the description says for all, then by environment. */
export function withRepositoryDefaults(
  repository: ParsedKeys["repositories"][number],
  all: Pick<ParsedKeys, "environment" | "target" | "immutableTags" | "scan" | "retention">,
): Repository {
  const { environment, target } = all;
  const lab = environment === Environment.Lab;
  return {
    ...repository,
    immutableTags: repository.immutableTags ??
      all.immutableTags ?? { enabled: !lab, except: lab ? [] : movingTags },
    // ECR's basic scan costs nothing; Google bills each digest, and Microsoft Defender the whole subscription.
    scan: repository.scan ?? all.scan ?? { onPush: !lab || target === Target.Aws },
    retention: retentionOf(environment, all.retention, repository.retention),
  };
}

/**
 * Fills in the defaults that follow from other parts of a description.
 * @param parsed the description as the schema parsed it, a target's own keys among them
 */
export function withDefaults<Keys extends ParsedKeys>(
  parsed: Keys,
): Omit<Keys, keyof SharedDescription> & Omit<SharedDescription, "stack" | "namePrefix"> {
  const { target, environment, endpoint, repositories, users, auth, distribution } = parsed;
  const needsUsers = selfHosted.includes(target) && auth.token === undefined;
  return {
    ...parsed,
    deletion: parsed.deletion ?? deletionOf[environment],
    endpoint: {
      ...endpoint,
      hosts: [...new Set(endpoint.hosts.map(canonicalHost))],
      address: addressOf(parsed),
    },
    repositories: (repositories.length > 0 || distribution.proxy !== undefined
      ? repositories
      : [repositorySettings.parse({ name: "app" })]
    ).map((repository) => withRepositoryDefaults(repository, parsed)),
    builds: parsed.builds.map(withBuildDefaults),
    pullThroughCaches: parsed.pullThroughCaches.map((cache) => ({
      ...cache,
      name: cacheName(cache),
    })),
    users: users.length > 0 || !needsUsers ? users : defaultUsers.map((name) => ({ name })),
  };
}

/** Rules across the shared keys that hold on every target. */
export const sharedRules: Rule<SharedDescription>[] = [
  {
    needs: ["repositories"],
    find: ({ repositories }) =>
      repeated(
        ["repositories"],
        repositories.map(({ name }) => name),
        { attribute: "name" },
      ),
  },
  {
    needs: ["users"],
    find: ({ users }) =>
      repeated(
        ["users"],
        users.map(({ name }) => name),
        { attribute: "name" },
      ),
  },
  {
    needs: ["environment", "deletion"],
    find: ({ environment, deletion }) =>
      environment === Environment.Prod && deletion === Deletion.Force
        ? [
            {
              key: "wharf:deletion",
              message: `"force" would delete images with the stack; prod allows protect or retain`,
              fix: setCommand(["deletion"], Deletion.Protect),
            },
          ]
        : [],
  },
];
