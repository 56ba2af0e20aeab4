import { generateKeyPairSync } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask } from "../../support/running-registry";
import { base64, Issuer, jwkOf, tokenOf } from "./issuer";
import { passwordOf, RolesRegistry, user, type Policy, type Rule } from "./roles-registry";

const everything: Rule[] = [{ repositories: ["**"], actions: ["pull", "push", "delete"] }];
const pullShop: Rule[] = [{ repositories: ["shop/*"], actions: ["pull"] }];
const seconds = () => Math.floor(Date.now() / 1000);

const operator = generateKeyPairSync("ed25519");
const stranger = generateKeyPairSync("ed25519");
const github = generateKeyPairSync("rsa", { modulusLength: 2048 });
const gitlab = generateKeyPairSync("ec", { namedCurve: "P-256" });
const cluster = generateKeyPairSync("rsa", { modulusLength: 2048 });

let issuer: Issuer;
let registry: RolesRegistry;
let policy: Policy;

beforeAll(async () => {
  issuer = await Issuer.start(
    jwkOf(github.publicKey, { kid: "github", alg: "RS256", use: "sig" }),
    jwkOf(gitlab.publicKey, { kid: "gitlab", alg: "ES256", use: "sig" }),
  );
  const identity = { issuer: issuer.url, audience: "https://registry.test", ca: issuer.ca };
  policy = {
    version: 1,
    // Wrong tokens of one row must not slow down the next.
    trustedProxies: ["127.0.0.1"],
    users: [
      user("ci", everything),
      user("reader", pullShop),
      user("gone", everything, { expires: "2020-01-01T00:00:00Z" }),
    ],
    identities: [
      {
        ...identity,
        name: "github",
        claims: { repository: ["acme/shop"], ref: ["refs/heads/main", "refs/tags/**"] },
        rules: [{ repositories: ["shop/api"], actions: ["pull", "push"] }],
      },
      {
        ...identity,
        name: "gitlab",
        jwksUrl: `${issuer.url}/keys`,
        claims: { project_path: ["acme/*"], ref_protected: ["true"], environment: ["prod*"] },
        rules: pullShop,
      },
      {
        name: "cluster",
        issuer: "https://kubernetes.default.svc.cluster.local",
        audience: "https://registry.test",
        jwks: { keys: [jwkOf(cluster.publicKey, { kid: "node" })] },
        claims: { sub: ["system:serviceaccount:shop:*"] },
        rules: pullShop,
      },
    ],
    tokens: { keys: [jwkOf(operator.publicKey, { kid: "operator" })], revoked: ["stolen"] },
  };
  registry = await RolesRegistry.start(policy);
});
afterAll(async () => {
  await registry.stop();
  await issuer.stop();
});

const may = async (as: string, repository: string, method: "GET" | "POST" | "DELETE") => {
  const rest = { GET: "tags/list", POST: "blobs/uploads/", DELETE: "manifests/none" }[method];
  const { status } = await registry.ask(`/v2/${repository}/${rest}`, { method, as });
  return status === 401 ? "log in" : status === 403 ? "denied" : "allowed";
};

describe("a token of `wharf token create`", () => {
  const claims = (changed: object = {}) => ({
    iss: "wharf",
    aud: "wharf",
    sub: "ci",
    jti: "one",
    nbf: seconds(),
    exp: seconds() + 600,
    access: [{ repositories: ["shop/api"], actions: ["pull"] }],
    ...changed,
  });
  const token = (changed: object = {}, key = operator.privateKey, header = {}) =>
    tokenOf({ alg: "EdDSA", kid: "operator", ...header }, claims(changed), key);

  it("gives the rights that both its user and it have", async () => {
    const narrow = `ci:${token()}`;
    expect(await may(narrow, "shop/api", "GET")).toBe("allowed");
    expect(await may(narrow, "shop/api", "POST")).toBe("denied");
    expect(await may(narrow, "shop/web", "GET")).toBe("denied");
    const wide = `reader:${token({ sub: "reader", access: everything })}`;
    expect(await may(wide, "shop/api", "GET")).toBe("allowed");
    expect(await may(wide, "shop/api", "POST")).toBe("denied");
    expect(await may(wide, "secret/x", "GET")).toBe("denied");
    expect(await may(`ci:${token({ access: [] })}`, "shop/api", "GET")).toBe("denied");
  });

  it("is named where it is what refuses, and its user where that is", async () => {
    const refused = async (as: string, repository: string) => {
      const path = `/v2/${repository}/blobs/uploads/`;
      const answer = await registry.ask(path, { method: "POST", as });
      expect(answer.status).toBe(403);
      return (JSON.parse(answer.body) as { errors: { message: string }[] }).errors[0]?.message;
    };
    expect(await refused(`ci:${token()}`, "shop/api")).toBe(
      "this token may only pull from shop/api",
    );
    expect(await refused(`ci:${token()}`, "shop/web")).toBe(
      "this token may only pull from shop/api",
    );
    const two = [
      { repositories: ["shop/api", "shop/web"], actions: ["pull", "push"] },
      { repositories: ["tools/**"], actions: ["pull"] },
    ];
    expect(await refused(`ci:${token({ access: two })}`, "secret/x")).toBe(
      "this token may only pull from and push to shop/api, shop/web; pull from tools/**",
    );
    expect(await refused(`ci:${token({ access: [] })}`, "shop/api")).toBe(
      "this token may only log in",
    );
    const wide = `reader:${token({ sub: "reader", access: everything })}`;
    expect(await refused(wide, "shop/api")).toBe("user reader may not push to shop/api");
  });

  it.each<[string, () => string]>([
    ["has expired", () => `ci:${token({ exp: seconds() - 1 })}`],
    ["never expires", () => `ci:${token({ exp: undefined })}`],
    ["is of tomorrow", () => `ci:${token({ nbf: seconds() + 3600 })}`],
    ["is revoked", () => `ci:${token({ jti: "stolen" })}`],
    ["has no id", () => `ci:${token({ jti: undefined })}`],
    ["is another user's", () => `reader:${token()}`],
    ["is an expired user's", () => `gone:${token({ sub: "gone" })}`],
    ["is an unknown user's", () => `ghost:${token({ sub: "ghost" })}`],
    ["is another registry's", () => `ci:${token({ aud: "another" })}`],
    ["is another issuer's", () => `ci:${token({ iss: "mallory" })}`],
    ["is signed by another key", () => `ci:${token({}, stranger.privateKey)}`],
    ["names another key", () => `ci:${token({}, stranger.privateKey, { kid: "stranger" })}`],
    ["names no key", () => `ci:${token({}, operator.privateKey, { kid: undefined })}`],
    [
      "allows an unknown action",
      () => `ci:${token({ access: [{ repositories: ["**"], actions: ["*"] }] })}`,
    ],
    ["has no signature", () => `ci:${tokenOf({ alg: "none", kid: "operator" }, claims())}`],
  ])("that %s is refused", async (_, as) => {
    expect(await may(as(), "shop/api", "GET")).toBe("log in");
  });

  it("is refused once it is revoked", async () => {
    const as = `ci:${token({ jti: "later" })}`;
    expect(await may(as, "shop/api", "GET")).toBe("allowed");
    const { keys } = policy.tokens as { keys: object[] };
    await registry.change({ ...policy, tokens: { keys, revoked: ["stolen", "later"] } });
    expect(await may(as, "shop/api", "GET")).toBe("log in");
    await registry.change(policy);
  });
});

describe("an identity", () => {
  const onGithub = (changed: object = {}) => ({
    iss: issuer.url,
    aud: "https://registry.test",
    sub: "repo:acme/shop:ref:refs/heads/main",
    repository: "acme/shop",
    ref: "refs/heads/main",
    nbf: seconds(),
    exp: seconds() + 300,
    ...changed,
  });
  const githubToken = (changed: object = {}, key = github.privateKey, header = {}) =>
    tokenOf({ alg: "RS256", kid: "github", ...header }, onGithub(changed), key);
  const gitlabToken = (changed: object = {}) =>
    tokenOf(
      { alg: "ES256", kid: "gitlab" },
      onGithub({
        ...{ project_path: "acme/shop", ref_protected: "true", environment: "production" },
        ...changed,
      }),
      gitlab.privateKey,
    );
  const clusterToken = (sub: string) =>
    tokenOf(
      { alg: "RS256", kid: "node" },
      onGithub({ iss: "https://kubernetes.default.svc.cluster.local", sub }),
      cluster.privateKey,
    );

  it("of GitHub, GitLab and a cluster has exactly the described rights", async () => {
    for (const as of [
      `github:${githubToken()}`,
      `github:${githubToken({ ref: "refs/tags/v1/a" })}`,
    ]) {
      expect(await may(as, "shop/api", "GET")).toBe("allowed");
      expect(await may(as, "shop/api", "POST")).toBe("allowed");
      expect(await may(as, "shop/api", "DELETE")).toBe("denied");
      expect(await may(as, "shop/web", "GET")).toBe("denied");
    }
    for (const as of [
      `gitlab:${gitlabToken()}`,
      `gitlab:${gitlabToken({ aud: ["x", "https://registry.test"] })}`,
      `cluster:${clusterToken("system:serviceaccount:shop:puller")}`,
    ]) {
      expect(await may(as, "shop/web", "GET")).toBe("allowed");
      expect(await may(as, "shop/web", "POST")).toBe("denied");
      expect(await may(as, "secret/x", "GET")).toBe("denied");
    }
  });

  it.each<[string, () => string]>([
    ["another repository's", () => `github:${githubToken({ repository: "acme/shop-fork" })}`],
    ["another owner's", () => `github:${githubToken({ repository: "mallory/shop" })}`],
    ["another branch's", () => `github:${githubToken({ ref: "refs/heads/main-2" })}`],
    ["a pull request's", () => `github:${githubToken({ ref: "refs/pull/1/merge" })}`],
    ["without a repository", () => `github:${githubToken({ repository: undefined })}`],
    [
      "with a list in a repository's place",
      () => `github:${githubToken({ repository: [["acme/shop"]] })}`,
    ],
    ["another audience's", () => `github:${githubToken({ aud: "https://github.com/acme" })}`],
    ["without an audience", () => `github:${githubToken({ aud: undefined })}`],
    ["expired", () => `github:${githubToken({ exp: seconds() - 90 })}`],
    ["without an end", () => `github:${githubToken({ exp: undefined })}`],
    ["of tomorrow", () => `github:${githubToken({ nbf: seconds() + 3600 })}`],
    ["of http", () => `github:${githubToken({ iss: issuer.url.replace("https", "http") })}`],
    [
      "another issuer's",
      () => `github:${githubToken({ iss: "https://token.actions.githubusercontent.com" })}`,
    ],
    ["signed by another key", () => `github:${githubToken({}, cluster.privateKey)}`],
    [
      "of an unknown key",
      () => `github:${githubToken({}, cluster.privateKey, { kid: "mallory" })}`,
    ],
    ["of alg none", () => `github:${tokenOf({ alg: "none", kid: "github" }, onGithub())}`],
    [
      "of alg HS256",
      () => `github:${tokenOf({ alg: "HS256", kid: "github" }, onGithub(), github.privateKey)}`,
    ],
    [
      "with a changed body",
      () =>
        `github:${githubToken().replace(/\.[^.]*\./, `.${base64(onGithub({ repository: "acme/other" }))}.`)}`,
    ],
    ["GitLab's of an open branch", () => `gitlab:${gitlabToken({ ref_protected: "false" })}`],
    ["GitLab's of another environment", () => `gitlab:${gitlabToken({ environment: "staging" })}`],
    ["GitLab's for GitHub's identity", () => `github:${gitlabToken({ repository: "acme/other" })}`],
    [
      "of another namespace's service account",
      () => `cluster:${clusterToken("system:serviceaccount:other:puller")}`,
    ],
    ["no token at all", () => `github:${passwordOf("ci")}`],
    ["a user's password", () => `ci:${githubToken()}`],
  ])("is not had by a token %s", async (_, as) => {
    expect(await may(as(), "shop/api", "GET")).toBe("log in");
  });

  it("has its issuer asked for its keys once in a while, whatever comes in", () => {
    const times = (path: string) => issuer.asked.filter((asked) => asked === path).length;
    // GitHub's are found through the discovery document; GitLab's are asked for where the policy says. Unknown keys are asked for
    // again, but not within half a minute.
    for (const path of ["/.well-known/openid-configuration", "/keys"]) {
      expect(times(path)).toBeGreaterThan(0);
      expect(times(path)).toBeLessThan(6);
    }
  });
});

describe("where some may be pulled without a login", () => {
  it("asks clients for a session, with a password or without", async () => {
    await registry.change({ ...policy, anonymous: { rules: pullShop } });
    const asked = await registry.ask("/v2/");
    expect(asked.status).toBe(401);
    const realm = `${registry.url}/v2/token`;
    expect(asked.headers["www-authenticate"]).toBe(`Bearer realm="${realm}",service="wharf"`);
    const session = async (auth?: string) => {
      const answer = await ask(`${realm}?service=wharf&scope=repository:shop/api:pull`, { auth });
      if (answer.status !== 200) return answer.status;
      return (JSON.parse(answer.body) as { token: string }).token;
    };
    expect(await session("ci:wrong")).toBe(401);
    const status = async (token: unknown, repository: string, method = "GET") => {
      const headers = { Authorization: `Bearer ${String(token)}` };
      const rest = method === "GET" ? "tags/list" : "blobs/uploads/";
      return (await registry.ask(`/v2/${repository}/${rest}`, { method, headers })).status;
    };
    const [anybodys, cis] = [await session(), await session(`ci:${passwordOf("ci")}`)];
    expect(await status(anybodys, "shop/api")).toBe(404);
    expect(await status(anybodys, "shop/api", "POST")).toBe(401);
    expect(await status(anybodys, "secret/x")).toBe(401);
    expect(await status(cis, "secret/x", "POST")).toBe(202);
    expect(await status("mallory", "shop/api")).toBe(401);
    expect((await registry.ask("/v2/shop/api/tags/list")).status).toBe(404);
    expect((await registry.ask("/v2/secret/x/tags/list")).status).toBe(401);
    // A session is no more than the credentials it was made from.
    await registry.change({ ...policy, users: [] });
    expect(await status(cis, "secret/x")).toBe(401);
    expect(await status(anybodys, "shop/api")).toBe(401);
  });
});
