import { execa } from "execa";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const checkout = resolve(__dirname, "../../..");
const wharf = (args: string[], input = "") =>
  execa("node", ["cli/wharf.js", ...args], { cwd: checkout, input, reject: false });

const day = 86_400_000;
const ago = (days: number) => new Date(Date.now() - days * day).toISOString();
const digest = (letter: string) => `sha256:${letter.repeat(64)}`;

/** What is the same of each platform's listing: a release, a stray manifest, the newest. */
const listed = [
  { tags: ["v1.0.0"], letter: "a", age: 400 },
  { tags: undefined, letter: "b", age: 30 },
  { tags: ["latest"], letter: "c", age: 1 },
];

/** The same three images as each platform's own command lists them: a release, a stray manifest, the newest. */
const listings = {
  own: [
    { repository: "shop/api", digest: digest("a"), tags: ["v1.0.0"], pushedAt: ago(400) },
    { repository: "shop/api", digest: digest("b"), tags: [], pushedAt: ago(30) },
    { repository: "shop/api", digest: digest("c"), tags: ["latest"], pushedAt: ago(1) },
  ],
  aws: {
    imageDetails: listed.map(({ tags, letter, age }) => ({
      repositoryName: "shop/api",
      imageDigest: digest(letter),
      imageTags: tags,
      imagePushedAt: ago(age),
      imageSizeInBytes: 1000,
    })),
  },
  // Version 1 of AWS's command line prints times as seconds.
  "aws, version 1": {
    imageDetails: listed.map(({ tags, letter, age }) => ({
      repositoryName: "shop/api",
      imageDigest: digest(letter),
      imageTags: tags,
      imagePushedAt: Date.parse(ago(age)) / 1000,
    })),
  },
  gcp: [
    { tags: "v1.0.0", letter: "a", age: 400 },
    { tags: undefined, letter: "b", age: 30 },
    { tags: "latest", letter: "c", age: 1 },
  ].map(({ tags, letter, age }) => ({
    package: "europe-west3-docker.pkg.dev/acme/shop-api/shop/api",
    version: digest(letter),
    tags,
    createTime: ago(age),
  })),
  azure: [
    { tags: ["v1.0.0"], letter: "a", age: 400 },
    { tags: null, letter: "b", age: 30 },
    { tags: ["latest"], letter: "c", age: 1 },
  ].map(({ tags, letter, age }) => ({
    digest: digest(letter),
    tags,
    createdTime: ago(age),
  })),
};

describe("wharf retention", () => {
  let directory: string;
  let rules: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "wharf-listing-"));
    rules = join(directory, "rules.yaml");
    await writeFile(rules, 'keep: ["v*"]\nuntaggedAfterDays: 7\n');
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  it.each([
    ["own", "dev", []],
    ["aws", "aws", []],
    ["aws, version 1", "aws", []],
    ["gcp", "gcp", []],
    ["azure", "azure", ["--repository", "shop/api"]],
  ] as const)(
    "reads the listing of %s and says what the rules would delete",
    async (form, stack, more) => {
      const args = ["retention", "--stack", stack, "--rules", rules, "--listing", "-", ...more];
      const { stdout, exitCode } = await wharf([...args, "--json"], JSON.stringify(listings[form]));
      expect(exitCode).toBe(0);
      const verdicts = JSON.parse(stdout) as {
        digest: string;
        outcome: string;
        repository: string;
      }[];
      expect(verdicts.map((one) => [one.repository, one.digest, one.outcome])).toEqual([
        ["shop/api", digest("a"), "keep"],
        ["shop/api", digest("b"), "delete"],
        ["shop/api", digest("c"), "keep"],
      ]);
    },
  );

  it("prints a table, and that nothing was changed", async () => {
    const { stdout } = await wharf(
      ["retention", "--stack", "aws", "--rules", rules, "--listing", "-"],
      JSON.stringify(listings.aws),
    );
    expect(stdout).toMatch(/ shop\/api +v1\.0\.0 +keep +[A-Z]/);
    expect(stdout).toMatch(/ shop\/api +sha256:b{12} +delete +Rule 1 applies/);
    expect(stdout).toContain(
      "2 stay, 1 would be deleted, 0 archived (0.0 MB). Nothing was changed.",
    );
  });

  it.each([
    ["no JSON", "{", [], "The listing is not JSON: "],
    ["JSON in no known form", '{"images":[]}', [], "The listing is not in a known form:"],
    [
      "a listing that does not name its repository",
      JSON.stringify(listings.azure),
      [],
      "The listing does not name its repository. Add --repository <name>.",
    ],
    [
      "rules that are none",
      "[]",
      ["--rules", "cli/package.json"],
      "cli/package.json has no retention rules:",
    ],
  ] as const)("refuses %s", async (_, input, more, message) => {
    const args = ["retention", "--stack", "azure", "--listing", "-", ...more];
    const { exitCode, stderr } = await wharf(args, input);
    expect(stderr).toContain(message);
    expect(exitCode).toBe(2);
  });

  it("asks for a listing where the registry is the platform's", async () => {
    const { exitCode, stderr } = await wharf(["retention", "--stack", "gcp"]);
    expect(stderr).toContain(
      "Give the images to look at: gcloud artifacts docker images list ADDRESS --include-tags --format json | npx wharf retention --listing - --stack gcp",
    );
    expect(exitCode).toBe(2);
  });
});
