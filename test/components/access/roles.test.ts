import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  cachePolicy,
  policyIdentities,
  registryPolicy,
  type Policy,
} from "../../../components/access/distribution";
import {
  allowedActions,
  bestUserFor,
  isImmutable,
  rolesMatrix,
} from "../../../components/access/distribution-evaluation";
import { registryWorkflows } from "../../../components/identities/registry-login";
import { isRepositoryPattern, matchesPattern } from "../../../components/core/repository-pattern";
import { DescriptionError } from "../../../components/core/problems";
import { checkDescription } from "../../../components/description/check";
import type { Description } from "../../../components/description/schema";
import { isRolesImage, localRolesImage } from "../../../components/model/description";
import { parseShared, withShared } from "../../../components/description/shared";
import { withoutShortForms } from "../../../components/description/short-forms";
import { badInputs } from "./roles-bad-inputs";
import { caCertificate } from "../../support/authority";

const described = (values: Record<string, unknown>): Description =>
  checkDescription({ stack: "roles", values, secretKeys: new Set(["users"]) });

const tokenKey = { kty: "OKP", crv: "Ed25519", x: "AA", kid: "k" };

function policyOf(values: Record<string, unknown>): Policy {
  const d = described(values);
  const users = Object.fromEntries(
    d.users.map(({ name }) => [name, [{ bcrypt: `hash of ${name}` }]]),
  );
  return registryPolicy(d, { users, tokenKey });
}

const may = (policy: Policy, name: string, repository: string) =>
  allowedActions(policy, { kind: "user", name }, repository).join(" ");

const shop = { repositories: [{ name: "shop/api" }, { name: "shop/web" }, { name: "ops" }] };

describe("the policy of a registry with roles", () => {
  test("gives the users of the tutorials their roles, everywhere", () => {
    const policy = policyOf({ auth: { mode: "roles" } });
    expect(policy.users.map(({ name }) => [name, may(policy, name, "any/thing")])).toEqual([
      ["admin", "pull push delete"],
      ["developer", "pull push"],
      ["readonly", "pull"],
      ["wharf", "pull push delete"],
    ]);
    expect(policy.users.at(-1)?.secrets).toEqual([]);
    expect(policy.anonymous).toBeUndefined();
    expect(policy.immutableTags).toBeUndefined();
  });

  test("adds the lists of all and of a repository to a role; named only in a list, a user may do only that", () => {
    const policy = policyOf({
      repositories: [{ name: "shop/api", push: ["ci"], admin: ["lead"] }, { name: "ops" }],
      users: [
        { name: "ci" },
        { name: "lead", role: "pull", repositories: ["shop/**"] },
        { name: "auditor" },
        { name: "guest", repositories: ["shop/*"] },
      ],
      access: { pull: ["auditor"] },
    });
    const rights = ["shop/api", "shop/web", "shop/a/b", "ops"].map((repository) =>
      ["ci", "lead", "auditor", "guest", "nobody"].map((name) => may(policy, name, repository)),
    );
    expect(rights).toEqual([
      ["pull push", "pull push delete", "pull", "pull push", ""],
      ["", "pull", "pull", "pull push", ""],
      ["", "pull", "pull", "", ""],
      ["", "", "pull", "", ""],
    ]);
  });

  test("lets a user only delete, or pull and delete, without what is between", () => {
    const policy = policyOf({
      repositories: [{ name: "shop/api", delete: ["broom", "auditor"] }, { name: "ops" }],
      users: [
        { name: "broom" },
        { name: "auditor", role: "pull" },
        { name: "sweep", role: "delete", repositories: ["shop/**"] },
      ],
      access: { delete: ["sweep"] },
      identities: [
        { name: "nightly", project: "acme/nightly", delete: ["ops"], pull: ["ops", "shop/api"] },
      ],
    });
    const rights = ["shop/api", "shop/web", "ops"].map((repository) =>
      ["broom", "auditor", "sweep"].map((name) => may(policy, name, repository)),
    );
    expect(rights).toEqual([
      ["delete", "pull delete", "delete"],
      ["", "pull", "delete"],
      ["", "pull", "delete"],
    ]);
    const nightly = (repository: string) =>
      allowedActions(policy, { kind: "identity", name: "nightly" }, repository).join(" ");
    expect(["shop/api", "ops"].map(nightly)).toEqual(["pull", "pull delete"]);
  });

  test("says when users and passwords end, from where they come, and who needs no login", () => {
    const policy = policyOf({
      ...shop,
      access: { public: true },
      endpoint: { allowFrom: ["10.0.0.0/8"] },
      users: [{ name: "ci", expires: "2027-01-31", allowFrom: ["10.1.0.0/16"] }],
      auth: { trustedProxies: ["10.2.0.0/16"], revokedTokens: ["lost"] },
    });
    expect(policy).toEqual({
      version: 1,
      allowFrom: ["10.0.0.0/8"],
      trustedProxies: ["10.2.0.0/16"],
      anonymous: { rules: [{ repositories: ["**"], actions: ["pull"] }] },
      users: [
        {
          name: "ci",
          secrets: [{ bcrypt: "hash of ci" }],
          expires: "2027-01-31T00:00:00Z",
          allowFrom: ["10.1.0.0/16"],
          rules: [{ repositories: ["**"], actions: ["pull", "push"] }],
        },
        {
          name: "wharf",
          secrets: [],
          rules: [{ repositories: ["**"], actions: ["pull", "push", "delete"] }],
        },
      ],
      tokens: { keys: [tokenKey], revoked: ["lost"] },
    });
  });

  test("holds tags as each repository says, and those of new repositories as all do", () => {
    const uniform = policyOf({ ...shop, immutableTags: { except: ["latest", "dev-*"] } });
    expect(uniform.immutableTags).toEqual([{ repositories: ["**"], except: ["latest", "dev-*"] }]);
    const mixed = policyOf({
      repositories: [{ name: "a" }, { name: "b", immutableTags: { enabled: false } }],
      immutableTags: { enabled: true },
    });
    expect(mixed.immutableTags).toEqual([{ repositories: ["a"], except: [] }]);
    expect(
      [
        ["a", "v1"],
        ["b", "v1"],
      ].map(([repository = "", tag = ""]) => isImmutable(mixed, repository, tag)),
    ).toEqual([true, false]);
    expect(isImmutable(uniform, "new/one", "dev-1")).toBe(false);
    expect(isImmutable(uniform, "new/one", "v1")).toBe(true);
  });

  test("lets exactly the described pipelines and service accounts in by their tokens", () => {
    const d = described({
      ...shop,
      environment: "dev",
      endpoint: { hosts: ["registry.example.com"] },
      identities: [
        {
          name: "shop-ci",
          project: "acme/shop",
          branch: "release/*",
          push: ["shop/api"],
          pull: ["ops"],
        },
        {
          name: "deploy",
          issuer: "gitlab",
          project: "acme/ops",
          environment: "prod",
          pull: ["ops"],
        },
      ],
      clusters: [
        {
          name: "prod",
          issuer: "https://oidc.example.com/id/",
          workloads: [{ namespace: "flux", serviceAccount: "source" }],
        },
      ],
    });
    expect(policyIdentities(d)).toEqual([
      {
        name: "shop-ci",
        issuer: "https://token.actions.githubusercontent.com",
        audience: "registry.example.com",
        claims: {
          sub: ["repo:acme/shop:ref:refs/heads/release/**"],
          repository: ["acme/shop"],
        },
        rules: [
          { repositories: ["shop/api"], actions: ["pull", "push"] },
          { repositories: ["ops"], actions: ["pull"] },
        ],
      },
      {
        name: "deploy",
        issuer: "https://gitlab.com",
        audience: "registry.example.com",
        claims: {
          sub: ["project_path:acme/ops:**"],
          project_path: ["acme/ops"],
          environment: ["prod"],
        },
        rules: [{ repositories: ["ops"], actions: ["pull"] }],
      },
      {
        name: "prod",
        issuer: "https://oidc.example.com/id",
        audience: "registry.example.com",
        claims: { sub: ["system:serviceaccount:flux:source"] },
        rules: [{ repositories: ["**"], actions: ["pull"] }],
      },
    ]);
  });

  test("finds the keys of an issuer where it is told, and knows GitHub Enterprise by its address", () => {
    const own = "https://ghes.example.com/_services/token";
    const policy = policyOf({
      ...shop,
      identities: [
        { name: "own-ci", issuer: own, project: "acme/shop", push: ["ops"], caCertificate },
      ],
      clusters: [
        {
          ...{ name: "inside", issuer: "https://kubernetes.default.svc.cluster.local" },
          ...{ workloads: [{ namespace: "flux", serviceAccount: "source" }], jwks: keySet },
        },
      ],
    });
    expect(policy.identities).toMatchObject([
      { issuer: own, ca: caCertificate, claims: { repository: ["acme/shop"] } },
      { name: "inside", jwks: JSON.parse(keySet) as object },
    ]);
    const cloud = {
      issuer: "https://token.actions.acme.ghe.com",
      name: "ci",
      project: "acme/shop",
    };
    const [hosted] =
      policyOf({ ...shop, identities: [{ ...cloud, push: ["ops"] }] }).identities ?? [];
    expect(hosted?.claims).toMatchObject({ sub: ["repo:acme/shop:ref:refs/heads/main"] });
  });

  test("gives each pipeline the file by which it logs in with its own token, and no stored key", () => {
    const { identities } = described({
      ...shop,
      identities: [
        { name: "shop-ci", project: "acme/shop", push: ["shop/api"] },
        { name: "web-ci", issuer: "gitlab", project: "acme/web", push: ["shop/web"] },
      ],
    });
    const registry = {
      host: "r.example.com:5000",
      audience: "r.example.com",
      caCertificate: "PEM",
    };
    const addresses = { "shop/api": "r.example.com:5000/shop/api" };
    const files = registryWorkflows(identities, registry, addresses);
    expect(files["shop-ci"]).toContain("id-token: write");
    expect(files["shop-ci"]).toContain("&audience=r.example.com");
    expect(files["shop-ci"]).toContain(
      "docker login r.example.com:5000 --username shop-ci --password-stdin",
    );
    expect(files["shop-ci"]).toContain("sudo tee /etc/docker/certs.d/r.example.com:5000/ca.crt");
    expect(files["web-ci"]).toContain("aud: r.example.com");
    expect(files["web-ci"]).toContain(
      'printf %s "$WHARF_ID_TOKEN" | docker login r.example.com:5000 --username web-ci',
    );
    expect(Object.values(files).join()).not.toContain("secrets.");
  });

  test("lets everybody who may log in pull from a cache, and nobody push to it", () => {
    const policy = cachePolicy(
      policyOf({ ...shop, users: [{ name: "ci", repositories: ["ops"] }] }),
    );
    expect(may(policy, "ci", "library/alpine")).toBe("pull");
    expect(policy.immutableTags).toBeUndefined();
  });
});

describe("the access matrix of a registry with roles", () => {
  test("has a row for each repository and everybody who may do something there, then the patterns", () => {
    const d = described({
      repositories: [{ name: "shop/api" }, { name: "ops" }],
      users: [
        { name: "ci", repositories: ["shop/**"] },
        { name: "lead", role: "admin", repositories: ["ops"] },
      ],
      access: { public: true },
    });
    const row = (repository: string, principal: string, ...can: string[]) => ({
      repository,
      principal,
      pull: can.includes("pull"),
      push: can.includes("push"),
      delete: can.includes("delete"),
    });
    expect(rolesMatrix(d)).toEqual([
      row("shop/api", "everybody", "pull"),
      row("shop/api", "ci", "pull", "push"),
      row("ops", "everybody", "pull"),
      row("ops", "lead", "pull", "push", "delete"),
      row("**", "everybody", "pull"),
      row("shop/**", "ci", "pull", "push"),
    ]);
  });

  test("names who may test the registry: the first who may do the most, whose rights do not end", () => {
    const d = described({
      users: [
        { name: "ending", role: "admin", expires: "2027-01-31" },
        { name: "broom", role: "delete" },
        { name: "auditor", role: "pull" },
        { name: "ci" },
      ],
      access: { delete: ["auditor"] },
    });
    const broom = described({ users: [{ name: "broom", role: "delete" }] });
    expect(bestUserFor("wharf-smoke", broom)).toBeUndefined();
    expect(bestUserFor("wharf-smoke", d)).toEqual({ name: "ci", actions: ["pull", "push"] });
  });
});

describe("patterns of repositories", () => {
  const name = fc.stringMatching(/^[a-z0-9]{1,4}([._-][a-z0-9]{1,3})?(\/[a-z0-9]{1,4}){0,3}$/);

  test("match as the registry's program matches them: anchored, * within a part, ** over parts", () => {
    const cases: [string, string, boolean][] = [
      ["shop/*", "shop/api", true],
      ["shop/*", "shop/a/b", false],
      ["shop/**", "shop/a/b", true],
      ["shop/**", "shop", false],
      ["shop", "shop/api", false],
      ["*", "a/b", false],
      ["**", "a/b", true],
      ["s*p/api", "shop/api", true],
      ["shop.api", "shopxapi", false],
    ];
    for (const [pattern, text, matches] of cases) {
      expect([pattern, text, matchesPattern(pattern, text)]).toEqual([pattern, text, matches]);
    }
  });

  test("a name is a pattern of itself, and of nothing that is longer or shorter", () => {
    fc.assert(
      fc.property(name, name, (one, other) => {
        expect(isRepositoryPattern(one)).toBe(true);
        expect(matchesPattern(one, one)).toBe(true);
        expect(matchesPattern(one, other)).toBe(one === other);
        expect(matchesPattern(`${one}/**`, `${one}/${other}`)).toBe(true);
        expect(matchesPattern(`${one}/**`, other)).toBe(other.startsWith(`${one}/`));
      }),
    );
  });
});

const keySet = JSON.stringify({ keys: [{ kty: "RSA", n: "AQAB", e: "AQAB", kid: "one" }] });

describe("the mode of wharf:auth", () => {
  const of = (values: Record<string, unknown>) => {
    const { auth, images } = described(values);
    return [auth.mode, isRolesImage(images.registry)];
  };

  test("stays htpasswd on the official image, and becomes roles where a key needs them", () => {
    expect(of({})).toEqual(["htpasswd", false]);
    expect(of({ environment: "prod", endpoint: { hosts: ["r.example.com"] } })).toEqual([
      "htpasswd",
      false,
    ]);
    expect(of({ target: "kubernetes", endpoint: { allowFrom: ["10.0.0.0/8"] } })).toEqual([
      "htpasswd",
      false,
    ]);
    expect(of({ users: [{ name: "ci", role: "push" }] })).toEqual(["roles", true]);
    expect(of({ auth: { mode: "roles" } })).toEqual(["roles", true]);
    const published = { images: { registry: "r.example.com/acme/wharf-registry:3.1.2@sha256:00" } };
    expect(of({ target: "kubernetes", ...published })).toEqual(["roles", true]);
    expect(of({ ...published, auth: { mode: "htpasswd" } })).toEqual(["htpasswd", true]);
    expect(of({ auth: { mode: "off" } })).toEqual(["off", false]);
  });

  test("may be written in place of the block, as pulumi config set wharf:auth roles writes it", () => {
    expect(of({ auth: "roles" })).toEqual(["roles", true]);
    expect(of({ auth: "htpasswd" })).toEqual(["htpasswd", false]);
    expect(of({ auth: "off" })).toEqual(["off", false]);
    expect(() => described({ auth: "token" })).toThrow(/wharf:auth.token +is missing/);
    expect(() => described({ auth: "rolls" })).toThrow(
      /wharf:auth.mode +"rolls" is not one of roles, htpasswd, token, off/,
    );
    const shared = parseShared("auth: { mode: roles, revokedTokens: [stolen] }").values;
    const { auth } = described(withShared(shared, withoutShortForms({ auth: "roles" })));
    expect(auth.revokedTokens).toEqual(["stolen"]);
  });

  test("knows Wharf's image by the last part of its repository, wherever it was published", () => {
    const images = [localRolesImage, "localhost:5000/wharf-registry", "wharf-registry@sha256:00"];
    expect(images.map(isRolesImage)).toEqual([true, true, true]);
    const others = ["registry:3", "acme/wharf-registry/other:1", "acme/my-wharf-registry:1"];
    expect(others.map(isRolesImage)).toEqual([false, false, false]);
  });

  test.each(badInputs)("refuses $name", ({ config, problems }) => {
    const refused = () => described(config);
    expect(refused).toThrow(DescriptionError);
    try {
      refused();
    } catch (error) {
      expect((error as DescriptionError).problems).toEqual(problems);
    }
  });
});
