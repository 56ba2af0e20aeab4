import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  imageOf,
  passwordOf,
  RolesRegistry,
  user,
  type Image,
  type Policy,
} from "./roles-registry";

const all = ["pull", "push", "delete"] as const;
/** Each user's rights as a person would say them: repository by repository. */
const rights: Record<string, Record<string, readonly string[]>> = {
  admin: { "shop/api": all, "shop/web/ui": all, "secret/x": all, shopping: all },
  developer: { "shop/api": ["pull", "push"], "shop/web/ui": ["pull", "push"] },
  readonly: { "shop/api": ["pull"] },
  deleter: { "shop/api": ["delete"], "shop/web/ui": ["delete"] },
  pusher: { "shop/api": ["push"] },
  nobody: {},
};
const repositories = ["shop/api", "shop/web/ui", "secret/x", "shopping"];

/** The policy that gives these rights. */
const policy: Policy = {
  version: 1,
  users: [
    user("admin", [{ repositories: ["**"], actions: [...all] }]),
    user("developer", [{ repositories: ["shop/**"], actions: ["pull", "push"] }]),
    user("readonly", [{ repositories: ["shop/*"], actions: ["pull"] }]),
    user("deleter", [{ repositories: ["shop/**"], actions: ["delete"] }]),
    user("pusher", [{ repositories: ["shop/api"], actions: ["push"] }]),
    user("nobody", []),
    user("expired", [{ repositories: ["**"], actions: [...all] }], {
      expires: "2020-01-01T00:00:00Z",
    }),
    user("elsewhere", [{ repositories: ["**"], actions: [...all] }], { allowFrom: ["10.0.0.0/8"] }),
  ],
  immutableTags: [{ repositories: ["shop/**"], except: ["latest", "dev-*"] }],
  trustedProxies: ["127.0.0.1"],
};

/** Headers of a proxy that speaks for a client of its own, so that wrong passwords of one test do not slow the next one down. */
const from = (address: string) => ({ "X-Forwarded-For": address });

const absent = `sha256:${"0".repeat(64)}`;
const accept = { Accept: "application/vnd.oci.image.manifest.v1+json" };

let registry: RolesRegistry;
const images: Record<string, Image> = {};

beforeAll(async () => {
  registry = await RolesRegistry.start(policy);
  for (const repository of repositories) {
    images[repository] = await registry.push(repository, "kept", `inside ${repository}`, "admin");
  }
});
afterAll(() => registry.stop());

const imageIn = (repository: string) => images[repository] ?? imageOf("none");

/** Requests that need one action each; what they would change does not exist. */
const operations: Record<
  string,
  { needs: string; method: string; path: (repository: string) => string; body?: string }
> = {
  "lists tags": { needs: "pull", method: "GET", path: () => "tags/list" },
  "reads a manifest by tag": { needs: "pull", method: "GET", path: () => "manifests/kept" },
  "asks for a manifest": { needs: "pull", method: "HEAD", path: () => "manifests/kept" },
  "reads a manifest by digest": {
    needs: "pull",
    method: "GET",
    path: (repository) => `manifests/${imageIn(repository).digest}`,
  },
  "reads a blob": {
    needs: "pull",
    method: "GET",
    path: (repository) => `blobs/${imageIn(repository).blobDigest}`,
  },
  "asks for a blob": {
    needs: "pull",
    method: "HEAD",
    path: (repository) => `blobs/${imageIn(repository).blobDigest}`,
  },
  "begins an upload": { needs: "push", method: "POST", path: () => "blobs/uploads/" },
  "goes on with an upload": { needs: "push", method: "PATCH", path: () => "blobs/uploads/none" },
  "ends an upload": { needs: "push", method: "PUT", path: () => "blobs/uploads/none" },
  "looks at an upload": { needs: "push", method: "GET", path: () => "blobs/uploads/none" },
  "cancels an upload": { needs: "push", method: "DELETE", path: () => "blobs/uploads/none" },
  "pushes a manifest": { needs: "push", method: "PUT", path: () => "manifests/new", body: "{}" },
  "deletes a tag": { needs: "delete", method: "DELETE", path: () => "manifests/none" },
  "deletes a manifest": { needs: "delete", method: "DELETE", path: () => `manifests/${absent}` },
  "deletes a blob": { needs: "delete", method: "DELETE", path: () => `blobs/${absent}` },
};

describe("with roles", () => {
  it.each(Object.keys(rights))("%s may do what is described, and nothing else", async (name) => {
    const wrong: string[] = [];
    for (const repository of repositories) {
      for (const [title, { needs, method, path, body }] of Object.entries(operations)) {
        const answer = await registry.ask(`/v2/${repository}/${path(repository)}`, {
          method,
          as: name,
          headers: accept,
          body,
        });
        const allowed = rights[name]?.[repository]?.includes(needs) === true;
        const asDescribed = allowed ? ![401, 403].includes(answer.status) : answer.status === 403;
        if (!asDescribed) wrong.push(`${name} ${title} in ${repository}: ${answer.status}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  let address = 0;
  it.each([
    ["nobody in particular", undefined],
    ["a wrong password", "admin:wrong"],
    ["an unknown user", "ghost:password"],
    ["no password", "admin:"],
    ["an expired user", "expired"],
    ["another user's password", `developer:${passwordOf("admin")}`],
  ])("%s is asked to log in", async (_, as) => {
    for (const path of ["", "_catalog", "secret/x/tags/list"]) {
      const headers = from(`10.1.0.${(address += 1)}`);
      const answer = await registry.ask(`/v2/${path}`, { as, headers });
      expect(answer.status).toBe(401);
      expect(answer.headers["www-authenticate"]).toBe('Basic realm="wharf"');
    }
  });

  it("says what is not allowed, in the form that clients print", async () => {
    const denied = await registry.ask("/v2/secret/x/blobs/uploads/", {
      method: "POST",
      as: "developer",
    });
    expect(JSON.parse(denied.body)).toEqual({
      errors: [{ code: "DENIED", message: "user developer may not push to secret/x" }],
    });
  });

  it("lets a user in from described addresses only, as trusted proxies tell them", async () => {
    const status = async (forwarded: string) =>
      (await registry.ask("/v2/", { as: "elsewhere", headers: from(forwarded) })).status;
    expect(await status("10.9.9.9")).toBe(200);
    expect(await status("192.0.2.1, 10.9.9.9")).toBe(200);
    expect(await status("10.9.9.9, 192.0.2.1")).toBe(403);
    expect(await status("10.9.9.9, nonsense")).toBe(403);
    expect(await status("")).toBe(403);
    const refused = await registry.ask("/v2/", { as: "elsewhere", headers: from("192.0.2.1") });
    expect(refused.body).toContain("user elsewhere may not connect from 192.0.2.1");
  });

  it("shows everybody the repositories that they may pull, on pages of any size", async () => {
    for (const [name, rightsOf] of Object.entries(rights)) {
      const visible = repositories.filter((one) => rightsOf[one]?.includes("pull")).sort();
      for (const size of [1, 2, 100]) {
        const seen: string[] = [];
        let next: string | undefined = `/v2/_catalog?n=${size}`;
        while (next !== undefined) {
          const answer = await registry.ask(next, { as: name });
          expect(answer.status, answer.body).toBe(200);
          seen.push(...(JSON.parse(answer.body) as { repositories: string[] }).repositories);
          next = /<(.*)>/.exec(String(answer.headers.link ?? ""))?.[1];
        }
        expect(seen, name).toEqual(visible);
      }
    }
    const after = await registry.ask("/v2/_catalog?n=100&last=secre", { as: "readonly" });
    expect(JSON.parse(after.body)).toEqual({ repositories: ["shop/api"] });
  });

  it("mounts nothing from a repository that the user may not pull from", async () => {
    const { blobDigest } = imageIn("secret/x");
    const uploads = "/v2/shop/api/blobs/uploads/";
    const form = { "Content-Type": "application/x-www-form-urlencoded" };
    const mount = `mount=${blobDigest}`;
    const tries: [string, string | undefined][] = [
      [`${uploads}?${mount}&from=secret/x`, undefined],
      [`${uploads}?${mount}&from=secret%2Fx`, undefined],
      [`${uploads}?${mount}&from=secret%2fx&from=shop/api`, undefined],
      [`${uploads}?${mount}&from=shop/api&from=secret/x`, undefined],
      [`${uploads}?${mount}&from=shop/web/ui`, "from=secret/x"],
      [`${uploads}?${mount}`, "from=secret%2Fx"],
      [`${uploads}?from=secret/x`, mount],
      [uploads, `${mount}&from=secret/x`],
      [`${uploads}?${mount}&FROM=secret/x`, undefined],
      [`${uploads}?${mount}&from=`, undefined],
      [`${uploads}?${mount}`, undefined],
      [`${uploads}?${mount}&from=/secret/x`, undefined],
      [`${uploads}?${mount}&from=shop/../secret/x`, undefined],
      [`${uploads}?${mount};from=secret/x`, undefined],
    ];
    for (const [path, body] of tries) {
      const headers = body === undefined ? {} : form;
      const answer = await registry.ask(path, { method: "POST", as: "developer", headers, body });
      expect([202, 400, 403], path).toContain(answer.status);
      const blob = await registry.ask(`/v2/shop/api/blobs/${blobDigest}`, { as: "developer" });
      expect(blob.status, path).toBe(404);
    }
    const mounted = await registry.ask(
      `${uploads}?mount=${imageIn("shop/web/ui").blobDigest}&from=shop/web/ui`,
      { method: "POST", as: "developer" },
    );
    expect(mounted.status).toBe(201);
  });

  it("refuses an upload that another repository began", async () => {
    const begun = await registry.ask("/v2/secret/x/blobs/uploads/", {
      method: "POST",
      as: "admin",
    });
    const { pathname, search } = new URL(begun.headers.location ?? "", registry.url);
    for (const repository of ["secret/x", "shop/api"]) {
      const path = pathname.replace("secret/x", repository);
      for (const method of ["GET", "PATCH", "PUT", "DELETE"]) {
        const answer = await registry.ask(`${path}${search}`, { method, as: "developer" });
        expect([403, 404], `${method} ${path}`).toContain(answer.status);
      }
    }
    const still = await registry.ask(`${pathname}${search}`, { as: "admin" });
    expect(still.status).toBe(204);
  });

  it("reads a path in one way only, however it is written", async () => {
    const { digest } = imageIn("secret/x");
    const prefixes = [
      "/v2/secret/x",
      "/v2/shop/../secret/x",
      "/v2/shop/api/../../secret/x",
      "/v2/shop%2F..%2Fsecret%2Fx",
      "/v2/shop/..%2fsecret/x",
      "/v2/%2e%2e/v2/secret/x",
      "/v2/secret%2Fx",
      "/v2/secret%2fx",
      "/v2//secret/x",
      "/v2/secret//x",
      "/v2/./secret/x",
      "/v2/secret/./x",
      "//v2/secret/x",
      "/V2/secret/x",
      "/v2/Secret/x",
      "/v2/SECRET/X",
      "/v2/secret/x%00",
      "/v2/secret/x/",
      "/v2/shop/api;/../../secret/x",
      "/v2/shop/api?/../../secret/x",
      "/v2/shop/api#/../../secret/x",
      "/v2/shop/api%23/../../secret/x",
      "/v2/shop\\..\\secret/x",
      "/v2/sеcret/x".replaceAll("е", "%D0%B5"),
      `/v2/${"shop/".repeat(60)}x`,
      `/v2/${"a".repeat(4000)}`,
      `/v2/shop/${"b".repeat(300)}`,
      "/v2/shop/api/manifests/../../../secret/x",
      "/v2/shop/api/blobs/uploads/../../../../secret/x",
      "http://127.0.0.1/v2/secret/x",
    ];
    const rests = ["tags/list", "manifests/kept", `manifests/${digest}`, "blobs/uploads/"];
    for (const prefix of prefixes) {
      for (const rest of rests) {
        const path = `${prefix}/${rest}`;
        const answer = await registry.ask(path, {
          method: rest.endsWith("uploads/") ? "POST" : "GET",
          as: "readonly",
          headers: accept,
        });
        expect(answer.status, path).toBeGreaterThanOrEqual(300);
        expect(answer.body, path).not.toContain(imageIn("secret/x").blobDigest);
        expect(answer.body, path).not.toContain("kept");
      }
    }
  });

  it("has methods that nobody knows answer to those who are logged in, with nothing", async () => {
    for (const method of ["OPTIONS", "TRACE", "PROPFIND", "get"]) {
      const path = "/v2/secret/x/manifests/kept";
      expect((await registry.ask(path, { method })).status).toBe(401);
      const answer = await registry.ask(path, { method, as: "readonly" });
      expect(answer.body).not.toContain(imageIn("secret/x").blobDigest);
    }
  });
});

describe("an immutable tag", () => {
  it("takes the same digest again, and no other; excepted tags move", async () => {
    const [one, two] = [imageOf("one"), imageOf("two")];
    for (const { blob } of [one, two]) await registry.pushBlob("shop/api", blob, "developer");
    const put = (tag: string, { manifest }: Image, repository = "shop/api") =>
      registry.putManifest(repository, tag, manifest, "developer");
    expect((await put("v1", one)).status).toBe(201);
    expect((await put("v1", one)).status).toBe(201);
    const refused = await put("v1", two);
    expect(refused.status).toBe(403);
    expect(JSON.parse(refused.body)).toEqual({
      errors: [
        {
          code: "DENIED",
          message: `tag v1 of shop/api is immutable and is already ${one.digest}`,
        },
      ],
    });
    for (const tag of ["latest", "dev-1"]) {
      expect((await put(tag, one)).status).toBe(201);
      expect((await put(tag, two)).status).toBe(201);
    }
    const { headers } = await registry.ask("/v2/shop/api/manifests/v1", {
      method: "HEAD",
      as: "admin",
      headers: accept,
    });
    expect(headers["docker-content-digest"]).toBe(one.digest);
    const secret = await registry.push("secret/x", "v1", "one", "admin");
    const moved = await registry.push("secret/x", "v1", "two", "admin");
    expect(moved.digest).not.toBe(secret.digest);
  });

  it("is won by exactly one of 20 clients that push it at once", async () => {
    for (const tag of ["race-1", "race-2", "race-3"]) {
      const racing = Array.from({ length: 20 }, (_, index) => imageOf(`${tag} ${index}`));
      for (const { blob } of racing) await registry.pushBlob("shop/api", blob, "developer");
      const answers = await Promise.all(
        racing.map(({ manifest }) =>
          registry.putManifest("shop/api", tag, manifest, "developer").then(({ status }) => status),
        ),
      );
      expect(answers.filter((status) => status === 201)).toHaveLength(1);
      expect(answers.filter((status) => status === 403)).toHaveLength(19);
      const { headers } = await registry.ask(`/v2/shop/api/manifests/${tag}`, {
        as: "developer",
        headers: accept,
      });
      expect(headers["docker-content-digest"]).toBe(racing[answers.indexOf(201)]?.digest);
    }
  });
});

describe("referrers", () => {
  const indexType = "application/vnd.oci.image.index.v1+json";
  const list = async (repository: string, digest: string, as = "developer", query = "") => {
    const answer = await registry.ask(`/v2/${repository}/referrers/${digest}${query}`, { as });
    const listed = JSON.parse(answer.body) as { manifests?: { digest: string }[] };
    return { ...answer, digests: listed.manifests?.map(({ digest: one }) => one).sort() };
  };
  const referrer = (text: string, subject: Image, artifactType: string) =>
    imageOf(text, {
      artifactType,
      annotations: { text },
      subject: {
        mediaType: "application/vnd.oci.image.manifest.v1+json",
        digest: subject.digest,
        size: subject.manifest.length,
      },
    });
  const pushReferrer = async (one: Image) => {
    await registry.pushBlob("shop/api", one.blob, "developer");
    return registry.putManifest("shop/api", one.digest, one.manifest, "developer");
  };
  const fallbackTag = (digest: string) => digest.replace(":", "-");

  it("are listed, also of pushes at once, by who may pull, and under the tag of clients without the API", async () => {
    const subject = await registry.push("shop/api", "signed", "signed", "developer");
    expect(await list("shop/api", subject.digest)).toMatchObject({ status: 200, digests: [] });
    const all = Array.from({ length: 8 }, (_, index) =>
      referrer(`signature ${index}`, subject, index === 0 ? "text/sbom" : "text/signature"),
    );
    const answers = await Promise.all(all.map(pushReferrer));
    for (const { status, headers } of answers) {
      expect(status).toBe(201);
      expect(headers["oci-subject"]).toBe(subject.digest);
    }
    const digests = all.map(({ digest }) => digest).sort();
    const listed = await list("shop/api", subject.digest, "readonly");
    expect(listed.digests).toEqual(digests);
    expect(listed.headers["content-type"]).toBe(indexType);
    const filtered = await list("shop/api", subject.digest, "readonly", "?artifactType=text/sbom");
    expect(filtered.digests).toEqual([all[0]?.digest]);
    expect(filtered.headers["oci-filters-applied"]).toBe("artifactType");
    const tagged = await registry.ask(`/v2/shop/api/manifests/${fallbackTag(subject.digest)}`, {
      as: "readonly",
      headers: { Accept: indexType },
    });
    expect(JSON.parse(tagged.body)).toEqual(JSON.parse(listed.body));

    const deleted = await registry.ask(`/v2/shop/api/manifests/${all[0]?.digest}`, {
      method: "DELETE",
      as: "admin",
    });
    expect(deleted.status).toBe(202);
    const left = await list("shop/api", subject.digest);
    expect(left.digests).toEqual(digests.filter((digest) => digest !== all[0]?.digest));
  });

  it("that a client without the API pushed are found, and are kept", async () => {
    const subject = await registry.push("shop/api", "older", "older", "developer");
    const old = await registry.push("shop/api", "old-signature", "old signature", "developer");
    const index = JSON.stringify({
      schemaVersion: 2,
      mediaType: indexType,
      manifests: [{ mediaType: accept.Accept, digest: old.digest, size: old.manifest.length }],
    });
    const put = await registry.ask(`/v2/shop/api/manifests/${fallbackTag(subject.digest)}`, {
      method: "PUT",
      as: "developer",
      headers: { "Content-Type": indexType },
      body: index,
    });
    expect(put.status, put.body).toBe(201);
    const added = referrer("new signature", subject, "text/signature");
    await pushReferrer(added);
    expect((await list("shop/api", subject.digest)).digests).toEqual(
      [old.digest, added.digest].sort(),
    );
  });

  it("are shown to those who may pull, whatever way the path is written", async () => {
    const { digest } = imageIn("secret/x");
    expect((await registry.ask(`/v2/secret/x/referrers/${digest}`)).status).toBe(401);
    for (const name of ["secret/x", "secret%2Fx"]) {
      expect((await list(name, digest)).status).toBe(403);
    }
    expect((await list("shop/api", digest, "deleter")).status).toBe(403);
    for (const path of ["shop/../secret/x", "Secret/x", "secret//x"]) {
      expect([301, 400, 403]).toContain(
        (await registry.ask(`/v2/${path}/referrers/${digest}`, { as: "developer" })).status,
      );
    }
    expect((await registry.ask("/v2/shop/api/referrers/latest", { as: "developer" })).status).toBe(
      400,
    );
    const put = await registry.ask(`/v2/shop/api/referrers/${digest}`, {
      method: "PUT",
      as: "developer",
    });
    expect(put.status).toBe(405);
  });
});

describe("the audit", () => {
  it("says who did what, and the metrics count it", async () => {
    const before = registry.log().length;
    await registry.ask("/v2/secret/x/tags/list", { as: "readonly", headers: from("10.2.0.1") });
    await registry.said(/"msg":"audit"/, before);
    const lines = registry.log().slice(before).split("\n");
    const audit = lines.filter((line) => line.includes('"msg":"audit"'));
    expect(audit.map((line) => JSON.parse(line) as object)).toEqual([
      expect.objectContaining({
        user: "readonly",
        login: "password",
        address: "10.2.0.1",
        method: "GET",
        repository: "secret/x",
        actions: "pull",
        status: 403,
        reason: "user readonly may not pull from secret/x",
      }),
    ]);
    expect(registry.log()).not.toContain(passwordOf("readonly"));
    const { body } = await registry.metrics();
    expect(body).toMatch(/wharf_registry_requests_total\{login="password",result="denied"\} \d+/);
    // What components/monitoring/alerts.ts asks; a request without credentials is not one with wrong ones.
    const counted = (result: string, text: string) =>
      Number(new RegExp(`login="none",result="${result}"} (\\d+)`).exec(text)?.[1] ?? 0);
    await registry.ask("/v2/", { as: "readonly:wrong" });
    await registry.ask("/v2/");
    const { body: after } = await registry.metrics();
    for (const result of ["wrong credentials", "unauthenticated"])
      expect(counted(result, after)).toBe(counted(result, body) + 1);
    expect(body).toMatch(/wharf_registry_policy_valid 1/);
    expect(body).toMatch(/wharf_registry_immutable_tag_moves_refused_total \d+/);
  });
});
