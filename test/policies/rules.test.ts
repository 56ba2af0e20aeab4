import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { environments } from "../../policies/environment";
import { otherChecks } from "../../policies/other-checks";
import { rules } from "../../policies/rules";
import { aws, awsFaults } from "./aws";
import { azure, azureFaults } from "./azure";
import { docker, dockerFaults } from "./docker";
import { gcp, gcpFaults } from "./gcp";
import { kubernetes, kubernetesFaults } from "./kubernetes";
import { broken, findings, unknown, withValue, type Fault, type Sample } from "./stack";

const platforms: [string, Sample[], Fault[]][] = [
  ["aws", aws, awsFaults],
  ["gcp", gcp, gcpFaults],
  ["azure", azure, azureFaults],
  ["docker", docker, dockerFaults],
  ["kubernetes", kubernetes, kubernetesFaults],
];
const faults = platforms.flatMap(([, , of]) => of);
const title = ({ rule, of, set = [], without, unprotected }: Fault) => {
  const what = set.map(([path, value]) => `${path.join(".")} = ${JSON.stringify(value)}`);
  return [
    `${rule}: ${of}`,
    ...what,
    ...(without ? [`without ${without}`] : []),
    ...(unprotected ? ["unprotected"] : []),
  ].join(" ");
};

describe("the rules", () => {
  it("say of themselves what a person needs", () => {
    const names = rules.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)].sort());
    for (const rule of rules) {
      expect(rule.name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)+$/);
      expect(["low", "medium", "high", "critical"]).toContain(rule.severity);
      expect(rule.description, rule.name).toMatch(/^[A-Z].+\.$/);
      expect(rule.remediation, rule.name).toMatch(/^[A-Z].+\.$/);
      expect(rule.types.length, rule.name).toBeGreaterThan(0);
      expect(Object.keys(rule.levels), rule.name).toEqual([...environments]);
    }
  });

  it("stand one in a file that has its name", () => {
    const files = readdirSync("policies/rules").filter((file) => file !== "index.ts");
    expect(files.sort()).toEqual(rules.map(({ name }) => `${name}.ts`));
    for (const file of files) {
      const text = readFileSync(`policies/rules/${file}`, "utf8");
      expect(text).toContain(`name: "${file.slice(0, -".ts".length)}"`);
    }
  });

  it("need nothing but @pulumi/policy, and what is bundled with them", () => {
    const texts = readdirSync("policies", { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts") && !/^(dist|node_modules)\//.test(file))
      .map((file) => readFileSync(`policies/${file}`, "utf8"));
    const imported = texts.flatMap((text) =>
      [...text.matchAll(/ from "([^"]+)"/g)].map(([, from = ""]) => from),
    );
    const others = imported.filter((from) => !/^\.{1,2}\//.test(from) && !from.startsWith("node:"));
    expect([...new Set(others)].sort()).toEqual(["@pulumi/policy", "fastest-levenshtein", "yaml"]);
    expect(imported.filter((from) => from.includes("../../"))).toEqual([]);
  });

  it("answer each check of another tool that concerns registries, by a rule or a reason", () => {
    const names = rules.map(({ name }) => name);
    for (const { id, rules: of = [], whyNot } of otherChecks) {
      expect(
        of.filter((one) => !names.includes(one)),
        id,
      ).toEqual([]);
      expect((whyNot !== undefined) !== of.length > 0, id).toBe(true);
    }
    expect(new Set(otherChecks.map(({ id }) => id)).size).toBe(otherChecks.length);
    // A rule on a registry of a cloud that names such a check is in the table.
    const clouds = rules.filter(({ name }) =>
      /^(acr|ecr|gar|codebuild|oidc|workload-id)/.test(name),
    );
    const named = clouds.flatMap(({ corresponds }) => corresponds);
    const listed = otherChecks.map(({ id }) => id);
    expect(
      named.filter((one) => /^(CKV|AWS-|ECR\.|AZR)/.test(one) && !listed.includes(one)),
    ).toEqual([]);
  });

  it("are each broken by a sample at least", () => {
    // Whether an environment is given is not a property of a sample; the test of the pack's configuration shows it.
    const tried = new Set([...faults.map(({ rule }) => rule), "environment-said"]);
    expect(rules.map(({ name }) => name).filter((name) => !tried.has(name))).toEqual([]);
  });

  it("pass over resources of other types", () => {
    const other = platforms
      .flatMap(([, samples, of]) => [
        ...samples,
        ...of.flatMap((fault) => broken(samples, fault).filter(({ name }) => name === fault.of)),
      ])
      .map((sample) => ({ ...sample, type: "other:index/thing:Thing" }));
    for (const environment of environments) expect(findings(other, environment)).toEqual([]);
  });
});

describe.each(platforms)("on %s", (_, samples, of) => {
  it.each(environments)("what is right passes in %s", (environment) => {
    expect(findings(samples, environment)).toEqual([]);
  });

  it.each(of.map((fault) => [title(fault), fault] as const))(
    "%s is found, and nothing else",
    (_, fault) => {
      const { rule, environment, found = fault.of } = fault;
      const { parameters } = fault;
      const named = findings(broken(samples, fault), environment, "all", parameters);
      expect(named).toContain(`${rule} ${found}`);
      expect([...new Set(named.map((one) => one.split(" ")[0]))]).toEqual([rule]);
    },
  );

  it.each(of.map((fault) => [title(fault), fault] as const))(
    "%s is not told while it is unknown",
    (_, fault) => {
      for (const [path] of fault.set ?? []) {
        for (let length = 1; length <= path.length; length += 1) {
          const unknowns = broken(samples, fault).map((sample) =>
            sample.name === fault.of
              ? { ...sample, props: withValue(sample.props, path.slice(0, length), unknown) }
              : sample,
          );
          expect(
            findings(unknowns, fault.environment, "all", fault.parameters),
            path.slice(0, length).join("."),
          ).toEqual([]);
        }
      }
    },
  );
});
