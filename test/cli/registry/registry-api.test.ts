import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { StackOutputs } from "../../../cli/stack/outputs";
import { limits, RegistryApi } from "../../../cli/registry/registry-api";
import {
  describeContents,
  registryContents,
  registryListing,
} from "../../../cli/registry/registry-contents";
import { createCertificate } from "../../support/loopback-certificate";

/** Bounds so small that each attack ends at once. */
const bounds = {
  ...limits,
  connectMs: 2000,
  answerMs: 500,
  bodyBytes: 10_000,
  totalBytes: 50_000,
  pages: 20,
};

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** Listens on loopback until the test ends; its address. */
async function listening(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const serve = async (answer: RequestListener) => `http://${await listening(createServer(answer))}`;

const outputsOf = (endpoint: string, caCertificate = "") =>
  ({
    target: "docker",
    endpoint,
    caCertificate,
    credentials: { admin: "s3cret" },
  }) as unknown as StackOutputs;

/** A list of one repository, to be answered at the catalog. */
const catalog = (...repositories: string[]) => JSON.stringify({ repositories });

/** What is made of a registry that answers so. */
const contentsAt = async (answer: RequestListener, options: { measures?: boolean } = {}) =>
  registryContents(outputsOf(await serve(answer)), { bounds, ...options });

describe("a registry that leads elsewhere", () => {
  /** Another origin, which writes down what it is asked. */
  async function elsewhere() {
    const asked: (string | undefined)[] = [];
    const url = await serve((request, response) => {
      asked.push(request.headers.authorization ?? "nobody");
      response.end(catalog());
    });
    return { url, asked };
  }

  it.each<[string, (other: string) => RequestListener]>([
    [
      "by the link to the next page",
      (other) => (_, response) =>
        response.setHeader("Link", `<${other}/v2/_catalog?last=a>; rel="next"`).end(catalog("app")),
    ],
    [
      "by a link without a scheme",
      (other) => (_, response) =>
        response
          .setHeader("Link", `<//${new URL(other).host}/v2/_catalog>; rel="next"`)
          .end(catalog("app")),
    ],
    [
      "by a redirect",
      (other) => (_, response) =>
        response.writeHead(307, { location: `${other}/v2/_catalog` }).end(),
    ],
    [
      "to a token server",
      (other) => (_, response) =>
        response
          .writeHead(401, { "www-authenticate": `Bearer realm="${other}/token",service="x"` })
          .end(),
    ],
  ])("%s: the other origin is not asked", async (_, attack) => {
    const other = await elsewhere();
    expect(await contentsAt(attack(other.url))).toEqual({
      unknown: expect.stringMatching(/leads to another address|answered 401/) as string,
    });
    expect(other.asked).toEqual([]);
  });

  it("from https to http of the same host", async () => {
    const directory = mkdtempSync(join(tmpdir(), "wharf-hostile-"));
    const { ca, certificatePath, keyPath } = createCertificate(directory);
    const server = createSecureServer(
      { cert: readFileSync(certificatePath), key: readFileSync(keyPath) },
      ({ headers }, response) =>
        response.writeHead(308, { location: `http://${headers.host}/v2/_catalog` }).end(),
    );
    rmSync(directory, { recursive: true });
    const outputs = outputsOf(`https://${await listening(server)}`, ca);
    expect(await registryContents(outputs, { bounds })).toEqual({
      unknown: expect.stringContaining("leads to another address, http://127.0.0.1:") as string,
    });
  });

  it("by the address of an upload", async () => {
    const other = await elsewhere();
    const endpoint = await serve((_, response) =>
      response.writeHead(202, { location: `${other.url}/v2/app/blobs/uploads/1` }).end(),
    );
    const login = { user: "admin", password: "s3cret" };
    const api = new RegistryApi({ endpoint, caCertificate: "", login }, bounds);
    const { status, headers } = await api.send("POST", "/v2/app/blobs/uploads/");
    expect(status).toBe(202);
    await expect(api.send("PUT", String(headers.location), { body: "x" })).rejects.toThrow(
      "leads to another address",
    );
    await api.close();
    expect(other.asked).toEqual([]);
  });
});

describe("a registry that does not come to an end", () => {
  let page = 0;
  const endless: RequestListener = ({ url = "" }, response) => {
    if (url.startsWith("/v2/_catalog")) {
      response.setHeader("Link", `</v2/_catalog?last=${page++}>; rel="next"`);
    }
    response.end(catalog("app"));
  };
  const drip: RequestListener = (_, response) => {
    const timer = setInterval(() => response.write(" "), 20);
    response.on("close", () => clearInterval(timer));
  };

  it.each<[string, RequestListener, string]>([
    ["pages without an end", endless, "has more than 20 pages"],
    ["no answer", () => undefined, "does not answer in time"],
    [
      "a body that stops half way",
      (_, response) => response.write('{"repositories":'),
      "does not answer in time",
    ],
    [
      "a large body",
      (_, response) => response.end("[".repeat(bounds.bodyBytes + 1)),
      "answers with more than 10000 bytes",
    ],
    [
      "many bodies",
      ({ url }, response) => {
        const filler = "x".repeat(5000);
        response.setHeader("Link", `<${url}x>; rel="next"`);
        response.end(JSON.stringify({ repositories: [], filler }));
      },
      "is beyond 50000 bytes in all",
    ],
    [
      "redirects in a circle",
      ({ url }, response) => response.writeHead(302, { location: url }).end(),
      "redirects too often",
    ],
  ])("by %s is unknown", async (_, attack, reason) => {
    expect(await contentsAt(attack)).toEqual({
      unknown: expect.stringContaining(reason) as string,
    });
  });

  it("by a body that drips is unknown after the time for all", async () => {
    const outputs = outputsOf(await serve(drip));
    expect(await registryContents(outputs, { bounds: { ...bounds, totalMs: 500 } })).toEqual({
      unknown: expect.stringContaining("was not answered in 0.5 s in all") as string,
    });
  });

  const itself = JSON.stringify({ manifests: [{ digest: `sha256:${"0".repeat(64)}` }] });
  it.each<[string, RequestListener]>([
    ["names itself", (_, response) => response.end(itself)],
    ["names one after the other", chain()],
  ])("by an index that %s: the images are known, and their bytes are not", async (_, index) => {
    const contents = await contentsAt(
      (request, response) => {
        const { url = "" } = request;
        if (url.includes("/manifests/")) return index(request, response);
        response.end(url.includes("/tags/") ? '{"tags":["1"]}' : catalog("app"));
      },
      { measures: true },
    );
    expect(contents).toEqual({ repositories: 1, images: 1, untagged: 0, bytes: undefined });
  });

  /** Indexes that each name the next one, by its true digest. */
  function chain(): RequestListener {
    const texts = new Map<string, string>();
    let text = "{}";
    for (let depth = 0; depth < 10; depth++) {
      const digest = `sha256:${createHash("sha256").update(text).digest("hex")}`;
      texts.set(digest, text);
      text = JSON.stringify({ manifests: [{ digest }] });
    }
    return ({ url = "" }, response) => response.end(texts.get(url.split("/").at(-1) ?? "") ?? text);
  }

  it("ends a listing with the reason", async () => {
    await expect(registryListing(outputsOf(await serve(endless)), {}, bounds)).rejects.toThrow(
      "has more than 20 pages",
    );
  });
});

describe("a registry that answers otherwise", () => {
  /** Answers the catalog with one text and lists of tags with another, each with its status. */
  const answering =
    (
      catalogText: string,
      tagsText: string,
      [catalogStatus = 200, tagsStatus = 200]: number[] = [],
    ) =>
    ({ url = "" }: { url?: string }, response: Parameters<RequestListener>[1]) =>
      url.includes("/tags/")
        ? response.writeHead(tagsStatus).end(tagsText)
        : response.writeHead(catalogStatus).end(catalogText);

  it.each<[string, RequestListener, string]>([
    ["no catalog", answering("", "", [404]), "there is no /v2/_catalog"],
    ["trouble", answering("", "", [503]), "/v2/_catalog answered 503"],
    ["a page for people", answering("<html>", ""), "is not JSON"],
    ["another JSON", answering("{}", ""), "does not answer as a registry does"],
    [
      "names that would reach a terminal",
      answering(catalog("app\u001b[2J"), ""),
      "does not answer as a registry does",
    ],
    [
      "trouble with a list of tags",
      answering(catalog("app", "web"), "", [200, 500]),
      "/tags/list answered 500",
    ],
  ])("with %s is unknown", async (_, answer, reason) => {
    const contents = await contentsAt(answer);
    expect(contents).toEqual({ unknown: expect.stringContaining(reason) as string });
    expect(describeContents(contents)).toContain("an unknown number of images (");
  });

  it("is unknown where nothing listens", async () => {
    const endpoint = await serve(() => undefined);
    await new Promise((resolve) => servers.pop()?.close(resolve));
    expect(await registryContents(outputsOf(endpoint), { bounds })).toEqual({
      unknown: expect.stringContaining("/v2/_catalog does not answer: ") as string,
    });
  });

  it("holds no images only by an empty catalog", async () => {
    const phrase = async (answer: RequestListener) => describeContents(await contentsAt(answer));
    expect(await phrase(answering(catalog(), ""))).toBe("no images");
    expect(await phrase(answering(catalog("app"), '{"tags":null}'))).toBe(
      "no tagged images, and 1 repository without a tag, which may hold images by digest",
    );
    expect(await phrase(answering(catalog("app", "web"), "", [200, 404]))).toContain(
      "2 repositories without a tag",
    );
    // The proof of an installation pushes there, and deletes what it pushed.
    expect(await phrase(answering(catalog("wharf-smoke"), '{"tags":[]}'))).toBe("no images");
    expect(await phrase(answering(catalog("app"), '{"tags":["1","2"]}'))).toBe(
      "2 images in 1 repository",
    );
  });

  it("is asked as a cache only for its repositories: the tags are the other registry's", async () => {
    const asked: (string | undefined)[] = [];
    const endpoint = await serve(({ url }, response) => {
      asked.push(url);
      response.end(catalog("library/alpine"));
    });
    const engine = { caches: true, prefix: "/team/" };
    expect(await registryContents(outputsOf(endpoint), { engine, bounds })).toEqual({
      unknown: "a pull-through cache lists the tags of its upstream",
    });
    expect(asked).toEqual(["/team/v2/_catalog"]);
  });

  it("is not asked where the platform manages it", async () => {
    const managed = { ...outputsOf("https://registry.invalid"), target: "aws" };
    expect(await registryContents(managed, { bounds })).toHaveProperty("unknown");
  });

  it("gets four requests at a time, each with the password of one user", async () => {
    const names = Array.from({ length: 40 }, (_, index) => `app-${index}`);
    const seen = { now: 0, most: 0, logins: new Set<string | undefined>() };
    const contents = await contentsAt(({ url = "", headers }, response) => {
      seen.most = Math.max(seen.most, ++seen.now);
      seen.logins.add(headers.authorization);
      setImmediate(() => {
        seen.now--;
        response.end(url.includes("/tags/") ? '{"tags":["1"]}' : catalog(...names));
      });
    });
    expect(contents).toMatchObject({ repositories: 40, images: 40 });
    expect(seen.most).toBeGreaterThan(1);
    expect(seen.most).toBeLessThanOrEqual(limits.parallel);
    expect([...seen.logins]).toEqual([`Basic ${btoa("admin:s3cret")}`]);
  });
});
