import { readFileSync } from "node:fs";
import { afterEach, describe, expect, it, vi } from "vitest";
import { checkConfiguration } from "../policies/configuration";
import { environmentOf, environments } from "../policies/environment";
import { Pack } from "../policies/pack";
import { readmePath, withTable } from "../policies/rules-table";
import { rules } from "../policies/rules";
import { aws } from "./policies/aws";
import { given, withValue } from "./policies/stack";

type Properties = Record<string, Record<string, unknown>>;
const read = (file: object) => checkConfiguration(rules, file);

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
  [{ "ecr-kms-keys": {} }, "ecr-kms-keys: is no rule; did you mean ecr-kms-key?"],
  [{ quotas: {} }, "quotas: is no rule; policies/README.md lists the rules."],
  [
    { all: { exclude: [] } },
    "all.exclude: is not for all rules at once; all takes enforcementLevel alone.",
  ],
  [
    { "ecr-kms-key": { level: "advisory" } },
    "ecr-kms-key.level: is no setting of the rule; it takes enforcementLevel and exclude.",
  ],
  [
    rule({ tags: ["v1"] }),
    `${keeps}.tags: is no setting of the rule; it takes enforcementLevel, exclude, releaseTags and minReleases.`,
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
    'ecr-kms-key.exclude: is "shop"; it takes a list of { name, reason }.',
  ],
  [exclude("shop"), 'ecr-kms-key.exclude[0]: is "shop"; it takes { name, reason }.'],
  [
    exclude({ name: "(", reason: "old" }),
    'ecr-kms-key.exclude[0].name: "(" is no regular expression: Invalid regular expression: /(/u: Unterminated group.',
  ],
  [
    exclude({ reason: "old" }),
    "ecr-kms-key.exclude[0].name: is missing; it is a regular expression of resource names, as ^registry-.*-cache$.",
  ],
  [
    exclude({ name: "shop" }),
    "ecr-kms-key.exclude[0].reason: is missing; say why these resources may be as they are.",
  ],
  [
    exclude({ name: "shop", reason: "old", until: "2027" }),
    "ecr-kms-key.exclude[0].until: is no part of an exclusion; it takes name and reason.",
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

  it("of the ready stacks is right", () => {
    const text = readFileSync("policies/ready-stacks.json", "utf8");
    expect(() => read(JSON.parse(text) as object)).not.toThrow();
  });
});

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

  it("reports what is excluded as a warning with the reason, and nothing else as one", () => {
    const reason = "It is empty.";
    const excluded = (name: string) =>
      reported({ "ecr-immutable-tags": { exclude: [{ name, reason }] } });
    expect(excluded("registry$")).toEqual([
      [
        {
          message: expect.stringMatching(
            /^imageTagMutability is MUTABLE.* Excepted: It is empty\.$/,
          ) as string,
          enforcementLevel: "advisory",
          urn: expect.stringMatching(/::ecr-by-registry$/) as string,
        },
      ],
    ]);
    expect(typeof excluded("^registry")[0]?.[0]).toBe("string");
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

  it("takes the environment from the variable, then from the stack's config, then for prod", () => {
    const config = new Map([["wharf:environment", "dev"]]);
    expect([environmentOf(), environmentOf(config)]).toEqual(["prod", "dev"]);
    vi.stubEnv("WHARF_ENVIRONMENT", "staging");
    expect(environmentOf(config)).toBe("staging");
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
