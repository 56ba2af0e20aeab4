import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { connect, type AddressInfo } from "node:net";
import { join } from "node:path";
import { fakeGcsServer } from "../../cluster/programs";
import { announce } from "../../support/announce";
import { freePort } from "../../support/free-port";
import { npmPackages } from "../../support/npm-packages";
import { startS3Server, startStore } from "../../support/s3-server";
import { issue } from "../../support/test-certificates";

/** A store of objects on loopback with one bucket, `backups`. */
export interface ObjectStore {
  /** Where backups go, as the command line names it. */
  place: string;
  /** The variables of the cloud's own tools by which clients find it and log in. */
  env: Record<string, string>;
  /** What of these is otherwise where the store turns a client away. */
  denied: Record<string, string>;
  /** The names of all objects. */
  objects(): Promise<string[]>;
  stop(): Promise<void>;
}

/** Azure's own emulator of its storage, and the client that makes a container in it. */
export const azurePackages = {
  what: "Azurite",
  packages: { azurite: "3.37.0", "@azure/storage-blob": "12.34.0" },
};

/** Starts a store of each cloud, whose objects are below a directory. */
export const stores: Record<string, (directory: string) => Promise<ObjectStore>> = {
  S3: startS3,
  "Google Cloud Storage": startGoogleCloudStorage,
  "Azure Blob Storage": startAzureBlobStorage,
};

async function startS3(directory: string): Promise<ObjectStore> {
  const address = `127.0.0.1:${await freePort()}`;
  const [accessKey, secretKey] = ["key", "not-a-secret"];
  const stop = await startS3Server(address, directory, "backups", { accessKey, secretKey });
  return {
    place: "s3://backups/registry",
    env: {
      ...{ AWS_ENDPOINT_URL: `http://${address}`, AWS_REGION: "us-east-1" },
      ...{ AWS_ACCESS_KEY_ID: accessKey, AWS_SECRET_ACCESS_KEY: secretKey },
    },
    denied: { AWS_SECRET_ACCESS_KEY: "wrong" },
    objects: () => Promise.resolve(filesBelow(join(directory, "buckets/backups"))),
    stop,
  };
}

async function startGoogleCloudStorage(directory: string): Promise<ObjectStore> {
  const port = await freePort();
  mkdirSync(join(directory, "backups"));
  const address = ["-scheme", "http", "-host", "127.0.0.1", "-port", String(port)];
  const host = ["-public-host", `127.0.0.1:${port}`, "-external-url", `http://127.0.0.1:${port}`];
  const stop = await startStore(
    await fakeGcsServer(announce),
    [...address, ...host, "-filesystem-root", directory, "-log-level", "error"],
    {},
    `http://127.0.0.1:${port}/_internal/healthcheck`,
  );
  return {
    place: "gs://backups/registry",
    env: { STORAGE_EMULATOR_HOST: `127.0.0.1:${port}` },
    // It asks nobody for a credential: a client fails only at an address where nothing answers, which Google's own tries without an end.
    denied: { STORAGE_EMULATOR_HOST: "127.0.0.1:1" },
    objects: () => Promise.resolve(filesBelow(join(directory, "backups"))),
    stop,
  };
}

/**
 * Azurite knows an account by the name of its host, which kopia makes of the account's name as Azure does. A proxy of HTTPS leads that
 * name to it, where it shows a certificate of that name.
 */
async function startAzureBlobStorage(directory: string): Promise<ObjectStore> {
  const port = await freePort();
  const modules = await npmPackages(azurePackages, announce);
  const [account, key] = ["wharf", randomBytes(32).toString("base64")];
  const host = `${account}.blob.core.windows.net`;
  const { certificate, privateKey } = await issue({ name: host, hosts: [host, "127.0.0.1"] });
  writeFileSync(join(directory, "server.crt"), certificate);
  writeFileSync(join(directory, "server.key"), privateKey);
  const files = ["--cert", join(directory, "server.crt"), "--key", join(directory, "server.key")];
  const quiet = ["--silent", "--disableTelemetry", "--skipApiVersionCheck"];
  const stopServer = await startStore(
    join(modules, ".bin", "azurite-blob"),
    ["--blobPort", String(port), "--location", directory, ...files, ...quiet],
    { AZURITE_ACCOUNTS: `${account}:${key}` },
    `https://127.0.0.1:${port}`,
  );
  const client = createRequire(join(modules, "package.json"))("@azure/storage-blob");
  const container = new client.ContainerClient(
    `https://127.0.0.1:${port}/${account}/backups`,
    new client.StorageSharedKeyCredential(account, key),
    { tlsOptions: { ca: certificate } },
  );
  await container.create();
  const proxy = createServer();
  proxy.on("connect", (_, socket) => {
    const server = connect(port, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      server.pipe(socket).pipe(server);
    });
    server.on("error", () => socket.destroy());
    socket.on("error", () => server.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  return {
    place: "azblob://backups/registry",
    env: {
      AZURE_STORAGE_ACCOUNT: account,
      AZURE_STORAGE_KEY: key,
      HTTPS_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
      SSL_CERT_FILE: join(directory, "server.crt"),
    },
    denied: { AZURE_STORAGE_KEY: randomBytes(32).toString("base64") },
    objects: async () => {
      const names = [];
      for await (const { name } of container.listBlobsFlat()) names.push(name as string);
      return names;
    },
    stop: async () => {
      proxy.close();
      proxy.closeAllConnections();
      await stopServer();
    },
  };
}

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true }).map(String);
}
