import { createServer, type Server } from "node:http";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { StackReview } from "../../../cli/review/findings";
import { ScratchClone } from "../../support/scratch-clone";

const described = `# The team's registry.
config:
  aws:region: eu-central-1
  wharf:target: aws
  wharf:environment: prod
  wharf:labels: { team: shop }
  wharf:repositories:
    - name: shop/api
      immutableTags: { enabled: true }
  wharf:encryption: { key: "arn:aws:kms:eu-central-1:123456789012:key/0a1b2c3d" }
`;
/** What a pull request makes of it: a repository whose tags move, and a key of the stack's own. */
const changed = described
  .replace(/wharf:encryption: .*/, "wharf:encryption: { key: create }")
  .replace(
    "    - name: shop/api",
    "    - name: shop/web\n      immutableTags: { enabled: false }\n    - name: shop/api",
  );
const wrong = described.replace("wharf:labels", "wharf:lables");

let clone: ScratchClone;
const stacks = () => ["--stacks", "shop"].join(" ");

/** The environment of somebody who has no credentials of AWS. */
const noCredentials = () => ({
  ...{ AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined, HOME: clone.directory },
  WHARF_CACHE: process.env.WHARF_CACHE ?? `${process.env.HOME}/.cache/wharf`,
});

beforeAll(() => {
  clone = new ScratchClone();
  clone.write("Pulumi.shop.yaml", described);
  clone.commit("A registry");
  for (const [branch, text] of [
    ["change", changed],
    ["wrong", wrong],
  ] as const) {
    clone.git("checkout", "--quiet", "-b", branch, "main");
    clone.write("Pulumi.shop.yaml", text);
    clone.commit(branch);
  }
  // The clone's packages are this checkout's, whose `wharf` is another working tree.
  clone.standIn("npm", `#!/bin/sh\necho "npm $*" >> said\n`);
  clone.standIn(
    "npx",
    `#!/bin/sh\necho "npx $*" >> said\n[ "$1 $2" != "--no-install wharf" ] && exit 0\nshift 2\nexec node cli/wharf.js "$@"\n`,
  );
});
afterAll(() => clone.remove());
afterEach(() => {
  // Nothing of a review stays: no state, no passphrase, no word in a stack's file.
  expect(existsSync(clone.at(".wharf"))).toBe(false);
  expect(clone.git("status", "--porcelain", "--untracked-files=no")).toBe("");
});

describe("the cost of a stack", () => {
  it("is told only by its file, in a tree or in JSON", () => {
    clone.git("checkout", "--quiet", "change");
    const { status, stdout } = clone.wharf("cost --stack shop --json");
    expect(JSON.parse(stdout)).toMatchObject({ baselineDollars: 1, monthlyDollars: 1 });
    expect(status).toBe(0);
    expect(clone.wharf("cost --stack shop").stdout).toMatch(/^OVERALL TOTAL +\$1\.00$/m);
  });

  it("is not told of a description with a problem", () => {
    clone.git("checkout", "--quiet", "wrong");
    const { status, stderr } = clone.wharf("cost --stack shop");
    expect(stderr).toContain("The description of stack shop has 1 problem. Nothing was changed.");
    expect(stderr).toContain("wharf:lables   unknown key; did you mean wharf:labels?");
    expect(status).toBe(2);
  });
});

describe("a review", () => {
  const reviewOf = (branch: string, more = "") => {
    clone.git("checkout", "--quiet", branch);
    const ended = clone.wharf(`review ${stacks()} --json${more}`);
    return { ...ended, reviews: JSON.parse(ended.stdout) as StackReview[] };
  };

  it("of the base finds nothing mandatory", () => {
    const { status, reviews } = reviewOf("main");
    const [review] = reviews;
    expect(review?.findings.filter(({ level }) => level === "mandatory")).toEqual([]);
    expect(review).toMatchObject({ outcome: "reviewed", monthlyCost: 0, problems: [] });
    expect(review).not.toHaveProperty("monthlyCostBefore");
    expect(status).toBe(0);
  });

  it("of a branch shows what it changes, with its line and an exit code of its own", () => {
    const { status, reviews } = reviewOf("change", " --base main");
    const [review] = reviews;
    expect(review).toMatchObject({ monthlyCost: 1, monthlyCostBefore: 0 });
    expect(review?.changes?.map(({ action, type, name }) => [action, type, name])).toEqual(
      expect.arrayContaining([
        ["create", "aws:ecr/repository:Repository", "registry-repository-shop/web"],
        ["create", "aws:kms/key:Key", "registry-key"],
      ]),
    );
    expect(review?.notes).toContain("A login expires after 12 hours.");
    expect(review?.findings).toContainEqual(
      expect.objectContaining({
        rule: "ecr-immutable-tags",
        level: "mandatory",
        severity: "high",
        resource: "registry-repository-shop/web",
        line: 8,
      }),
    );
    expect(status).toBe(3);
  });

  it("tells a wrong description by its line, without a preview", () => {
    const { status, reviews } = reviewOf("wrong");
    expect(reviews).toMatchObject([
      {
        outcome: "refused",
        problems: [
          { key: "wharf:lables", message: "unknown key; did you mean wharf:labels?", line: 6 },
        ],
      },
    ]);
    expect(status).toBe(2);
  });

  it("says plainly that there are no credentials, and what can be told without", () => {
    clone.git("checkout", "--quiet", "main");
    const { status, stdout } = clone.wharf(`review ${stacks()} --markdown`, {
      ...noCredentials(),
    });
    expect(stdout).toContain("| ❌ shop | - | - | - | - | - | - | $0.00 |");
    expect(stdout).toContain("AWS_PROFILE");
    expect(status).toBe(1);
  });

  it("goes on where secrets cannot be opened, and says why", () => {
    clone.git("checkout", "--quiet", "-b", "secret", "main");
    clone.write(
      "Pulumi.locked.yaml",
      `encryptionsalt: v1:8=\n${described}  wharf:usage: { secure: v1:AAAA }\n`,
    );
    clone.commit("A secret");
    const { status, stdout } = clone.wharf("review --stacks locked --json");
    expect(JSON.parse(stdout)).toMatchObject([
      {
        ...{ stack: "locked", outcome: "failed", monthlyCost: 0 },
        reason: expect.stringContaining("their passphrase is not here") as string,
      },
    ]);
    expect(status).toBe(1);
    clone.git("checkout", "--quiet", "main");
  });

  it.each([
    [
      "--stacks shpo",
      "There is no Pulumi.shpo.yaml, so nothing describes stack shpo. Did you mean shop?",
    ],
    ["--stacks shop,a/b", "A stack's name has 1 to 50 letters, digits, . _ or -."],
    [
      "--stacks shop --base nowhere",
      '"nowhere" is not a commit of this clone. Fetch it first: git fetch origin nowhere',
    ],
    ["--stacks shop --policy-config none.json", "--policy-config: there is no file none.json."],
  ])("refuses %s", (words, message) => {
    const { status, stderr } = clone.wharf(`review ${words}`);
    expect(stderr).toContain(message);
    expect(status).toBe(2);
  });
});

describe("an audit", () => {
  it("holds a state against the policies of the environment that it names", () => {
    clone.git("checkout", "--quiet", "main");
    const state = clone.at("bin", "state");
    const env = { PULUMI_BACKEND_URL: `file://${state}`, PULUMI_CONFIG_PASSPHRASE: "of no worth" };
    const urn = (type: string, name: string) => `urn:pulumi:shop::wharf::${type}::${name}`;
    const component = "wharf:index:AwsRegistry";
    const resources = [
      {
        ...{ urn: urn("pulumi:pulumi:Stack", "wharf-shop"), type: "pulumi:pulumi:Stack" },
        ...{ custom: false, outputs: { monthlyCost: 1 } },
      },
      {
        ...{ urn: urn(component, "registry"), type: component, custom: false },
        inputs: { environment: "prod" },
      },
      {
        urn: urn("aws:ecr/repository:Repository", "registry-repository-shop/api"),
        ...{ type: "aws:ecr/repository:Repository", custom: true, id: "shop/api" },
        ...Object.fromEntries(
          ["inputs", "outputs"].map((key) => [
            key,
            { name: "shop/api", imageTagMutability: "MUTABLE" },
          ]),
        ),
      },
    ];
    const checkpoint = { stack: "organization/wharf/shop", latest: { manifest: {}, resources } };
    clone.write("bin/state/.pulumi/meta.yaml", "version: 1\n");
    clone.write(
      "bin/state/.pulumi/stacks/wharf/shop.json",
      JSON.stringify({ version: 3, checkpoint }),
    );
    try {
      const { status, stdout, stderr } = clone.wharf("audit --all --json", env);
      expect(stderr).not.toContain("a fault of Wharf's own");
      const [review] = JSON.parse(stdout) as StackReview[];
      expect(review).toMatchObject({ stack: "shop", monthlyCost: 1 });
      expect(review?.findings).toContainEqual(
        expect.objectContaining({
          ...{ rule: "ecr-immutable-tags", level: "mandatory", line: 8 },
          resource: "registry-repository-shop/api",
        }),
      );
      expect(status).toBe(3);
    } finally {
      clone.run("rm", ["-rf", ".wharf", "bin/state"]);
    }
  });

  it("says that no stack is up", () => {
    expect(clone.wharf("audit --all")).toMatchObject({
      status: 1,
      stderr: "No stack is up, so there is nothing to audit.\n",
    });
  });
});

/** Runs the lines of a job, each in order in the shell that the service uses. */
function runLines(lines: string[], env: Record<string, string>) {
  return clone.run("bash", ["-e", "-o", "pipefail", "-c", lines.join("\n")], env);
}

const said = () => (existsSync(clone.at("said")) ? readFileSync(clone.at("said"), "utf8") : "");

describe("the ready pipelines, line by line", () => {
  afterEach(() => {
    for (const file of ["said", "review.md", "review.sarif"]) clone.run("rm", ["-f", file]);
  });

  it("for GitHub install, check, review and edit the one comment", () => {
    clone.git("checkout", "--quiet", "change");
    const workflow = parse(
      readFileSync(clone.at("pipelines/github-actions/review.yml"), "utf8"),
    ) as {
      jobs: Record<"check" | "review", { steps: { name?: string; run?: string }[] }>;
    };
    const { check, review: reviewing } = workflow.jobs;
    const steps = [...check.steps, ...reviewing.steps].filter(({ run }) => run !== undefined);
    expect(steps.map(({ name }) => name)).toEqual([
      ...["Install", "Check", "Test the policies", "Review without credentials"],
      ...["Install", "Review", "Comment", "Result"],
    ]);
    clone.standIn(
      "gh",
      // The first page of comments holds ours only once it was written.
      `#!/bin/sh\necho "gh $*" >> said\ncase "$*" in *--paginate*) [ -f bin/commented ] && echo 4711 ;; *) touch bin/commented ;; esac\nexit 0\n`,
    );
    const env = {
      ...{ GITHUB_STEP_SUMMARY: "bin/summary.md", GITHUB_OUTPUT: "bin/output" },
      ...{ GITHUB_REPOSITORY: "acme/shop", GITHUB_ACTIONS: "true", BASE: "main", STACKS: "shop" },
      ...{ GH_TOKEN: "of no worth", NUMBER: "12", STATUS: "3" },
    };
    const run = (name: string, more = {}) => {
      const step = steps.find((one) => one.name === name);
      return runLines([step?.run ?? ""], { ...env, ...more });
    };
    for (const name of ["Install", "Check", "Test the policies"]) {
      expect(run(name)).toMatchObject({ status: 0 });
    }
    const first = { GITHUB_STEP_SUMMARY: "bin/first.md" };
    expect(run("Review without credentials", first).status).toBe(3);
    // A fork has no credentials of a cloud: what needs none is told, with a notice.
    const without = run("Review without credentials", { ...first, ...noCredentials() });
    expect(without.status).toBe(0);
    expect(without.stderr).toMatch(/^::notice file=Pulumi\.shop\.yaml,line=1,title=Not looked at/m);
    const review = run("Review");
    expect(review.status).toBe(0);
    expect(review.stderr).toMatch(
      /^::error file=Pulumi\.shop\.yaml,line=8,title=ecr-immutable-tags::/m,
    );
    expect(readFileSync(clone.at("bin/output"), "utf8")).toBe("status=3\n");
    const summary = readFileSync(clone.at("review.md"), "utf8");
    expect(summary).toMatch(
      /^<!-- wharf-review -->\n## Wharf review: 1 stack, 1 mandatory violation\n/,
    );
    expect(summary).toContain("$1.00 (+$1.00) |");
    expect(readFileSync(clone.at("bin/summary.md"), "utf8")).toBe(summary);
    expect(JSON.parse(readFileSync(clone.at("review.sarif"), "utf8"))).toMatchObject({
      version: "2.1.0",
    });
    expect(run("Comment").status).toBe(0);
    expect(run("Comment").status).toBe(0);
    expect(run("Result").status).toBe(3);
    expect(
      said()
        .split("\n")
        .filter((line) => !line.includes("--paginate")),
    ).toEqual([
      ...["npm ci", "npm run check", "npx vitest run test/policies/rules.test.ts"],
      ...Array<string>(2).fill(
        "npx --no-install wharf review --stacks shop --base main --without-credentials --markdown",
      ),
      "npx --no-install wharf review --stacks shop --base main --markdown --sarif review.sarif",
      "gh api --silent --method POST repos/acme/shop/issues/12/comments --field body=@review.md",
      "gh api --silent --method PATCH repos/acme/shop/issues/comments/4711 --field body=@review.md",
      "",
    ]);
  });

  it("for GitLab do the same, by its notes", async () => {
    clone.git("checkout", "--quiet", "wrong");
    const { check, review: job } = parse(
      readFileSync(clone.at("pipelines/gitlab-ci/.gitlab-ci.yml"), "utf8"),
    ) as Record<"check" | "review", Record<"before_script" | "script" | "after_script", string[]>>;
    const checked = { CI_MERGE_REQUEST_DIFF_BASE_SHA: "main", WHARF_STACKS: "shop" };
    expect(runLines([...check.before_script, ...check.script], checked).status).toBe(2);
    const notes = new Notes();
    const server = await notes.listen();
    const env = {
      ...{ CI_API_V4_URL: notes.url, CI_PROJECT_ID: "7", CI_MERGE_REQUEST_IID: "3" },
      ...{ WHARF_REVIEW_TOKEN: "of no worth", WHARF_STACKS: "shop" },
      ...{
        CI_MERGE_REQUEST_DIFF_BASE_SHA: "main",
        AWS_ID_TOKEN: "a token",
        AWS_ROLE_ARN: "a role",
      },
    };
    try {
      for (const body of ["opened", "edited"]) {
        // A server of this process answers only while nothing waits in it.
        const { status } = await clone.runBeside(
          ["bash", "-e", "-o", "pipefail", "-c", [...job.before_script, ...job.script].join("\n")],
          env,
        );
        expect({ body, status }).toEqual({ body, status: 2 });
      }
    } finally {
      server.close();
    }
    expect(runLines(job.after_script, env).status).toBe(0);
    expect(readdirSync(clone.directory).filter((file) => file.endsWith(".token"))).toEqual([]);
    expect(notes.asked).toEqual(["GET", "GET", "POST", "GET", "GET", "PUT"]);
    expect(notes.bodies).toHaveLength(3);
    expect(notes.bodies[2]).toMatch(
      /^<!-- wharf-review -->\n## Wharf review: 1 stack, 1 not looked at/,
    );
    expect(said()).toContain("npm run check\n");
  });

  it("for Jenkins do the same, and leave the summary with the build", () => {
    clone.git("checkout", "--quiet", "wrong");
    const jenkinsfile = readFileSync(clone.at("pipelines/jenkins/Jenkinsfile"), "utf8");
    const lines = [...jenkinsfile.matchAll(/^\s*sh '(.*)'$/gm)].map(([, line = ""]) => line);
    expect(lines).toHaveLength(5);
    clone.git("config", "remote.origin.url", clone.directory);
    const env = { CHANGE_TARGET: "main", WHARF_STACKS: "shop" };
    const [, fetching = ""] = /def fetch = \{ sh '(.*?)' \}/.exec(jenkinsfile) ?? [];
    const statuses = [fetching, ...lines].map((line) => runLines([line], env).status);
    expect(statuses).toEqual([0, 0, 0, 0, 2, 2]);
    const [, summary = ""] = /sh\(script: "(.*?)", returnStdout/.exec(jenkinsfile) ?? [];
    expect(runLines([summary], env).stdout).toBe(
      "Wharf review: 1 stack, 1 not looked at in full, no mandatory violation\n",
    );
  });
});

/** GitLab's notes of a merge request, two pages of them, on loopback. */
class Notes {
  readonly bodies = ["A person's", "Another's"];
  readonly asked: string[] = [];
  url = "";
  private readonly server: Server = createServer((request, response) => {
    this.asked.push(request.method ?? "");
    const address = new URL(request.url ?? "", this.url);
    let text = "";
    request.on("data", (part: Buffer) => (text += part.toString()));
    request.on("end", () => {
      const { body } = (text === "" ? {} : JSON.parse(text)) as { body?: string };
      if (request.headers["private-token"] !== "of no worth") response.writeHead(401);
      else if (request.method === "POST") this.bodies.push(body ?? "");
      else if (request.method === "PUT")
        this.bodies[Number(address.pathname.split("/").at(-1))] = body ?? "";
      else {
        const second = address.searchParams.get("page") === "2";
        response.setHeader("x-next-page", second ? "" : "2");
        const all = this.bodies.map((one, id) => ({ id, body: one }));
        response.end(JSON.stringify(second ? all.slice(1) : all.slice(0, 1)));
        return;
      }
      response.end("{}");
    });
  });

  async listen(): Promise<Server> {
    await new Promise<void>((done) => this.server.listen(0, "127.0.0.1", done));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return this.server;
  }
}
