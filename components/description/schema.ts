import { isIP } from "node:net";
import { z } from "zod";
import { authSettings } from "../distribution/auth";
import { engineSettings } from "../distribution/engine";
import { storageSettings } from "../distribution/storage";
import { defaultImages } from "../docker/images";
import { tlsSettings } from "./tls";

/** Platforms that a description can be carried out on. */
export const Target = { Docker: "docker" } as const;
export type Target = (typeof Target)[keyof typeof Target];

/** What a registry is for; it sets the defaults of protection and reach. */
export const Environment = { Lab: "lab", Dev: "dev", Staging: "staging", Prod: "prod" } as const;
export type Environment = (typeof Environment)[keyof typeof Environment];

/** What becomes of images when the stack goes. */
export const Deletion = { Protect: "protect", Retain: "retain", Force: "force" } as const;
export type Deletion = (typeof Deletion)[keyof typeof Deletion];

// Grammar of the OCI distribution specification 1.1, "Pulling manifests"; 255 less a host name is what Docker accepts.
const repositoryName = /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$/;
// RFC 1123 labels; an all-digit last label would read as a broken IPv4 address.
const dnsName =
  /^(?=.{1,253}$)(?!.*\.\d+$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;

const repository = z.strictObject({
  name: z
    .string()
    .max(200, "is longer than 200 characters")
    .regex(
      repositoryName,
      "is no repository name: lower-case letters, digits and . _ - between them, parts separated by /",
    )
    .meta({ description: "Name of the repository, as in `shop/api`." }),
});

const user = z.strictObject({
  name: z
    .string()
    .min(1, "is empty; a user needs a name")
    .max(255, "is longer than 255 characters")
    .regex(
      /^[^:\s\p{C}]*$/u,
      "holds a colon, a space or a control character, which htpasswd cannot store",
    )
    .meta({ description: "Name to log in with; no colon (RFC 7617)." }),
  password: z
    .string()
    .min(8, "is shorter than 8 characters")
    .refine((password) => Buffer.byteLength(password) <= 72, {
      error: (issue) =>
        `has ${Buffer.byteLength(String(issue.input))} bytes; bcrypt reads only the first 72 and would ignore the rest`,
    })
    .optional()
    .meta({
      description:
        "Password, 8 characters to 72 bytes, set as a secret. Generated, 24 letters and digits, where not given.",
      secret: true,
    }),
  rotation: z.union([z.string(), z.number()]).optional().meta({
    description:
      "Any value, a date say: when it changes, a generated password is made anew for this user alone.",
  }),
});

const endpoint = z.strictObject({
  hosts: z
    .array(
      z
        .string()
        .refine(
          (host) => isIP(host) !== 0 || dnsName.test(host),
          "is no DNS name or IP address; no scheme, port or path belongs here",
        ),
    )
    .default([])
    .meta({
      description:
        "DNS names and IP addresses by which clients reach the registry; the first is the one in the commands. Defaults to none in a lab, where `localhost` serves; at least one elsewhere.",
    }),
  port: z
    .int()
    .min(1)
    .max(65535)
    .default(5000)
    .meta({ description: "Port on the host. Defaults to 5000.", kind: "port" }),
  address: z
    .string()
    .refine((address) => isIP(address) !== 0, "is no IP address")
    .optional()
    .meta({
      description:
        "Address of the host that the port is bound to. Defaults to 127.0.0.1 in a lab, which accepts only a loopback address, and to 0.0.0.0 elsewhere.",
    }),
});

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

/** The users of the tutorials, where a description names none. */
export const defaultUsers = ["admin", "developer", "readonly"] as const;

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
    .array(repository)
    .default([])
    .meta({ description: "Repositories that people push to. Defaults to one, `app`." }),
  users: z
    .array(user)
    .default([])
    .meta({
      description: `Users who may log in. Every user may pull, push and delete: htpasswd knows no roles. Defaults to ${defaultUsers.join(", ")}.`,
    }),
  auth: authSettings
    .prefault({})
    .meta({ description: "A token server in place of users. Defaults to none." }),
  endpoint: endpoint.prefault({}).meta({ description: "Where the registry answers." }),
  tls: tlsSettings.prefault({}).meta({ description: "Certificates and what TLS accepts." }),
  storage: storageSettings
    .prefault({ kind: "volume" })
    .meta({ description: "Where images are kept. Defaults to a Docker volume." }),
  deletion: z.enum(Deletion).optional().meta({
    description:
      "What becomes of images when the stack goes: `protect` refuses, `retain` keeps the volume, `force` deletes it. Defaults to force in a lab, retain in dev and staging, protect in prod, where force is refused.",
  }),
  images: images.prefault({}).meta({ description: "Container images that Wharf runs." }),
  resources: resources.prefault({}).meta({ description: "Limits of the registry's container." }),
  engine: engineSettings
    .prefault({})
    .meta({ description: "Settings of the registry's own software, distribution v3." }),
});

/** A description as the schema parsed it, before defaults that depend on other keys. */
export type Parsed = z.output<typeof descriptionSchema>;
export type Key = keyof Parsed;

/** A checked description, every default filled in. */
export type Description = Parsed & {
  deletion: Deletion;
  endpoint: { address: string };
};
