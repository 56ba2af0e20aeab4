import { buildSync, type BuildOptions } from "esbuild";
import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import path from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { checkConfiguration } from "../../policies/configuration";
import { environmentOf, environments } from "../../policies/environment";
import { Pack } from "../../policies/pack";
import { webAddress, withAddresses } from "../../policies/publication";
import { readmePath, withTable } from "../../policies/rules-table";
import { rules } from "../../policies/rules";
import { scopeOf } from "../../policies/scope";
import { aws } from "./aws";
import { given, urnOf, withValue } from "./stack";

const { packageBundles } = require("../../policies/bundle.js") as { packageBundles: BuildOptions };

type Properties = Record<string, Record<string, unknown>>;
const read = (file: object) => checkConfiguration(rules, file);

const urn = "urn:pulumi:dev::shop::aws:ecr/repository:Repository::shop";
const whole = {
  name: "shop",
  reason: "It is empty.",
  owner: "ops@example.com",
  until: "permanent",
};
const exclude = (entry: unknown): Properties => ({ "ecr-kms-key": { exclude: [entry] } });
const rule = (properties: Record<string, unknown>): Properties => ({
  "ecr-lifecycle-keeps-releases": properties,
});
const keeps = "ecr-lifecycle-keeps-releases";

/** What is wrong with a configuration, and what is said of it. */
const badInputs: [object, string][] = [
  [
    { "ecr-kms-key": "high" },
    'ecr-kms-key.enforcementLevel: is "high"; it is one of mandatory, advisory, disabled.',
  ],
  [
    { all: { enforcementLevel: "remediate" } },
    'all.enforcementLevel: is "remediate"; it is one of mandatory, advisory, disabled.',
  ],
  [{ "ecr-kms-keys": {} }, "ecr-kms-keys: is not a rule; did you mean ecr-kms-key?"],
  [{ quotas: {} }, "quotas: is not a rule; policies/README.md lists the rules."],
  [
    { all: { exclude: [] } },
    "all.exclude: is not for all rules at once; all takes only enforcementLevel.",
  ],
  [
    { "ecr-kms-key": { level: "advisory" } },
    "ecr-kms-key.level: is not a setting of the rule; it takes enforcementLevel and exclude.",
  ],
  [
    rule({ tags: ["v1"] }),
    `${keeps}.tags: is not a setting of the rule; it takes enforcementLevel, exclude, releaseTags and minReleases.`,
  ],
  [rule({ minReleases: "10" }), `${keeps}.minReleases: is "10"; it takes a number.`],
  [rule({ releaseTags: "v1" }), `${keeps}.releaseTags: is "v1"; it takes a list of texts.`],
  [
    rule({ releaseTags: ["v1", 2] }),
    `${keeps}.releaseTags: is ["v1",2]; it takes a list of texts.`,
  ],
  [
    { "registry-image-pinned": { versionTags: "yes" } },
    'registry-image-pinned.versionTags: is "yes"; it takes true or false.',
  ],
  [
    { "ecr-kms-key": { exclude: "shop" } },
    'ecr-kms-key.exclude: is "shop"; it takes a list of { name or urn, check, reason, owner, until }.',
  ],
  [
    exclude("shop"),
    'ecr-kms-key.exclude[0]: is "shop"; it takes { name or urn, check, reason, owner, until }.',
  ],
  [
    exclude({ ...whole, name: "(" }),
    'ecr-kms-key.exclude[0].name: "(" is not a regular expression: Invalid regular expression: /(/u: Unterminated group.',
  ],
  ...[{ name: undefined }, { urn }].map((more): [object, string] => [
    exclude({ ...whole, ...more }),
    "ecr-kms-key.exclude[0]: takes either name, a pattern of whole resource names, or urn, one resource.",
  ]),
  [
    exclude({ ...whole, name: undefined, urn: "shop" }),
    'ecr-kms-key.exclude[0].urn: is "shop"; it is a resource\'s URN, as pulumi stack --show-urns tells.',
  ],
  [
    exclude({ ...whole, check: "" }),
    'ecr-kms-key.exclude[0].check: is ""; it takes words of the messages that it is for.',
  ],
  [
    exclude({ ...whole, reason: " " }),
    "ecr-kms-key.exclude[0].reason: is missing; say why these resources may be as they are.",
  ],
  [
    exclude({ ...whole, owner: undefined }),
    "ecr-kms-key.exclude[0].owner: is missing; say who answers for it.",
  ],
  ...([undefined, "2027", "2027-02-30", 2027] as const).map((until): [object, string] => [
    exclude({ ...whole, until }),
    `ecr-kms-key.exclude[0].until: is ${until === undefined ? "missing" : JSON.stringify(until)}; it is the last day on which it holds, as 2027-03-31, or permanent.`,
  ]),
  [
    exclude({ ...whole, ends: "2027" }),
    "ecr-kms-key.exclude[0].ends: is not part of an exception; it takes name, urn, check, reason, owner, until.",
  ],
];

describe("the configuration of the pack", () => {
  it.each(badInputs)("%j is refused", (properties, message) => {
    expect(() => read(properties)).toThrow(
      new Error(`The configuration of the policy pack is not right:\n- ${message}`),
    );
  });

  it("has all of its mistakes told at once", () => {
    const all = Object.assign(
      {},
      ...badInputs.slice(1, 4).map(([properties]) => properties),
    ) as object;
    const messages = badInputs.slice(1, 4).map(([, message]) => `\n- ${message}`);
    expect(() => read(all)).toThrow(
      new Error(`The configuration of the policy pack is not right:${messages.join("")}`),
    );
  });

  it("may set every parameter that a rule has", () => {
    const set = rules.map(({ name, parameters = {} }) => [
      name,
      Object.fromEntries(Object.entries(parameters).map(([key, one]) => [key, one.default])),
    ]);
    expect(() => read(Object.fromEntries(set) as object)).not.toThrow();
  });

  it("is read in the second form of Pulumi's file, whose exceptions are the engine's", () => {
    const exceptions = { "EXC-1": { match: [{ policies: ["ecr-kms-key"], targets: [urn] }] } };
    const file = { version: 2, exceptions, policies: { "ecr-kms-key": "high" } };
    expect(() => checkConfiguration(rules, file)).toThrow(
      /ecr-kms-key.enforcementLevel: is "high"/,
    );
  });

  it("of the ready stacks is right", () => {
    const text = readFileSync("policies/ready-stacks.json", "utf8");
    expect(() => read(JSON.parse(text) as object)).not.toThrow();
  });
});

const byRegistry = aws.find(({ name }) => name === "ecr-by-registry")!;

/** What the rule ecr-immutable-tags of a pack reports on a repository whose tags move. */
function reported(configuration: Properties, tags = "MUTABLE") {
  const pack = new Pack(rules);
  pack.packConfig(
    new Map(Object.entries(configuration).map(([name, properties]) => [name, { properties }])),
  );
  const policy = pack.policies.find(({ name }) => name === "ecr-immutable-tags")!;
  const report = vi.fn();
  const [repository] = given(
    aws
      .filter(({ name }) => name === "ecr-by-registry")
      .map((sample) => ({
        ...sample,
        props: withValue(sample.props, ["imageTagMutability"], tags),
      })),
  );
  if (!("validateResource" in policy) || typeof policy.validateResource !== "function")
    throw new Error("no resource rule");
  void policy.validateResource(repository as never, report);
  return report.mock.calls as [unknown, string?][];
}

describe("the pack", () => {
  afterEach(() => vi.unstubAllEnvs());

  it("reports what a rule finds, at the level of the rule", () => {
    const [[message, urn] = []] = reported({});
    expect(message).toMatch(/^imageTagMutability is MUTABLE/);
    expect(urn).toMatch(/::ecr-by-registry$/);
  });

  const excepted = (more: object) =>
    reported({
      "ecr-immutable-tags": { exclude: [{ ...whole, name: "ecr-by-registry", ...more }] },
    });

  it("reports what is excepted as a warning with reason, owner and end", () => {
    expect(excepted({ until: "2999-12-31" })).toEqual([
      [
        {
          message: expect.stringMatching(
            /^imageTagMutability is MUTABLE.* Excepted until 2999-12-31 by ops@example\.com: It is empty\.$/,
          ) as string,
          enforcementLevel: "advisory",
          urn: expect.stringMatching(/::ecr-by-registry$/) as string,
        },
      ],
    ]);
  });

  it.each([
    ["the whole name", {}, true],
    ["a pattern of it", { name: "ecr-.*" }, true],
    ["a part of the name", { name: "registry" }, false],
    ["one of two names", { name: "ecr|registry" }, false],
    ["the URN", { name: undefined, urn: urnOf(byRegistry) }, true],
    ["the URN in another stack", { name: undefined, urn }, false],
    ["words of the message", { check: "imageTagMutability" }, true],
    ["words of another check's message", { check: "imageTagMutabilityExclusionFilters" }, false],
  ])("excepts by %s", (_, more, holds) => {
    const [[said] = []] = excepted(more);
    expect(typeof said).toBe(holds ? "object" : "string");
  });

  it("reports at the rule's level again on the day after an exception's last, and says whose it was", () => {
    vi.useFakeTimers({ now: Date.parse("2027-03-31T23:59:59Z") });
    try {
      expect(typeof excepted({ until: "2027-03-31" })[0]?.[0]).toBe("object");
      vi.setSystemTime(Date.parse("2027-04-01T00:00:00Z"));
      expect(excepted({ until: "2027-03-31" })[0]?.[0]).toMatch(
        / The exception of ops@example\.com ended on 2027-03-31: It is empty\.$/,
      );
    } finally {
      vi.useRealTimers();
    }
  });

  it("hands the configuration's parameters to a rule", () => {
    const filters = (movingTags: string[]) =>
      reported({ "ecr-immutable-tags": { movingTags } }, "IMMUTABLE_WITH_EXCLUSION");
    expect(filters(["latest"])).toEqual([]);
    expect(filters(["main"])).toHaveLength(1);
  });

  it("has the levels of the stack's environment", () => {
    for (const environment of environments) {
      const pack = new Pack(rules);
      pack.stackConfig(new Map([["wharf:environment", environment]]));
      expect(pack.policies.map(({ enforcementLevel }) => enforcementLevel)).toEqual(
        rules.map(({ levels }) => levels[environment]),
      );
    }
  });

  it("takes the environment from the variable, then from the stack's config", () => {
    const config = new Map([["wharf:environment", "dev"]]);
    expect([environmentOf(), environmentOf(config)]).toEqual([undefined, "dev"]);
    vi.stubEnv("WHARF_ENVIRONMENT", "staging");
    expect(environmentOf(config)).toBe("staging");
  });

  it("warns only, and says why, where no environment is said", () => {
    const pack = new Pack(rules);
    pack.stackConfig(new Map());
    const levels = pack.policies.map(({ enforcementLevel }) => enforcementLevel);
    expect(levels).not.toContain("mandatory");
    expect(levels).toContain("advisory");
    const said = (config: [string, string][]) => {
      pack.stackConfig(new Map(config));
      const report = vi.fn();
      const policy = pack.policies.find(({ name }) => name === "environment-said")!;
      if ("validateStack" in policy)
        void policy.validateStack({ resources: given(aws) } as never, report);
      return report.mock.calls as unknown[][];
    };
    expect(said([])).toEqual([
      [
        expect.stringMatching(
          /^Neither WHARF_ENVIRONMENT nor wharf:environment .* warn only\.$/,
        ) as string,
        undefined,
      ],
    ]);
    expect(said([["wharf:environment", "dev"]])).toEqual([]);
  });

  it("takes the scope from the variable, then from the stack's config; registries, but for Wharf's own stacks", () => {
    const config = (key: string, value: string) => new Map([[key, value]]);
    expect(scopeOf()).toBe("registries");
    expect(scopeOf(config("wharf:target", "aws"))).toBe("all");
    expect(scopeOf(config("wharf:scope", "all"))).toBe("all");
    expect(() => scopeOf(config("wharf:scope", "everything"))).toThrow(
      new Error(
        'wharf:scope of the stack\'s config is "everything"; it is one of registries, all.',
      ),
    );
    vi.stubEnv("WHARF_SCOPE", "registries");
    expect(scopeOf(config("wharf:scope", "all"))).toBe("registries");
  });

  it("judges by the whole stack only where other resources may show what is a registry's", () => {
    const pack = new Pack(rules);
    const judged = (type: string) => {
      pack.stackTypes(new Set([type]));
      return pack.policies.flatMap((policy, index) =>
        Object.entries(policy).some(
          ([key, value]) => key === "validateStack" && value !== undefined,
        ) && !("stack" in rules[index]!)
          ? [policy.name]
          : [],
      );
    };
    expect(judged("aws:ecr/repository:Repository")).toEqual([]);
    expect(judged("docker:index/container:Container")).toContain("registry-tls");
  });

  it.each([
    ["WHARF_ENVIRONMENT", "the variable WHARF_ENVIRONMENT"],
    ["", "wharf:environment of the stack's config"],
  ])("refuses an environment that is none", (variable, source) => {
    if (variable !== "") vi.stubEnv(variable, "production");
    expect(() => environmentOf(new Map([["wharf:environment", "production"]]))).toThrow(
      new Error(`${source} is "production"; it is one of lab, dev, staging, prod.`),
    );
  });

  it("has all of its rules in the table of its README", () => {
    const readme = readFileSync(readmePath, "utf8");
    const cells = (text: string) => text.replaceAll(/ +\||\| +|-{3,}/g, "|");
    expect(cells(readme)).toBe(cells(withTable(readme)));
  });
});

describe("the package", () => {
  const read = (file: string) => readFileSync(path.join(__dirname, "../../policies", file), "utf8");
  const manifest = JSON.parse(read("package.json")) as {
    dependencies: Record<string, string>;
  } & Record<string, unknown>;

  it("has its licence, and cannot be published under a name that is nobody's", () => {
    expect(read("LICENSE")).toBe(readFileSync(path.join(__dirname, "../../LICENSE"), "utf8"));
    expect(manifest).toMatchObject({ license: "Apache-2.0", private: true });
  });

  it("is installed from a clone by the first command of its README, and run without a look at npm", () => {
    const [first = ""] = /```sh\n(.*?)```/s.exec(read("README.md"))?.slice(1) ?? [];
    expect(first).toContain("npm pack");
    expect(read("README.md")).not.toMatch(/npm (install|i|add)( -\S+)* @?wharf-policies/);
    expect(read("README.md").match(/npx .*?wharf-policies/g)).toEqual(
      Array(3).fill("npx --no-install wharf-policies"),
    );
  });

  it.each([
    ["git@git.example.com:acme/wharf.git", "https://git.example.com/acme/wharf"],
    ["ssh://git@git.example.com:2222/acme/wharf.git", "https://git.example.com/acme/wharf"],
    ["https://token@git.example.com/acme/group/wharf", "https://git.example.com/acme/group/wharf"],
    ["/srv/git/wharf.git", undefined],
    ["../wharf", undefined],
  ])("says where it comes from by the remote %s", (remote, address) => {
    expect(webAddress(remote)).toBe(address);
    const stamped = withAddresses(manifest, address) as Record<string, unknown>;
    expect(stamped.homepage).toBe(address && `${address}/tree/HEAD/policies#readme`);
    expect(withAddresses(stamped, undefined)).toEqual(manifest);
  });

  it("depends on all that its files require", () => {
    const { metafile } = buildSync({
      ...packageBundles,
      ...{ metafile: true, write: false },
    });
    const required = Object.values(metafile.outputs)
      .flatMap(({ imports }) => imports.map((one) => one.path))
      .filter((name) => !isBuiltin(name))
      .map((name) => (name.startsWith("@") ? name.split("/").slice(0, 2).join("/") : name));
    const names = [...new Set(required)].map((name) => name.replace(/^([^@/]+)\/.*/, "$1"));
    expect(names.toSorted()).toEqual(Object.keys(manifest.dependencies).toSorted());
  });
});
