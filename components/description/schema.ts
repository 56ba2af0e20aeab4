import { z } from "zod";
import { accessSettings } from "../access/settings";
import { awsSettings } from "../aws/description";
import { azureSettings } from "../azure/description";
import { buildSettings, type Build } from "../builds/settings";
import { cacheSettings, type Cache } from "../caches/settings";
import { usageSettings } from "../cost/usage";
import { authSettings } from "../distribution/auth";
import { engineSettings } from "../distribution/engine";
import { storageSettings } from "../distribution/storage";
import { defaultImages } from "../docker/images";
import { gcpSettings } from "../gcp/description";
import { clusterSettings, identitySettings } from "../identities/settings";
import { kubernetesSettings } from "../kubernetes/description";
import { Deletion, Environment, Target } from "./choices";
import { encryptionSettings } from "./encryption";
import { endpointSettings } from "./endpoint";
import { labSettings } from "./lab";
import { repositoryDefaults, type Repository, repositorySettings } from "./repositories";
import { tlsSettings } from "./tls";
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
      description: `Image of Redis, used where \`engine.cache.kind\` is \`redis\`. Defaults to \`${defaultImages.redis}\`.`,
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

/** The whole description. It gives the TypeScript type, the checks and the tables in the docs. */
export const descriptionSchema = z.strictObject({
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
  caches: z.array(cacheSettings).default([]).meta({
    description:
      "Registries whose images are kept here once somebody has pulled them. Defaults to none.",
  }),
  encryption: encryptionSettings
    .prefault({})
    .meta({ description: "Whose key encrypts the images at rest." }),
  labels: z.record(z.string(), z.string()).default({}).meta({
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
  engine: engineSettings
    .prefault({})
    .meta({ description: "Settings of the registry's own software, distribution v3." }),
  kubernetes: kubernetesSettings
    .prefault({})
    .meta({ description: "What only the target kubernetes reads." }),
  aws: awsSettings.prefault({}).meta({ description: "What only the target aws reads." }),
  gcp: gcpSettings.prefault({}).meta({ description: "What only the target gcp reads." }),
  azure: azureSettings.prefault({}).meta({ description: "What only the target azure reads." }),
});

/** A description as the schema parsed it, before defaults that depend on other keys. */
export type Parsed = z.output<typeof descriptionSchema>;
export type Key = keyof Parsed;

/** A checked description, every default filled in. */
export type Description = Omit<Parsed, "repositories" | "builds" | "caches"> & {
  deletion: Deletion;
  endpoint: { address: string };
  repositories: Repository[];
  builds: Build[];
  caches: Cache[];
};
