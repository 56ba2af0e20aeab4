import { execa } from "execa";
import { resolve } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { renderedObjects } from "../../bench/kubernetes/manifests";

const project = resolve(__dirname, "../..");
const run = (...args: string[]) =>
  execa("node", ["bench/start.js", ...args], { cwd: project, reject: false });

const measured = ["docker", "registry", "backup", "clouds", "policies"];
/** The cells of the table that one short run of all these prints, without its two lines of heads. */
let all: string[][];

beforeAll(async () => {
  const { exitCode, stdout, stderr } = await run(
    "--short",
    ...measured.flatMap((section) => ["--only", section]),
  );
  expect(exitCode, stderr).toBe(0);
  const lines = stdout.split("\n").filter((line) => line.startsWith("|"));
  expect(new Set(lines.map((line) => line.length)).size).toBe(1);
  const [head, rule, ...rows] = lines.map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  expect(head).toEqual([
    ...["", "beside", "unit", "Wharf", "other"],
    ...["ratio min", "ratio median", "ratio max", "aim"],
  ]);
  expect(rule?.every((cell) => /^-+:?$/.test(cell))).toBe(true);
  all = rows;
});

/** The rows of a section, by how they begin. */
const rowsOf = (begin: RegExp) => all.filter(([what = ""]) => begin.test(what));

/** Figures in every row; what is not available here says so in its row's second cell. */
function expectFigures(rows: string[][]): void {
  for (const row of rows) {
    const figures = row.slice(3, 8);
    if (figures[0] === "-") expect(row[1]).toMatch(/^(terraform|helm|cdk).*: /);
    else for (const figure of figures) expect(Number(figure), row.join(" | ")).toBeGreaterThan(0);
  }
}

const namesOf = (rows: string[][]) =>
  rows.map(([what, against = ""]) => [what, against.replace(/[,:].*/, "")]);
const memory = ["peak memory, all processes", "peak memory, largest process"];

describe("npm run bench", () => {
  it("measures Wharf on a Docker host beside four other ways", () => {
    const beside = {
      create: ["terraform", "tutorial script", "bare Pulumi program", "empty Pulumi program"],
      "no-op": ["terraform", "bare Pulumi program", "empty Pulumi program"],
      destroy: ["terraform", "tutorial script", "bare Pulumi program", "empty Pulumi program"],
    };
    const rows = rowsOf(/^docker:/);
    expect(namesOf(rows)).toEqual([
      ...Object.entries(beside).flatMap(([what, others]) =>
        others.map((other) => [`docker: ${what}`, other]),
      ),
      ...memory.flatMap((what) => beside.create.map((other) => [`docker: ${what}`, other])),
      ["docker: push 10 MB", "distribution without TLS and users"],
      ["docker: pull 10 MB", "distribution without TLS and users"],
    ]);
    expectFigures(rows);
  });

  it("measures Wharf's registry with roles beside one without users and one with htpasswd", () => {
    const rows = rowsOf(/^docker,/);
    const measured = [
      ...["push 10 MB", "pull 10 MB", "small pulls", "processor time of a small pull"],
      ...["logins", "peak memory"],
    ];
    const beside = ["distribution without users", "distribution with htpasswd"];
    expect(namesOf(rows)).toEqual(
      ["without", "with"].flatMap((tls) =>
        measured.flatMap((what) => beside.map((other) => [`docker, ${tls} TLS: ${what}`, other])),
      ),
    );
    expectFigures(rows);
    // The others' passwords are checked by bcrypt at every request, so that this holds on any machine.
    const small = rows.filter(
      ([what, other]) => what?.includes("small pulls") && other?.includes("htpasswd"),
    );
    for (const row of small) expect(Number(row[6]), row.join(" | ")).toBeGreaterThan(2);
  });

  it("measures a backup beside tar, and a second one beside the first, which stores less than a tenth of that", () => {
    const rows = rowsOf(/^backup:/);
    expect(namesOf(rows)).toEqual([
      ["backup: 50 MB", "tar of the volume"],
      ["backup: 50 MB, 1 % changed", "wharf backup of all"],
      ["backup: 50 MB, 1 % changed, stored", "wharf backup of all"],
    ]);
    expectFigures(rows);
    expect(rows[2]?.at(-1)).toBe("below 0.1: kept");
  });

  it("measures previews on a cloud beside a bare program that registers the same, and the CDK", () => {
    const rows = rowsOf(/^aws:/);
    const others = ["bare Pulumi program", "cdk synth"];
    expect(namesOf(rows)).toEqual([
      ...["1 repository", "10 repositories"].flatMap((size) =>
        others.flatMap((other) => [
          [`aws: preview of ${size}`, other],
          [`aws: preview of ${size}, peak memory`, other],
        ]),
      ),
      ...others.flatMap((other) => [
        ["aws: each repository more", other],
        ["aws: each repository more, peak memory", other],
      ]),
      ["aws: check of 10 repositories", "the whole preview"],
    ]);
    // Nine repositories more may weigh less than what two runs of the same differ by.
    expectFigures(rows.filter(([what]) => !what?.includes("each repository more")));
  });

  it("measures the policy pack beside an empty one", () => {
    const rows = rowsOf(/^policies:/);
    expect(rows.map(([what, against]) => [what, against])).toEqual([
      ["policies: start", "empty pack and 1.5 s"],
      ["policies: 2 resources", "empty pack"],
      ["policies: 2 resources, peak memory", "empty pack"],
      ["policies: 10 resources", "empty pack"],
      ["policies: 10 resources, peak memory", "empty pack"],
    ]);
    for (const row of rows) expect(Number(row[3]), row.join(" | ")).toBeGreaterThan(0);
  });

  // A whole round of it takes a minute and a cluster; npm run bench -- --short --only kubernetes is that.
  it("gives kubectl and helm the objects that Wharf sent to the cluster, secrets in plaintext", () => {
    const mark = "4dabf18193072939515e22adb298388d";
    const inputs = {
      __initialApiVersion: "v1",
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "registry-users", namespace: "registry" },
      stringData: { [mark]: "1b47061264138c4ac30d75fd1eb44270", plaintext: '{"htpasswd":"a:b"}' },
    };
    const urn = "urn:pulumi:bench::wharf::kubernetes:core/v1:Secret::registry-users";
    const objects = renderedObjects([
      { urn: "urn", type: "pulumi:providers:kubernetes", custom: true, inputs: { version: "4" } },
      { urn: "urn", type: "wharf:index:KubernetesRegistry", custom: false },
      { urn, type: "kubernetes:core/v1:Secret", custom: true, inputs },
    ]);
    expect(objects).toEqual([
      {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: "registry-users", namespace: "registry" },
        stringData: { htpasswd: "a:b" },
      },
    ]);
  });

  it("measures nothing else", () => {
    const known = /^(docker[:,]|backup:|aws:|policies:)/;
    expect(all.filter(([what = ""]) => !known.test(what))).toEqual([]);
  });

  it.each([
    [["--rounds", "many"], "--rounds takes a whole number from 1 on, not many."],
    [
      ["--only", "cloud"],
      "--only takes docker, kubernetes, clouds, policies, copy, registry or backup, not cloud.",
    ],
  ])("refuses %j before it starts anything", async (args, said) => {
    const { exitCode, stdout, stderr } = await run(...args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toContain(said);
  });
});
