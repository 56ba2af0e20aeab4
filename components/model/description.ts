import { repeated } from "../core/names";
import type * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import type { Rule } from "../core/rule";
import { inputOf, type TakenInputs } from "../core/tokens";
import { setCommand } from "../core/messages";
import { type AuthMode, authSettings } from "./auth";
import { distributionSettings } from "./distribution/settings";
import { storageSettings } from "./storage";
import { type AccessLists, accessSettings } from "./access";
import { backupSettings } from "./backup";
import { buildSettings, type Build } from "./builds";
import { cacheSettings, type Cache } from "./caches";
import type { Collection } from "./collection";
import { endpointSettings } from "./endpoint";
import { Deletion, Environment, Target } from "./environment";
import { clusterSettings, identitySettings } from "./identities";
import { groupSettings } from "./groups";
import { labSettings } from "./lab";
import { notificationsSettings } from "./notifications";
import { repositoryDefaults, type Repository, repositorySettings } from "./repositories";
import { registryRetentionSettings } from "./retention";
import { tlsSettings } from "./tls";
import { defaultUsers, userSettings } from "./users";

/**
 * Images that Wharf runs where a description names no other, pinned by the digest of their multi-platform index.
 * The digest of `registry:3.1.2` is the one that Docker Hub served for the official image in autumn 2026.
 */
export const defaultImages = {
  /** distribution v3.1.2, the reference implementation of the OCI distribution specification. */
  registry:
    "registry:3.1.2@sha256:ddf754342cfc8acc51a56d5d0ab6af06826461864460636d8bd5c546dab2a7b8",
  /** Redis 7.4, the digest that Docker Hub served for its multi-platform index in October 2026. */
  redis: "redis:7.4-alpine@sha256:858f009f9709ce576febc734aa78b8f6d624b82571f9ddb6bda4377c833b3499",
} as const;

/** Wharf's own registry image, distribution v3 with roles, as this machine builds it. */
export const localRolesImage = "wharf.local/wharf-registry:3.1.2";

/** Whether an image is Wharf's own registry image, wherever it was published: the last part of its repository says so. */
export function isRolesImage(reference: string): boolean {
  const repository = reference.replace(/@.*$/, "").replace(/:[^/:]*$/, "");
  return repository.split("/").at(-1) === "wharf-registry";
}

/** Schema of `wharf:images`: container images that Wharf runs. */
const images = z.strictObject({
  registry: z
    .string()
    .min(1)
    .default(defaultImages.registry)
    .meta({
      description: `Image of distribution v3: an official one, or Wharf's own, whose repository ends in \`wharf-registry\` and which mode \`roles\` of \`auth\` needs. Defaults to \`${defaultImages.registry}\`, and on docker to one that \`wharf up\` builds where the description needs roles.`,
    }),
  redis: z
    .string()
    .min(1)
    .default(defaultImages.redis)
    .meta({
      description: `Image of Redis, used where \`distribution.cache.kind\` is \`redis\`. Defaults to \`${defaultImages.redis}\`.`,
    }),
});

/** Schema of `wharf:resources`: limits of the registry's container. */
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

/** Schema of `wharf:encryption`: whose key encrypts the images at rest. */
const encryptionSettings = z.strictObject({
  key: inputOf(z.string().min(1)).optional().meta({
    description:
      "Customer-managed key of the images: `create` creates one with rotation; the ARN of a KMS key, `projects/.../cryptoKeys/...` or the URL of a Key Vault key uses an existing one. Defaults to the platform's own key.",
  }),
  rotationDays: z.int().min(90).max(2560).default(365).meta({
    description:
      "Days after which a created key is rotated, 90 to 2560 as AWS KMS accepts. Defaults to 365.",
  }),
});

const amount = (description: string) => z.number().min(0).default(0).meta({ description });

/** Schema of `wharf:usage`: what a month is expected to bring, only for the estimate of its cost. */
const usageSettings = z.strictObject({
  storedGb: amount(
    "Images that are stored, in GB, with layers that images share counted once. Defaults to 0.",
  ),
  newImages: amount("Images that are pushed in a month, each digest once. Defaults to 0."),
  pulledGb: z
    .strictObject({
      sameRegion: amount(
        "GB that are pulled in a month from the registry's own region. Defaults to 0.",
      ),
      otherRegions: amount(
        "GB that are pulled in a month from other regions of the cloud. Defaults to 0.",
      ),
      internet: amount("GB that are pulled in a month from outside of the cloud. Defaults to 0."),
    })
    .prefault({})
    .meta({ description: "What is pulled in a month." }),
  buildMinutes: amount("Minutes that builds run in a month. Defaults to 0."),
});

/** The keys of a description that every target knows, though one may refuse what it lacks. */
export const sharedKeys = {
  target: z
    .enum(Target)
    .default(Target.Docker)
    .meta({ description: "Platform to provision on. Defaults to docker." }),
  environment: z.enum(Environment).default(Environment.Lab).meta({
    description:
      "What the registry is for. A `lab` listens on localhost only, and its images are deleted with the stack; `dev` and `staging` keep the images; `prod` is protected from removal. Defaults to lab.",
  }),
  repositories: z
    .array(repositorySettings)
    .default([])
    .meta({ description: "Repositories that people push to. Defaults to one, `app`." }),
  ...repositoryDefaults,
  retention: registryRetentionSettings.optional().meta({
    description:
      "How long images are kept. Defaults by environment on the clouds; a registry that Wharf runs deletes nothing without it.",
  }),
  access: accessSettings.prefault({}).meta({
    description:
      "Who may pull from, push to, delete from and administer every repository, by the platform's own principals.",
  }),
  groups: z.array(groupSettings).default([]).meta({
    description:
      "Users or principals who may do the same, named together: a group's name in `wharf:access` or in a repository's lists stands for its members. Defaults to none.",
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
      "Labels, or tags, of everything that is created, in addition to Wharf's own. Defaults to none.",
  }),
  users: z
    .array(userSettings)
    .default([])
    .meta({
      description: `Users who may log in by name and password. On docker and kubernetes they default to ${defaultUsers.join(", ")}; with mode \`htpasswd\` of \`auth\` every user may pull, push and delete, since htpasswd has no roles. On azure they are tokens, and there are none by default.`,
    }),
  auth: authSettings
    .prefault({})
    .meta({ description: "How the registry decides who may do what." }),
  endpoint: endpointSettings.prefault({}).meta({ description: "Where the registry answers." }),
  tls: tlsSettings.prefault({}).meta({ description: "Certificates and what TLS accepts." }),
  storage: storageSettings
    .prefault({ kind: "volume" })
    .meta({ description: "Where images are kept. Defaults to a volume." }),
  deletion: z.enum(Deletion).optional().meta({
    description:
      "What happens to the images when the stack is removed: `protect` refuses, `retain` keeps them, `force` deletes them. Defaults to force in a lab, retain in dev and staging, protect in prod, where force is refused.",
  }),
  backup: backupSettings.optional().meta({
    description:
      "Where `npx wharf backup` keeps what it saves, when it is to run and what it tells Prometheus. Defaults to its options.",
  }),
  notifications: notificationsSettings.optional().meta({
    description:
      "Webhook that hears of runs that nobody watches and that fail: `backup`, `collect`, `drill` and `renew` where a timer runs them, `status --notify`, and collections of the registry's own schedule. Defaults to none.",
  }),
  lab: labSettings.prefault({}).meta({ description: "When a lab expires." }),
  usage: usageSettings.prefault({}).meta({
    description: "What a month is expected to bring, only for the estimate of its cost.",
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
  "repositories" | "builds" | "pullThroughCaches" | "deletion" | "endpoint" | "auth"
> {
  auth: ParsedKeys["auth"] & { mode: AuthMode };
  deletion: Deletion;
  /** The lists of access as they are written, with the names of groups; `access` and `repositories` have the members. */
  named: { access: ParsedKeys["access"]; repositories: (AccessLists & { name: string })[] };
  endpoint: ParsedKeys["endpoint"] & { address: string };
  repositories: Repository[];
  builds: Build[];
  pullThroughCaches: Cache[];
  /** How a registry that Wharf runs deletes images; undefined where the description says nothing of how long they live. */
  collection?: Collection;
  /** Name of the stack, which labels carry. */
  stack: string;
  /** Beginning of every name on the platform: `wharf-<stack>` in `wharf-<stack>-registry`. */
  namePrefix: string;
  /** The Outputs of a component's args, in whose place the description has tokens; undefined where there are none. */
  inputs?: TakenInputs;
  /** Id that the state keeps and every object is labelled with; the component of a self-hosted target draws it itself. */
  stackId?: pulumi.Input<string>;
  /**
   * Whether this stack already has a registry, which must keep running when a new one does not start; undefined where that was
   * not looked up, and the program then asks the platform nothing by itself.
   */
  stands?: boolean;
  /**
   * Time between health checks of a container until the first succeeds, as Docker writes a duration; undefined where the Docker
   * engine has none or was not asked.
   */
  startInterval?: string;
  /** When a lab expires, ISO 8601; undefined where it does not. */
  expiresAt?: string;
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
