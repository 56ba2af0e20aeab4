import { z } from "zod";

const sharedKey = z.strictObject({
  type: z.literal("shared_key"),
  accountKey: z.base64().min(1).meta({
    description:
      "Key of the storage account, in base64 as Azure shows it. Required with shared_key.",
    configYml: "storage.azure.accountkey",
    secret: true,
  }),
});

const clientSecret = z.strictObject({
  type: z.literal("client_secret"),
  clientId: z.string().min(1).meta({
    description: "Application (client) id of the service principal. Required with client_secret.",
    configYml: "storage.azure.credentials.clientid",
  }),
  tenantId: z.string().min(1).meta({
    description: "Directory (tenant) id of the service principal. Required with client_secret.",
    configYml: "storage.azure.credentials.tenantid",
  }),
  secret: z.string().min(1).meta({
    description: "Secret of the service principal. Required with client_secret.",
    configYml: "storage.azure.credentials.secret",
    secret: true,
  }),
});

const defaultCredentials = z.strictObject({ type: z.literal("default_credentials") });

/** Images in a container of an Azure storage account. */
export const azureStorage = z.strictObject({
  kind: z.literal("azure"),
  accountName: z.string().min(1).meta({
    description: "Storage account that holds the container. Required.",
    configYml: "storage.azure.accountname",
  }),
  container: z.string().min(1).meta({
    description: "Blob container that holds the images; it must exist. Required.",
    configYml: "storage.azure.container",
  }),
  credentials: z
    .discriminatedUnion("type", [sharedKey, clientSecret, defaultCredentials])
    .default({ type: "default_credentials" })
    .meta({
      description:
        "How the registry logs in: the account's key, a service principal, or the machine's own identity.",
      configYml: "storage.azure.credentials.type",
    }),
  realm: z.string().min(1).default("core.windows.net").meta({
    description: "Domain of the Azure cloud; others for sovereign clouds.",
    configYml: "storage.azure.realm",
  }),
  serviceUrl: z
    .url({ protocol: /^https?$/ })
    .optional()
    .meta({
      description:
        "URL of the blob service, such as an emulator's. Defaults to the account's host below `realm`.",
      configYml: "storage.azure.serviceurl",
    }),
  rootDirectory: z.string().optional().meta({
    description: "Prefix of every blob's name. Defaults to the top of the container.",
    configYml: "storage.azure.rootdirectory",
  }),
  maxRetries: z.int().min(1).default(5).meta({
    description: "How often a copy, a write or a read that Azure is slow to finish is tried again.",
    configYml: "storage.azure.max_retries",
  }),
  retryDelayMilliseconds: z.int().min(1).default(100).meta({
    description: "Time in milliseconds before the first of those tries; it grows with each.",
    configYml: "storage.azure.retry_delay",
  }),
  verifyCertificate: z.boolean().default(true).meta({
    description: "Whether the service's TLS certificate is verified.",
    configYml: "storage.azure.skipverify",
  }),
});
