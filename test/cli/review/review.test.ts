import { marked, type Token, type Tokens } from "marked";
import { readFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { annotations } from "../../../cli/review/annotations";
import type { Finding, StackReview } from "../../../cli/review/findings";
import { reviewMarkdown } from "../../../cli/review/markdown";
import { PolicyEvents } from "../../../cli/review/preview-events";
import { exitCodeOf } from "../../../cli/review/report";
import { sarif } from "../../../cli/review/sarif";
import { SourceLines } from "../../../cli/review/source-lines";
import { reviewTable } from "../../../cli/review/table";
import { withException } from "../../../policies/exceptions";
import { rules as policyRules } from "../../../policies/rules";
import { announce } from "../../support/announce";
import { actionlint } from "../../support/lint/actionlint";
import { publishedSchema } from "../../support/lint/published-schemas";
import { zizmor } from "../../support/lint/zizmor";
import { allWorkflows } from "../../support/pipeline-files";
import { sarifSchema } from "../../support/sarif-schema";

const finding: Finding = {
  rule: "ecr-immutable-tags",
  level: "mandatory",
  severity: "high",
  message:
    "imageTagMutability is MUTABLE | `whoever` may push <b>\ncan put another image under it.",
  remediation: "Set imageTagMutability to IMMUTABLE.",
  resource: "registry-repository-shop/api",
  type: "aws:ecr/repository:Repository",
  line: 4,
};
const reviewed: StackReview = {
  stack: "aws",
  file: "Pulumi.aws.yaml",
  outcome: "reviewed",
  changes: [
    { type: "aws:kms/key:Key", name: "registry-key", action: "create" },
    {
      ...{ type: "aws:ecr/repository:Repository", name: "registry-repository-a" },
      ...{ action: "replace", because: ["encryptionConfigurations", "name"] },
    },
    { type: "aws:ecr/repository:Repository", name: "registry-repository-b", action: "update" },
    { type: "aws:ecr/repository:Repository", name: "registry-repository-c", action: "delete" },
  ],
  findings: [
    {
      ...finding,
      rule: "of-another-pack",
      level: "advisory",
      severity: "",
      remediation: "",
      line: 1,
    },
    { ...finding, rule: "required-labels", severity: "medium", line: 2 },
    finding,
    { ...finding, resource: "registry-repository-shop/web", line: 5 },
  ],
  problems: [],
  notes: ["A login expires after 12 hours.", "Builds start once <somebody> has authorised them."],
  monthlyCost: 1,
  monthlyCostBefore: 3.4,
};
/** What an exception covers: of the pack's configuration, and of Pulumi's own. */
const exceptedFindings: Finding[] = [
  {
    ...finding,
    level: "advisory",
    exception: { reason: "It is | empty.", owner: "@acme/ops", until: "2027-03-31" },
  },
  { ...finding, rule: "ecr-kms-key", exception: { id: "EXC-42", reason: "No key is there yet." } },
];
const excepted: StackReview = {
  ...{ stack: "excepted", file: "Pulumi.excepted.yaml", outcome: "reviewed", problems: [] },
  findings: exceptedFindings,
};
const refused: StackReview = {
  ...{ stack: "gcp", file: "infra/Pulumi.gcp.yaml", outcome: "refused" },
  ...{ reason: "the description has problems", findings: [] },
  problems: [
    {
      key: "wharf:retentoin",
      message: "unknown key; did you mean wharf:retention?",
      fix: "pulumi config rm wharf:retentoin",
      line: 7,
    },
  ],
};
const failed: StackReview = {
  ...{ stack: "azure", file: "Pulumi.azure.yaml", outcome: "failed", monthlyCost: 5.01 },
  reason:
    "The Azure subscription of stack azure has 1 problem. Nothing was changed.\n\n  ARM_CLIENT_ID: is missing",
  ...{ findings: [], problems: [] },
};
/** The same, where the review has no credentials. */
const leftOut: StackReview = { ...failed, outcome: "left-out" };
const passed: StackReview = {
  ...{ stack: "dev", file: "Pulumi.dev.yaml", outcome: "reviewed", monthlyCost: 0 },
  ...{ changes: [], findings: [], problems: [] },
};
const all = [reviewed, refused, failed, passed];

describe("the lines of a stack's file", () => {
  const lines = new SourceLines(`# A comment.
config:
  wharf:target: aws
  wharf:repositories:
    - name: shop
    - name: shop/api
      immutableTags: { enabled: false }
    - name: build-cache
  wharf:encryption: { key: create }
  wharf:users: [{ name: ci }]
`);

  it.each([
    ["wharf:target", 3],
    ["wharf:repositories[1].name", 6],
    ["wharf:repositories[1].immutableTags.enabled", 7],
    // The nearest existing part above.
    ["wharf:repositories[1].scan.onPush", 6],
    ["wharf:repositories[9].name", 4],
    ["wharf:users[0].name", 10],
    ["wharf:storage.sizeGiB", 1],
  ])("are found for the key %s", (key, line) => {
    expect(lines.ofKey(key)).toBe(line);
  });

  it.each([
    ["registry-repository-shop/api", "aws:ecr/repository:Repository", 6],
    ["registry-lifecycle-shop/api", "aws:ecr/lifecyclePolicy:LifecyclePolicy", 6],
    ["registry-repository-shop-api", "gcp:artifactregistry/repository:Repository", 6],
    ["registry-repository-shop", "aws:ecr/repository:Repository", 5],
    ["registry-repository-shopping", "aws:ecr/repository:Repository", 3],
    ["registry-repository-build-cache", "aws:ecr/repository:Repository", 8],
    ["registry-key", "aws:kms/key:Key", 9],
    ["registry-data", "docker:index/volume:Volume", 3],
  ])("are found for the resource %s", (name, type, line) => {
    expect(lines.ofResource(name, type)).toBe(line);
  });

  it("are the first where there is nothing", () => {
    const empty = new SourceLines("");
    expect([
      empty.ofKey("wharf:target"),
      empty.ofResource("registry-key", "aws:kms/key:Key"),
    ]).toEqual([1, 1]);
  });
});

describe("the Markdown", () => {
  const tokensOf = (markdown: string) => marked.lexer(markdown);
  const ofType = <T extends Token>(tokens: Token[], type: string) =>
    tokens.filter((token) => token.type === type) as T[];
  const tokens = tokensOf(reviewMarkdown(all, "review"));

  it("begins with the mark of the comment that is edited", () => {
    expect(tokens[0]).toMatchObject({ type: "html", raw: "<!-- wharf-review -->\n" });
    expect(reviewMarkdown(all, "audit")).toMatch(/^<!-- wharf-audit -->\n## Wharf audit: /);
  });

  it("holds a table with a row for each stack", () => {
    const [table] = ofType<Tokens.Table>(tokens, "table");
    expect(table?.header.map(({ text }) => text)).toEqual([
      ...["Stack", "Create", "Update", "Replace", "Delete", "Mandatory", "Advisory", "A month"],
    ]);
    expect(table?.align).toEqual(["left", ...Array<string>(7).fill("right")]);
    expect(table?.rows.map((row) => row.map(({ text }) => text))).toEqual([
      ["❌ aws", "1", "1", "1", "1", "3", "1", "$1.00 (-$2.40)"],
      ["❌ gcp", "-", "-", "-", "-", "-", "-", "-"],
      ["❌ azure", "-", "-", "-", "-", "-", "-", "$5.01"],
      ["✅ dev", "0", "0", "0", "0", "0", "0", "$0.00"],
    ]);
  });

  it("says in its heading what matters", () => {
    const headings = ofType<Tokens.Heading>(tokens, "heading").map(({ text }) => text);
    expect(headings).toEqual([
      "Wharf review: 4 stacks, 2 not looked at in full, 3 mandatory violations",
      ...["aws", "gcp", "azure"],
    ]);
    expect(reviewMarkdown([passed], "review")).toContain("1 stack, no mandatory violation");
  });

  it("tells the severest first, and what is said of several resources once", () => {
    const lists = ofType<Tokens.List>(tokens, "list").map(({ items }) => items);
    expect(lists.map((items) => items.length)).toEqual([2, 1, 2, 1]);
    const [[severest, next] = [], , notes] = lists;
    expect(severest?.text).toContain("`ecr-immutable-tags` (high)");
    expect(severest?.text).toContain(
      "At `registry-repository-shop/api` `Pulumi.aws.yaml:4`, `registry-repository-shop/web` `Pulumi.aws.yaml:5`.",
    );
    expect(next?.text).toContain("`required-labels` (medium)");
    expect(notes?.map(({ text }) => text)).toEqual([
      "A login expires after 12 hours.",
      "Builds start once \\<somebody\\> has authorised them.",
    ]);
  });

  it("gives nothing that a message says a meaning of its own", () => {
    const html = marked.parse(reviewMarkdown([reviewed], "review")) as string;
    expect(html).toContain("MUTABLE | `whoever` may push &lt;b&gt; can put another image");
    expect(html).not.toContain("<b>");
  });

  it("folds the changes away, and keeps within a comment's length", () => {
    expect(reviewMarkdown([reviewed], "review")).toContain(
      "<details><summary>4 changes</summary>\n\n```diff\n+ create   aws:kms/key:Key registry-key\n",
    );
    const many = Array.from({ length: 900 }, (_, i) => ({
      ...finding,
      message: `message ${i} ${"x".repeat(80)}`,
    }));
    const long = reviewMarkdown([{ ...reviewed, findings: many }], "review");
    expect(long.length).toBeLessThanOrEqual(60_000);
    expect(long).toMatch(/Longer than a comment may be: `npx wharf review` shows the rest\.\n$/);
  });
});

describe("what an exception covers", () => {
  it("is listed by itself, with its reason, and counts as no violation", () => {
    const markdown = reviewMarkdown([excepted], "review");
    expect(markdown).toContain("1 stack, no mandatory violation, 2 excepted\n");
    expect(markdown).toMatch(/^\| ✅ excepted \| - \| - \| - \| - \| 0 \| 0 \| - \|$/m);
    expect(markdown).toContain("**Excepted**");
    expect(markdown).not.toMatch(/\*\*Mandatory|\*\*Advisory|To do/);
    const html = marked.parse(markdown) as string;
    expect(html).toContain(
      "Excepted until 2027-03-31 by <code>@acme/ops</code>: It is | empty. At",
    );
    expect(html).toContain("by Pulumi&#39;s exception <code>EXC-42</code>: No key is there yet.");
    const table = reviewTable([excepted]);
    expect(table).toContain("  excepted  ecr-immutable-tags (high)\n");
    expect(table).toContain("      Excepted until 2027-03-31 by @acme/ops: It is | empty.\n");
    expect(annotations([excepted]).match(/^::\w+/gm)).toEqual(["::notice", "::notice"]);
    expect(exitCodeOf([excepted])).toBe(0);
  });

  const events = (event: object) => {
    const heard = new PolicyEvents(new SourceLines(""));
    const policyEvent = { policyName: "ecr-kms-key", enforcementLevel: "mandatory", ...event };
    heard.hear({ sequence: 1, timestamp: 1, policyEvent } as never);
    return heard;
  };

  it("is read from what the pack says", () => {
    const exclude = [
      { name: /^shop$/, reason: "It is empty: new.", owner: "ops", until: "permanent" },
    ];
    const { message } = withException("No key.", { name: "shop", urn: "urn" }, exclude);
    expect(events({ message, enforcementLevel: "advisory" }).findings).toMatchObject([
      {
        message: "No key.",
        exception: { reason: "It is empty: new.", owner: "ops", until: "permanent" },
      },
    ]);
  });

  it("is read from what the engine says of its own exceptions, which refuse nothing", () => {
    // As Pulumi 3.276.0 wrote it into its event log, in a preview of the plain program of test/policies.
    const exceptions = [{ id: "EXC-42", reason: "The tags of this one move by design." }];
    const message =
      "Tags of a repository on ECR are immutable.\nimageTagMutability is MUTABLE: whoever may push can put another image under a tag that is in use.\n";
    const { findings, refused } = events({
      ...{ message, exceptions, color: "never", severity: "high" },
      resourceUrn: "urn:pulumi:wrong::plain::aws:ecr/repository:Repository::ecr",
      policyName: "ecr-immutable-tags",
      ...{ policyPackName: "wharf", policyPackVersion: "0.1.0", policyPackVersionTag: "0.1.0" },
    });
    expect(findings).toMatchObject([
      {
        ...{ rule: "ecr-immutable-tags", level: "mandatory", resource: "ecr" },
        exception: { id: "EXC-42", reason: "The tags of this one move by design." },
      },
    ]);
    expect(refused).toBe(false);
    expect(exitCodeOf([{ ...passed, findings }])).toBe(0);
    expect(events({ message: "No key." }).refused).toBe(true);
  });
});

describe("the table of a terminal", () => {
  it("says of a deployed lab how long is left", () => {
    const past = reviewTable([{ ...reviewed, expiresAt: "2000-01-01T00:00:00Z" }]);
    expect(past).toMatch(
      /^ {2}Lab aws expired \d+ d.* ago: npx wharf extend --stack aws \| npx wharf down --stack aws$/m,
    );
    expect(reviewTable([reviewed])).not.toContain("Lab");
  });

  it("shows the same, with the lines and the commands that fix it", () => {
    const text = reviewTable(all);
    expect(text).toMatch(
      /^ stack +create +update +replace +delete +mandatory +advisory +a month$/m,
    );
    expect(text).toMatch(/^ aws +1 +1 +1 +1 +3 +1 +\$1\.00 \(-\$2\.40\)$/m);
    expect(text).toContain("      Pulumi.aws.yaml:5  registry-repository-shop/web");
    expect(text).toContain(
      "  infra/Pulumi.gcp.yaml:7  wharf:retentoin  unknown key; did you mean wharf:retention?\n      pulumi config rm wharf:retentoin",
    );
    expect(text).toContain("  ! replace  aws:ecr/repository:Repository registry-repository-a");
  });
});

describe("a stack that is left to a review with credentials", () => {
  it("is told everywhere, and is not an error anywhere", () => {
    expect(annotations([leftOut])).toMatch(/^::notice file=Pulumi\.azure\.yaml,line=1,title=Not/);
    expect(reviewMarkdown([leftOut], "review")).toMatch(/^\| ➖ azure \|/m);
    expect(reviewMarkdown([leftOut], "review")).toContain("1 stack, 1 not looked at in full");
    expect(reviewTable([leftOut])).toContain("ARM_CLIENT_ID: is missing");
    const { runs } = JSON.parse(sarif([leftOut], "review")) as { runs: { results: object[] }[] };
    expect(runs[0]?.results).toMatchObject([{ ruleId: "preview", level: "note" }]);
  });
});

describe("the annotations for GitHub", () => {
  it("mark the lines, with what GitHub takes for its own marks escaped", () => {
    expect(annotations([{ ...reviewed, findings: [finding] }, refused, failed])).toBe(
      "::error file=Pulumi.aws.yaml,line=4,title=ecr-immutable-tags::imageTagMutability is MUTABLE | `whoever` may push <b>%0Acan put another image under it.\n" +
        "::error file=infra/Pulumi.gcp.yaml,line=7,title=wharf%3Aretentoin::unknown key; did you mean wharf:retention?\n" +
        "::error file=Pulumi.azure.yaml,line=1,title=Not looked at in full::The Azure subscription of stack azure has 1 problem. Nothing was changed.%0A%0A  ARM_CLIENT_ID: is missing\n",
    );
  });
});

describe("SARIF", () => {
  let valid: Awaited<ReturnType<typeof sarifSchema>>;
  beforeAll(async () => {
    valid = await sarifSchema(announce);
  });

  it("is valid after its published schema, whatever was found", () => {
    for (const reviews of [[...all, excepted], [passed], []]) {
      valid(JSON.parse(sarif(reviews, "review")));
      expect(valid.errors ?? []).toEqual([]);
    }
    expect(valid({ version: "2.1.0", runs: [{ tool: {} }] })).toBe(false);
  });

  it("has a result for each finding, with its line, and the rule of it", () => {
    const { runs } = JSON.parse(sarif(all, "review")) as {
      runs: {
        tool: { driver: { rules: { id: string }[] } };
        results: {
          ruleId: string;
          level: string;
          locations: {
            physicalLocation: { artifactLocation: { uri: string }; region: { startLine: number } };
          }[];
        }[];
      }[];
    };
    const [run] = runs;
    expect(
      run?.results.map(({ ruleId, level, locations: [at] }) => [
        ...[ruleId, level, at?.physicalLocation.artifactLocation.uri],
        at?.physicalLocation.region.startLine,
      ]),
    ).toEqual([
      ["of-another-pack", "warning", "Pulumi.aws.yaml", 1],
      ["required-labels", "error", "Pulumi.aws.yaml", 2],
      ["ecr-immutable-tags", "error", "Pulumi.aws.yaml", 4],
      ["ecr-immutable-tags", "error", "Pulumi.aws.yaml", 5],
      ["description", "error", "infra/Pulumi.gcp.yaml", 7],
      ["preview", "error", "Pulumi.azure.yaml", 1],
    ]);
    const rules = run?.tool.driver.rules.map(({ id }) => id) ?? [];
    expect(rules.toSorted()).toEqual(
      [...new Set(run?.results.map(({ ruleId }) => ruleId))].toSorted(),
    );
  });
});

describe("SARIF for code scanning", () => {
  interface Log {
    runs: {
      tool: { driver: { rules: Record<string, unknown>[] } };
      results: { ruleId: string; level: string; suppressions?: object[] }[];
    }[];
  }
  const [run] = (JSON.parse(sarif([reviewed, excepted], "review")) as Log).runs;

  it("suppresses what is excepted, with the reason", () => {
    const suppressed = run?.results.filter(({ suppressions }) => suppressions !== undefined);
    expect(suppressed).toMatchObject([
      {
        level: "note",
        suppressions: [
          {
            ...{ kind: "external", status: "accepted" },
            justification: "Excepted until 2027-03-31 by @acme/ops: It is | empty.",
          },
        ],
      },
      { ruleId: "ecr-kms-key", level: "note" },
    ]);
    expect(run?.results).toHaveLength(6);
  });

  it("gives each rule a severity that GitHub knows, a text and a link", () => {
    const rules = run?.tool.driver.rules ?? [];
    const rule = rules.find(({ id }) => id === "ecr-immutable-tags");
    expect(rule).toMatchObject({
      properties: { "security-severity": "8.0", tags: ["security", "container-registry"] },
      help: {
        text: expect.stringContaining("To do: ") as string,
        markdown: expect.stringContaining(
          "[ECR.2](https://docs.aws.amazon.com/securityhub/latest/userguide/ecr-controls.html#ecr-2)",
        ) as string,
      },
      helpUri: expect.stringMatching(/^https:\/\//) as string,
    });
    // GitHub's words again (SARIF support for code scanning, security-severity).
    const word = (severity: number) =>
      severity > 9 ? "critical" : severity >= 7 ? "high" : severity >= 4 ? "medium" : "low";
    for (const { name, severity } of policyRules) {
      const one = { ...reviewed, findings: [{ ...finding, rule: name }] };
      const { runs } = JSON.parse(sarif([one], "review")) as Log;
      const properties = runs[0]?.tool.driver.rules[0]?.properties as Record<string, string>;
      expect([name, word(Number(properties["security-severity"]))]).toEqual([name, severity]);
    }
    expect(rules.find(({ id }) => id === "of-another-pack")).not.toHaveProperty("properties");
  });
});

describe("the exit code", () => {
  it.each([
    ["nothing", [passed], 0],
    ["advice", [{ ...reviewed, findings: [{ ...finding, level: "advisory" as const }] }], 0],
    ["a stack that could not be looked at in full", [passed, failed], 1],
    ["one that is left to a review with credentials", [passed, leftOut], 0],
    ["a mandatory violation before that", [failed, reviewed], 3],
    ["a wrong description before all", [failed, reviewed, refused], 2],
  ])("tells of %s", (_, reviews, code) => {
    expect(exitCodeOf(reviews)).toBe(code);
  });
});

describe("the ready pipelines", () => {
  const pipelines = path.join(__dirname, "../../../pipelines");
  const text = (...parts: string[]) => readFileSync(path.join(pipelines, ...parts), "utf8");

  it("for GitHub pass actionlint and zizmor, and so does what is generated", async () => {
    const workflows = allWorkflows().map(([, file]) => file);
    expect(workflows.length).toBeGreaterThan(7);
    expect((await actionlint(workflows, announce)).flat()).toEqual([]);
    expect(await zizmor(workflows, announce)).toEqual([]);
  });

  it("would not pass zizmor with the faults that it is for", async () => {
    const faulty = text("github-actions", "review.yml")
      .replace(/@[0-9a-f]{40} # v5\.0\.0/, "@v5")
      .replace('--base "$BASE"', "--base ${{ github.event.pull_request.title }}");
    const found = (await zizmor([faulty], announce)).map(({ ident }) => ident);
    expect(new Set(found)).toEqual(new Set(["template-injection", "unpinned-uses"]));
  });

  it.each([
    ["github-workflows", ["github-actions", "review.yml"]],
    ["github-workflows", ["github-actions", "audit.yml"]],
    ["gitlab-ci", ["gitlab-ci", ".gitlab-ci.yml"]],
  ] as const)("are valid after the published schema %s", async (schema, parts) => {
    const validate = await publishedSchema(schema, announce);
    validate(parse(text(...parts)));
    expect(validate.errors ?? []).toEqual([]);
  });

  it("hand no expression of GitHub to a shell", () => {
    const { jobs } = parse(text("github-actions", "review.yml")) as {
      jobs: Record<string, { steps: { run?: string }[] }>;
    };
    const lines = Object.values(jobs).flatMap(({ steps }) => steps.map(({ run = "" }) => run));
    expect(lines.filter((run) => run.includes("${{"))).toEqual([]);
  });
});
