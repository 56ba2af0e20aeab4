import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { merged, sharedDescription } from "../../../components/description/shared";
import { copyCheckout } from "../../support/copied-checkout";

let checkout: string;
const inCheckout = (file: string) => path.join(checkout, file);
const write = (file: string, text: string) => writeFileSync(inCheckout(file), text);
const read = (file: string) => readFileSync(inCheckout(file), "utf8");

/** Runs `wharf` in the checkout, without a terminal. */
function wharf(...words: string[]) {
  const { status, stdout, stderr } = spawnSync("node", ["cli/wharf.js", ...words], {
    cwd: checkout,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

beforeAll(() => {
  checkout = mkdtempSync(path.join(tmpdir(), "wharf-environments-"));
  copyCheckout(checkout);
});

afterAll(() => rmSync(checkout, { recursive: true }));

const shared = `# What all environments are.
repositories:
  - name: shop/api
    retention: { keepLast: 20 }
retention: { untaggedAfterDays: 7 }
`;
const staging = `config:
  wharf:target: docker
  wharf:environment: staging
  wharf:endpoint: { hosts: [staging.example.com] }
  wharf:repositories:
    # New, and tried out here first.
    - name: shop/web
  wharf:users:
    - name: ci
      rotation: "2"
      password:
        secure: v1:stagingcipher
  wharf:distribution: { log: { level: debug } }
`;
const prod = `config:
  wharf:target: docker
  wharf:environment: prod
  wharf:endpoint: { hosts: [registry.example.com] } # the one that people know
  wharf:repositories:
    - name: shop/legacy # only prod has it
  wharf:users:
    - name: ci # the pipeline
      password:
        secure: v1:prodcipher
`;

beforeEach(() => {
  write("wharf.yaml", shared);
  write("Pulumi.staging.yaml", staging);
  write("Pulumi.prod.yaml", prod);
});

describe("the merge of what all stacks share with what one says", () => {
  it.each<[string, unknown, unknown, unknown]>([
    [
      "a block key by key",
      { a: 1, b: { c: 2, d: 3 } },
      { b: { c: 4 } },
      { a: 1, b: { c: 4, d: 3 } },
    ],
    [
      "a list by the names of its entries",
      [{ name: "x", a: 1 }, { name: "y" }],
      [{ name: "z" }, { name: "x", b: 2 }],
      [{ name: "x", a: 1, b: 2 }, { name: "y" }, { name: "z" }],
    ],
    ["another list as a whole", ["a", "b"], ["c"], ["c"]],
    [
      "a block of another kind as a whole",
      { kind: "s3", bucket: "x" },
      { kind: "volume" },
      { kind: "volume" },
    ],
    [
      "a block of the same kind key by key",
      { kind: "s3", a: 1 },
      { b: 2 },
      { kind: "s3", a: 1, b: 2 },
    ],
    ["a single value", 1, 2, 2],
    ["false over true", { a: true }, { a: false }, { a: false }],
    ["nothing by what Pulumi.yaml gives for nothing", { a: 1 }, {}, { a: 1 }],
    ["no list by an empty one", [{ name: "x" }], [], [{ name: "x" }]],
    ["no text by an empty one", "retain", "", "retain"],
  ])("replaces %s", (_, below, above, result) => expect(merged(below, above)).toEqual(result));
});

describe("a wharf.yaml that is wrong", () => {
  it.each([
    [
      "a stack's own key",
      "target: aws\n",
      "target   belongs to one stack; each Pulumi.<stack>.yaml names its own",
    ],
    [
      "keys as in a stack's file",
      "wharf:retention: { keepLast: 3 }\n",
      "wharf:retention   is written here without wharf: before it: retention",
    ],
    [
      "a secret",
      "users: [{ name: ci, password: open-sesame-1234567890 }]\n",
      "users[0].password   is a secret, which belongs encrypted to its stack; leave it out here\n                      pulumi config set --secret --path 'wharf:users[0].password'",
    ],
    ["no block", "- a\n", "wharf.yaml   has no block of keys such as repositories"],
    ["no YAML", "a: [1\n", "wharf.yaml   is not YAML: "],
  ])("is told so: %s", (_, text, message) => {
    write("wharf.yaml", text);
    expect(() => sharedDescription(checkout)).toThrow(
      `wharf.yaml has 1 problem. Nothing was changed.\n\n  ${message}`,
    );
  });

  it("stops a command before anything is done", () => {
    write("wharf.yaml", "target: aws\n");
    const { status, stderr } = wharf("env", "diff", "staging", "prod");
    expect(stderr).toContain("wharf.yaml has 1 problem. Nothing was changed.");
    expect(status).toBe(2);
  });
});

describe("wharf env", () => {
  it("diff shows what two descriptions come to, defaults included, and no secret", () => {
    const { status, stdout } = wharf("env", "diff", "staging", "prod", "--json", "--exit-code");
    expect(status).toBe(1);
    const found = JSON.parse(stdout) as { key: string; a?: unknown; b?: unknown }[];
    expect(found).toEqual(
      expect.arrayContaining([
        { key: "wharf:environment", a: "staging", b: "prod" },
        { key: "wharf:deletion", a: "retain", b: "protect" },
        { key: "wharf:endpoint.hosts", a: ["staging.example.com"], b: ["registry.example.com"] },
        { key: "wharf:distribution.log.level", a: "debug" },
        { key: "wharf:users[ci].rotation", a: "2" },
      ]),
    );
    // An entry that only one side has is one line.
    const entries = found.filter(({ key }) => key.startsWith("wharf:repositories"));
    expect(entries.map(({ key, a, b }) => [key, a === undefined, b === undefined])).toEqual([
      ["wharf:repositories[shop/web]", false, true],
      ["wharf:repositories[shop/legacy]", true, false],
    ]);
    expect(found.filter(({ key }) => /shop\/api|password|target/.test(key))).toEqual([]);
    expect(stdout).not.toContain("cipher");
    const table = wharf("env", "diff", "staging", "prod");
    expect(table.status).toBe(0);
    expect(table.stdout).toMatch(/wharf:environment +staging +prod/);
    write("Pulumi.prod.yaml", staging);
    expect(wharf("env", "diff", "staging", "prod", "--exit-code")).toEqual({
      status: 0,
      stdout: "The descriptions of staging and prod do not differ.\n",
      stderr: "",
    });
  });

  it("promote carries over what does not belong to an environment, and keeps secrets, comments, and what only the other says", () => {
    const { status, stdout, stderr } = wharf(
      "env",
      "promote",
      "staging",
      "prod",
      "--yes",
      "--confirm",
      "prod",
    );
    expect(stderr).toBe("");
    expect(status).toBe(0);
    expect(stdout).toContain("wharf:users[ci].rotation");
    expect(stdout).not.toContain("cipher");
    expect(read("Pulumi.prod.yaml")).toBe(`config:
  wharf:target: docker
  wharf:environment: prod
  wharf:endpoint: {hosts: [registry.example.com]} # the one that people know
  wharf:repositories:
    - name: shop/legacy # only prod has it
    - name: shop/web
  wharf:users:
    - name: ci # the pipeline
      password:
        secure: v1:prodcipher
      rotation: "2"
  wharf:distribution:
    log:
      level: debug
`);
    expect(wharf("env", "promote", "staging", "prod", "--yes").stdout).toBe(
      "prod already has all that staging says. Nothing was changed.\n",
    );
  });

  it("promote carries the keys that it is given, those of an environment too", () => {
    const { status } = wharf(
      ...["env", "promote", "staging", "prod", "--keys", "endpoint,engine", "--yes"],
      ...["--confirm", "prod"],
    );
    expect(status).toBe(0);
    expect(read("Pulumi.prod.yaml")).toContain("hosts: [staging.example.com]");
    expect(read("Pulumi.prod.yaml")).toContain("level: debug");
    expect(read("Pulumi.prod.yaml")).not.toContain("shop/web");
  });

  it("rename gives keys the names of today, in their places, and changes nothing that they say", () => {
    write(
      "wharf.yaml",
      `# What all environments are.
engine: { log: { level: warn } } # quiet
retention: { keepLast: 20 }
`,
    );
    write(
      "Pulumi.staging.yaml",
      `config:
  wharf:target: aws
  # Of the pipelines.
  wharf:caches:
    - upstream: ghcr
      credentials:
        username: ci
        password:
          secure: v1:stagingcipher
  wharf:aws:
    # This stack has the registry.
    registrySettings: own
  wharf:gcp: '{"virtuals":[{"name":"all"}]}'
  wharf:kubernetes:
    pullSecrets:
      in: [{namespace: shop}]
  wharf:storage:
    kind: gcs
    credentials:
      secure: v1:keycipher
  wharf:azure:
    caches: {keyVault: a}
`,
    );
    const before = wharf("env", "diff", "staging", "prod", "--json");
    const { status, stdout, stderr } = wharf("env", "rename", "staging", "--json");
    expect(stderr).toBe("");
    expect(status).toBe(0);
    const file = "Pulumi.staging.yaml";
    expect(JSON.parse(stdout)).toEqual([
      { file, before: "wharf:caches", now: "wharf:pullThroughCaches" },
      { file, before: "wharf:storage.credentials", now: "wharf:storage.serviceAccountKey" },
      {
        ...{ file, before: "wharf:kubernetes.pullSecrets.in" },
        now: "wharf:kubernetes.pullSecrets.namespaces",
      },
      { file, before: "wharf:aws.registrySettings", now: "wharf:aws.managePrivateRegistry" },
      { file, before: "wharf:gcp.virtuals", now: "wharf:gcp.virtualRepositories" },
      { file, before: "wharf:azure.caches", now: "wharf:azure.pullThroughCaches" },
      { file: "wharf.yaml", before: "engine", now: "distribution" },
    ]);
    expect(read("wharf.yaml")).toBe(`# What all environments are.
distribution: { log: { level: warn } } # quiet
retention: { keepLast: 20 }
`);
    expect(read(file)).toBe(`config:
  wharf:target: aws
  # Of the pipelines.
  wharf:pullThroughCaches:
    - upstream: ghcr
      credentials:
        username: ci
        password:
          secure: v1:stagingcipher
  wharf:aws:
    # This stack has the registry.
    managePrivateRegistry: true
  wharf:gcp:
    virtualRepositories:
      - name: all
  wharf:kubernetes:
    pullSecrets:
      namespaces: [{namespace: shop}]
  wharf:storage:
    kind: gcs
    serviceAccountKey:
      secure: v1:keycipher
  wharf:azure:
    pullThroughCaches: {keyVault: a}
`);
    expect(wharf("env", "diff", "staging", "prod", "--json")).toEqual(before);
    expect(wharf("env", "rename", "staging").stdout).toBe(
      "The keys of staging already have their current names. Nothing was changed.\n",
    );
  });

  it("list shows the described stacks without an engine where none stands", () => {
    const { stdout } = wharf("env", "list", "--json");
    expect(JSON.parse(stdout)).toEqual([
      { stack: "prod", target: "docker", environment: "prod", up: false, described: true },
      { stack: "staging", target: "docker", environment: "staging", up: false, described: true },
    ]);
  });

  it.each([
    [
      ["env", "diff", "stagng", "prod"],
      "There is no Pulumi.stagng.yaml, so nothing describes stack stagng. Did you mean staging?\n",
    ],
    [
      ["env", "promote", "staging", "prd", "--yes"],
      "There is no Pulumi.prd.yaml, so nothing describes stack prd. Did you mean prod?\n",
    ],
    [
      ["env", "promote", "staging", "staging", "--yes"],
      "staging cannot be promoted to itself. Nothing was changed.\n",
    ],
    [
      ["env", "promote", "staging", "prod", "--yes"],
      "Stack prod is prod, so --yes is not enough to change its description. Nothing was changed. Repeat its name: npx wharf env promote staging prod --yes --confirm prod\n",
    ],
    [
      ["env", "promote", "staging", "prod"],
      "This command asks before it acts, but there is no terminal. Add --yes to agree.\n",
    ],
    [
      ["env", "promote", "staging", "prod", "--keys", "repositoris", "--yes"],
      "--keys repositoris is not a key of a description; did you mean repositories?\n",
    ],
    [
      ["extend", "--hours", "soon"],
      "error: option '--hours <number>' argument 'soon' is invalid. Hours are a number above 0, 8760 (a year) at most.\n(npx wharf --help lists the commands)\n",
    ],
    [
      ["extend", "--stack", "staging", "--yes"],
      "Stack staging is not up. Create it with: npx wharf up --stack staging\n",
    ],
  ])("refuses wharf %j", (words, message) => {
    const { status, stderr } = wharf(...words);
    expect(stderr).toBe(message);
    expect(status).toBeGreaterThan(0);
    expect(read("Pulumi.prod.yaml")).toBe(prod);
  });
});
