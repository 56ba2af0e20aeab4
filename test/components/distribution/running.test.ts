import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, request as httpRequest, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hashSync } from "bcryptjs";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { StackOutputs } from "../../../cli/stack/outputs";
import {
  holdsNothing,
  registryContents,
  registryListing,
} from "../../../cli/registry/registry-contents";
import { registryBinary } from "./software";
import { fullestEngine } from "./fullest-settings";
import { createCertificate } from "../../support/loopback-certificate";
import { freePort } from "../../support/free-port";
import {
  ask,
  startRegistry,
  until,
  type RegistrySettings,
  type RunningRegistry,
} from "../../support/running-registry";
import { accept, config, digestOf, manifest, manifestType, push } from "../../support/small-image";

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

describe("the fullest configuration on a volume", () => {
  test("serves TLS to the users of the htpasswd file, with every limit in force", async () => {
    const { ca, certificatePath, keyPath } = createCertificate(directory);
    const users = join(directory, "htpasswd");
    writeFileSync(users, `ci:${hashSync("correct horse", 4)}\n`);
    const registry = await start({
      tls: { certificatePath, keyPath, minimumVersion: "tls1.2" },
      auth: { kind: "htpasswd", realm: "Wharf", path: users },
      hosts: ["registry.example.com"],
      distribution: {
        ...fullestEngine,
        // Nothing outside loopback is asked.
        redirect: false,
        redirection: {},
        health: { ...fullestEngine.health, http: [], tcp: [] },
        notifications: { endpoints: [] },
        catalogMaxEntries: 2,
        tagsMax: 2,
      },
    });
    const url = `${registry.url}/team`;
    const login = { ca, auth: "ci:correct horse" };

    const stranger = await ask(`${url}/v2/`, { ca });
    expect(stranger.status).toBe(401);
    expect(stranger.headers["www-authenticate"]).toBe('Basic realm="Wharf"');
    expect((await ask(`${url}/v2/`, { ca, auth: "ci:wrong" })).status).toBe(401);

    const answer = await ask(`${url}/v2/`, login);
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "strict-transport-security": "max-age=31536000",
    });
    await expect(
      ask(`${url}/v2/`, { ...login, maxVersion: "TLSv1.1", minVersion: "TLSv1.1" }),
    ).rejects.toThrow();
    await expect(ask(`${url}/v2/`, { auth: login.auth })).rejects.toThrow(/certificate/);

    for (const tag of ["1", "2", "3"]) {
      await push(url, "app", tag, login);
    }
    const page = await ask(`${url}/v2/app/tags/list?n=5`, login);
    expect(JSON.parse(page.body)).toEqual({ name: "app", tags: ["1", "2"] });
    expect(page.headers.link).toContain("last=2");
    expect((await ask(`${url}/v2/_catalog?n=2`, login)).status).toBe(200);
    expect((await ask(`${url}/v2/_catalog?n=3`, login)).status).toBe(400);

    expect((await ask(`${registry.debugUrl}/numbers`)).body).toContain(
      "registry_http_requests_total",
    );
    expect((await ask(`${registry.debugUrl}/debug/health`)).status).toBe(200);
    // The port of the registry itself shows neither.
    expect((await ask(`${url}/numbers`, login)).status).toBe(404);
    expect(registry.log()).toContain('"GET /team/v2/ HTTP/1.1" 200');
  });
});

describe("what the settings do to a running registry", () => {
  test("delete off: 405", async () => {
    const registry = await start({ distribution: { delete: false } });
    await push(registry.url, "app", "1");
    const answer = await ask(`${registry.url}/v2/app/manifests/${digestOf(manifest)}`, {
      method: "DELETE",
    });
    expect(answer.status).toBe(405);
  });

  test("delete on, as by default: 202", async () => {
    const registry = await start({});
    await push(registry.url, "app", "1");
    const url = `${registry.url}/v2/app/manifests/${digestOf(manifest)}`;
    expect((await ask(url, { method: "DELETE" })).status).toBe(202);
    expect((await ask(url, accept)).status).toBe(404);
  });

  test("read-only: pulls go on, a push gets 405", async () => {
    const data = join(directory, "read-only");
    mkdirSync(data);
    const before = await start({ data });
    await push(before.url, "app", "1");
    await before.stop();
    const registry = await start({ data, distribution: { readOnly: true } });
    expect((await ask(`${registry.url}/v2/app/manifests/1`, accept)).status).toBe(200);
    const upload = await ask(`${registry.url}/v2/app/blobs/uploads/`, { method: "POST" });
    expect(upload.status).toBe(405);
  });

  test("a stopping registry lets a push under way end well", async () => {
    const registry = await start({});
    const upload = await ask(`${registry.url}/v2/app/blobs/uploads/`, { method: "POST" });
    const location = new URL(upload.headers.location ?? "");
    location.searchParams.set("digest", digestOf(config));
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      const put = httpRequest(location, {
        method: "PUT",
        headers: { "Content-Length": config.length, Expect: "100-continue" },
      });
      put.on("response", resolve).on("error", reject);
      // It asks for the body once it handles the request: before, the push is not under way, and a stop may refuse it.
      put.on("continue", () => {
        put.write(config.slice(0, 10));
        registry.process.kill("SIGTERM");
        until("the registry drains", () =>
          /Draining/.test(registry.log()) ? true : undefined,
        ).then(() => put.end(config.slice(10)), reject);
      });
    });
    expect((await answered).statusCode).toBe(201);
    expect(await registry.exited).toBe(0);
  });

  test("a file of health.files takes the registry out of service, without a restart", async () => {
    const drain = join(directory, "drain");
    const registry = await start({
      distribution: { health: { files: [{ path: drain, intervalSeconds: 1 }] } },
    });
    expect((await ask(`${registry.url}/v2/`)).status).toBe(200);
    writeFileSync(drain, "");
    const answer = await until("the registry is out of service", async () => {
      const one = await ask(`${registry.url}/v2/`);
      return one.status === 200 ? undefined : one;
    });
    expect(answer.status).toBe(503);
    expect((await ask(`${registry.debugUrl}/debug/health`)).body).toContain("file exists");
  });

  test("relative URLs and an external URL shape the Location header", async () => {
    const relative = await start({ distribution: { http: { relativeUrls: true } } });
    const post = { method: "POST" };
    const first = await ask(`${relative.url}/v2/app/blobs/uploads/`, post);
    expect(first.headers.location).toMatch(/^\/v2\/app\/blobs\/uploads\//);
    const named = await start({
      distribution: { http: { externalUrl: "https://r.example.com:8443" } },
    });
    const second = await ask(`${named.url}/v2/app/blobs/uploads/`, post);
    expect(second.headers.location).toMatch(/^https:\/\/r\.example\.com:8443\/v2\/app\//);
  });

  test("an index without its images is refused, unless validation lets it in", async () => {
    const type = "application/vnd.oci.image.index.v1+json";
    const absent = { mediaType: manifestType, digest: digestOf("absent"), size: 6 };
    const body = JSON.stringify({ schemaVersion: 2, mediaType: type, manifests: [absent] });
    const put = { method: "PUT", body, headers: { "Content-Type": type } };
    const strict = await start({});
    expect((await ask(`${strict.url}/v2/app/manifests/1`, put)).status).toBe(400);
    const loose = await start({ distribution: { validation: { platforms: "none" } } });
    expect((await ask(`${loose.url}/v2/app/manifests/1`, put)).status).toBe(201);
  });

  test("a push is told to the endpoint, with its headers, which the log does not hold", async () => {
    const heard: { authorization?: string; events: unknown }[] = [];
    const listener = createServer((request, response) => {
      let body = "";
      request.on("data", (part: Buffer) => (body += part.toString()));
      request.on("end", () => {
        const { events } = JSON.parse(body) as { events: unknown };
        heard.push({ authorization: request.headers.authorization, events });
        response.end();
      });
    });
    await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
    const { port } = listener.address() as AddressInfo;
    const registry = await start({
      distribution: {
        notifications: {
          endpoints: [
            {
              name: "ci",
              url: `http://127.0.0.1:${port}/events`,
              headers: { Authorization: "Bearer s3cret" },
              ignore: { actions: ["pull"] },
            },
          ],
        },
      },
    });
    await push(registry.url, "app", "1");
    const event = await until("the event of the manifest", () =>
      heard.find(({ events }) => JSON.stringify(events).includes('"tag":"1"')),
    );
    listener.close();
    expect(event.authorization).toBe("Bearer s3cret");
    expect(event.events).toMatchObject([{ action: "push", target: { repository: "app" } }]);
    expect(registry.log()).not.toContain("s3cret");
  });
});

describe("what a running registry is seen to hold", () => {
  const outputsOf = (registry: RunningRegistry) =>
    ({
      target: "docker",
      endpoint: registry.url,
      caCertificate: "",
      credentials: {},
    }) as unknown as StackOutputs;

  test("below a prefix and beyond the limits of its lists, all of it", async () => {
    const distribution = { catalogMaxEntries: 2, tagsMax: 2, http: { prefix: "/team/" } };
    const registry = await start({ distribution });
    const outputs = outputsOf(registry);
    const prefix = "/team/";
    expect(await registryContents(outputs, { engine: { prefix } })).toEqual({
      repositories: 0,
      images: 0,
      untagged: 0,
    });
    for (const name of ["app-1", "app-2", "app-3", "app-4", "app-5"]) {
      for (const tag of ["1", "2", "3"]) await push(`${registry.url}/team`, name, tag);
    }
    expect(await registryContents(outputs, { engine: { prefix }, measures: true })).toEqual({
      ...{ repositories: 5, images: 15, untagged: 0 },
      bytes: manifest.length + config.length,
    });
    expect(await registryListing(outputs, { prefix })).toHaveLength(5);
    // Asked without it, it does not say that it holds nothing.
    expect(await registryContents(outputs)).toEqual({ unknown: "there is no /v2/_catalog" });
  });

  test("an image that has only a digest counts", async () => {
    const registry = await start({});
    await push(registry.url, "app", digestOf(manifest));
    const contents = await registryContents(outputsOf(registry));
    expect(contents).toEqual({ repositories: 0, images: 0, untagged: 1 });
    expect(holdsNothing(contents)).toBe(false);
  });
});

describe("what Wharf's rules rest on", () => {
  test("at info, distribution prints the headers of notification endpoints", async () => {
    const headers = { Authorization: "Bearer s3cret" };
    const endpoints = [{ name: "ci", url: "http://127.0.0.1:1/", headers }];
    const registry = await start({
      distribution: { log: { level: "info" }, notifications: { endpoints } },
    });
    expect(registry.log()).toContain("s3cret");
  });

  test("with Redis, the port of the metrics shows the whole configuration", async () => {
    const addresses = [`127.0.0.1:${await freePort()}`];
    const distribution = { cache: { kind: "redis" as const, addresses, password: "s3cret" } };
    // distribution v3.1.2 cannot encode the maps under `maintenance` and then shows nothing at all;
    // no secret should rest on that.
    const registry = await start({
      distribution,
      change: ({ storage: { maintenance, ...storage }, ...config }) => {
        expect(maintenance.readonly.enabled).toBe(false);
        return { ...config, storage };
      },
    });
    expect((await ask(`${registry.debugUrl}/debug/vars`)).body).toContain("s3cret");
  });

  test("redirection sends a client for a blob to where the settings say", async () => {
    const registry = await start({
      distribution: {
        redirection: {
          baseUrl: "https://files.example.com/data/",
          rewrite: { host: "cdn.example.com", trimPathPrefix: "/data" },
        },
      },
    });
    await push(registry.url, "app", "1");
    const answer = await ask(`${registry.url}/v2/app/blobs/${digestOf(config)}`);
    expect(answer.status).toBe(307);
    expect(answer.headers.location).toMatch(
      /^https:\/\/cdn\.example\.com\/docker\/registry\/v2\/blobs\/sha256\//,
    );
  });
});
