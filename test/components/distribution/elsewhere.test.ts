import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { DistributionConfig } from "../../../components/distribution/config";
import { registryBinary } from "./software";
import { serviceAccountKey } from "./fullest-settings";
import { createCertificate } from "../../support/loopback-certificate";
import { freePort } from "../../support/free-port";
import {
  ask,
  startRegistry,
  until,
  type RegistrySettings,
  type RunningRegistry,
} from "../../support/running-registry";
import { accept, config, digestOf, manifest, push } from "../../support/small-image";

const running: RunningRegistry[] = [];
let binary = "";
let directory = "";

beforeAll(async () => {
  binary = await registryBinary();
  directory = mkdtempSync(join(tmpdir(), "wharf-distribution-"));
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((registry) => registry.stop()));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function start(settings: RegistrySettings): Promise<RunningRegistry> {
  const registry = await startRegistry(binary, settings);
  running.push(registry);
  return registry;
}

describe("a pull-through cache", () => {
  test("serves what the other registry has, keeps it, and accepts no push", async () => {
    const upstream = await start({});
    await push(upstream.url, "app", "1");
    const cache = await start({ distribution: { proxy: { remoteUrl: upstream.url } } });
    expect((await ask(`${cache.url}/v2/app/manifests/1`, accept)).body).toBe(manifest);
    const blob = `${cache.url}/v2/app/blobs/${digestOf(config)}`;
    expect((await ask(blob)).body).toBe(config);
    const upload = await ask(`${cache.url}/v2/app/blobs/uploads/`, { method: "POST" });
    expect(upload.status).toBe(405);
    await upstream.stop();
    expect((await ask(blob)).body).toBe(config);
  });

  test("frees the disk of a blob that it has had for long enough, since deletion is on", async () => {
    const upstream = await start({});
    await push(upstream.url, "app", "1");
    const data = mkdtempSync(join(directory, "expiring-"));
    const cache = await start({
      distribution: { proxy: { remoteUrl: upstream.url } },
      data,
      change: ({ proxy, ...rest }) => ({ ...rest, proxy: { ...proxy, ttl: "1s" } }),
    });
    const digest = digestOf(config);
    expect((await ask(`${cache.url}/v2/app/blobs/${digest}`)).body).toBe(config);
    const [algorithm = "", hex = ""] = digest.split(":");
    const blob = join(data, "docker/registry/v2/blobs", algorithm, hex.slice(0, 2), hex, "data");
    const kept = () => cache.log().includes(`new scheduler entry for app@${digest}`) || undefined;
    await until("the blob to be kept", kept);
    await until("the blob to go", () => !existsSync(blob) || undefined);
  });

  test("starts while the other registry cannot be reached, which it would not without its helper", async () => {
    const remoteUrl = `http://127.0.0.1:${await freePort()}`;
    const distribution = { proxy: { remoteUrl } };
    const cache = await start({ distribution });
    expect((await ask(`${cache.url}/v2/`)).status).toBe(200);
    const withoutHelper = ({ proxy, ...config }: DistributionConfig) => ({
      ...config,
      proxy: { ...proxy, exec: undefined },
    });
    await expect(startRegistry(binary, { distribution, change: withoutHelper })).rejects.toThrow(
      /connection refused/,
    );
  });
});

describe("storage and services elsewhere", () => {
  /** A storage that does not answer shows at once, and nothing else asks it. */
  const missed = {
    health: { storageDriver: { intervalSeconds: 1, threshold: 1 } },
    uploadPurging: { enabled: false },
  };

  /** What the registry says of its health once it is not well. */
  function unhealthy(registry: RunningRegistry): Promise<string> {
    const ask503 = async () => {
      const answer = await ask(`${registry.debugUrl}/debug/health`);
      return answer.status === 503 ? answer.body : undefined;
    };
    return until("the storage is missed", ask503, 60);
  }

  /** What is set of each, where nobody listens, so that reaching it is all that can fail. */
  const remote: Record<string, (port: number) => RegistrySettings["storage"]> = {
    s3: (port) => ({
      kind: "s3",
      bucket: "images",
      regionEndpoint: `http://127.0.0.1:${port}`,
      forcePathStyle: true,
      accessKey: "yes",
      secretKey: "1_000",
      encrypt: true,
      keyId: "key",
      rootDirectory: "registry",
      redirectEndpoint: "https://s3.example.com",
      userAgent: "wharf",
    }),
    azure: (port) => ({
      kind: "azure",
      accountName: "images",
      container: "registry",
      credentials: { type: "shared_key", accountKey: "a2V5" },
      serviceUrl: `http://127.0.0.1:${port}/images`,
      maxRetries: 1,
    }),
  };

  test.each(Object.keys(remote))(
    "%s: the configuration is taken, the server is not there",
    async (kind) => {
      const registry = await start({
        storage: remote[kind]?.(await freePort()),
        distribution: missed,
      });
      expect(await unhealthy(registry)).toMatch(/connection refused/);
      expect(registry.log()).not.toMatch(/panic|configuration error/);
    },
  );

  test("gcs: the configuration is taken, and a token asked for with the key's signature", async () => {
    // The client asks again without end when nobody listens; a refusal makes it give up.
    let asked = "";
    const tokens = createServer((request, response) => {
      request.on("data", (part: Buffer) => (asked += part.toString()));
      request.on("end", () => response.writeHead(400).end('{"error":"invalid_grant"}'));
    });
    await new Promise<void>((resolve) => tokens.listen(0, "127.0.0.1", resolve));
    const { port } = tokens.address() as AddressInfo;
    const registry = await start({
      storage: {
        kind: "gcs",
        bucket: "images",
        serviceAccountKey: serviceAccountKey(`http://127.0.0.1:${port}/token`),
        rootDirectory: "registry",
      },
      distribution: missed,
    });
    const health = await unhealthy(registry);
    tokens.close();
    expect(health).toMatch(/invalid_grant/);
    expect(asked).toContain("assertion=");
    expect(registry.log()).not.toMatch(/panic|configuration error/);
  });

  test("an identity of the machine is enough for Azure, and a service principal too", async () => {
    const azure = { kind: "azure", accountName: "images", container: "registry" } as const;
    const distribution = {
      health: { storageDriver: { enabled: false } },
      uploadPurging: { enabled: false },
    };
    await start({ storage: azure, distribution });
    const credentials = {
      type: "client_secret",
      clientId: "c",
      tenantId: "t",
      secret: "s",
    } as const;
    await start({ storage: { ...azure, credentials }, distribution });
  });

  test("Redis, over TLS: the configuration is taken, the server is not there", async () => {
    const { certificatePath, ca } = createCertificate(directory);
    const registry = await start({
      redis: { tls: { caPath: certificatePath } },
      distribution: {
        cache: {
          kind: "redis",
          addresses: [`127.0.0.1:${await freePort()}`],
          username: "registry",
          password: "off",
          tls: { caCertificate: ca },
        },
      },
    });
    await push(registry.url, "app", "1");
    expect(registry.log()).toContain("using redis blob descriptor cache");
    expect(registry.log()).toMatch(/connection refused/);
  });

  test("a token server's keys: clients are sent to it", async () => {
    const { certificatePath } = createCertificate(directory);
    const jwks = join(directory, "jwks.json");
    writeFileSync(jwks, JSON.stringify({ keys: [] }));
    const registry = await start({
      auth: {
        kind: "token",
        realm: "https://auth.example.com/token",
        service: "registry",
        issuer: "auth",
        rootCertBundlePath: certificatePath,
        jwksPath: jwks,
        signingAlgorithms: ["ES256"],
        autoRedirect: false,
        autoRedirectPath: "/auth/token",
      },
    });
    const answer = await ask(`${registry.url}/v2/`);
    expect(answer.status).toBe(401);
    expect(answer.headers["www-authenticate"]).toBe(
      'Bearer realm="https://auth.example.com/token",service="registry"',
    );
  });
});
