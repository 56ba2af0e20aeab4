import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { checkDescription } from "../components/description/check";
import { allWorkflows, read, workflows } from "./support/pipeline-files";

describe("the actions", () => {
  it.each(allWorkflows())("of %s are pinned by commit, with the version beside it", (_, text) => {
    const uses = text.match(/\buses:.*/g) ?? [];
    expect(uses.length).toBeGreaterThan(0);
    for (const line of uses) expect(line).toMatch(/^uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+/);
    // One action, one commit.
    const commits = uses.map((line) => line.split(/[ @]/).slice(1, 3).join("@"));
    const names = new Set(commits.map((one) => one.split("@")[0]));
    expect(new Set(commits).size).toBe(names.size);
  });
});

describe("the ready pipelines", () => {
  const secret = /PASSPHRASE|id-token|secrets\.|ID_TOKEN|OIDC|REVIEW_TOKEN|credentials\(/;
  /** What opens a state or a platform, as a step may hold it; the right to ask for a token is a job's. */
  const ofStep = /secrets\.|github\.token/;
  interface Step {
    name?: string;
    run?: string;
    uses?: string;
    if?: string;
    env?: Record<string, string>;
  }
  interface Job {
    if?: string;
    steps: Step[];
    env?: object;
  }
  const jobsOf = (file: string) => (parse(read(file)) as { jobs: Record<string, Job> }).jobs;
  const installs = ({ run = "" }: Step) => /\bnpm ci\b/.test(run);

  it.each(workflows)("%s gives secrets only to a job that a person lets go on", (file) => {
    const { jobs, ...rest } = parse(read(file)) as { jobs: Record<string, object> };
    const { permissions, ...others } = rest as { permissions?: object };
    if (file.endsWith("review.yml")) expect(JSON.stringify(permissions)).not.toMatch(secret);
    expect(JSON.stringify(others)).not.toMatch(secret);
    for (const job of Object.values(jobs)) {
      if (secret.test(JSON.stringify(job))) expect(job).toHaveProperty("environment");
    }
  });

  it.each(workflows)("%s gives a secret only to the step that needs it", (file) => {
    for (const { steps, ...job } of Object.values(jobsOf(file))) {
      expect(JSON.stringify(job)).not.toMatch(ofStep);
      const holders = steps.filter((step) => ofStep.test(JSON.stringify(step)));
      for (const { run } of holders)
        expect(run).toMatch(/wharf (review|audit|reap|renew)|gh api|^docker login/);
      for (const step of holders) expect(installs(step)).toBe(false);
    }
  });

  it.each(workflows)("%s installs packages before it logs in anywhere", (file) => {
    for (const { steps } of Object.values(jobsOf(file))) {
      const first = steps.findIndex(installs);
      expect(first).toBeGreaterThan(-1);
      const before = steps.slice(0, first).map(({ uses = "" }) => uses.split("@")[0]);
      const known = ["actions/checkout", "actions/setup-node", "pulumi/actions"];
      // A release of the registry's image runs no engine.
      expect(before).toEqual(file.startsWith("registry-image") ? known.slice(0, 2) : known);
    }
  });

  it("for the registry's image pushes, lists and attests one digest, without what other runs have cached", () => {
    const { release } = jobsOf("registry-image/github-actions.yml");
    const steps = release?.steps ?? [];
    const place = (what: RegExp) => steps.findIndex((step) => what.test(JSON.stringify(step)));
    const order = [/npm ci/, /docker login/, /wharf image publish/, /sbom.cdx.json/].map(place);
    expect(order).toEqual(order.toSorted((one, other) => one - other));
    const attested = steps.filter(({ uses = "" }) => uses.startsWith("actions/attest@"));
    expect(attested).toMatchObject(
      [{}, { "sbom-path": "sbom.cdx.json" }].map((more) => ({
        with: {
          "subject-name": "${{ steps.image.outputs.name }}",
          "subject-digest": "${{ steps.image.outputs.digest }}",
          "push-to-registry": true,
          ...more,
        },
      })),
    );
    expect(JSON.stringify(steps)).not.toMatch(/"cache":|actions\/cache/);
  });

  it("for GitHub keep forks and Dependabot out of the job with secrets", () => {
    const { check, review } = jobsOf("github-actions/review.yml");
    expect(check?.if).toBeUndefined();
    expect(review?.if).toContain("head.repo.full_name == github.repository");
    expect(review?.if).toContain("pull_request.user.login != 'dependabot[bot]'");
  });

  it("for GitHub ask for code scanning only where it is available", () => {
    const upload = jobsOf("github-actions/review.yml").review?.steps.find(
      ({ name }) => name === "Code scanning",
    );
    expect(upload?.if).toContain(
      "(!github.event.repository.private || vars.WHARF_CODE_SCANNING == 'true')",
    );
  });

  it("for GitLab give secrets only to what a person lets go on, and none to npm ci", () => {
    const jobs = parse(read("gitlab-ci/.gitlab-ci.yml")) as Record<
      string,
      { before_script: string[]; script: string[]; id_tokens?: object }
    >;
    expect(JSON.stringify(jobs.check)).not.toMatch(secret);
    expect(jobs.review).toMatchObject({
      environment: { name: "review" },
      rules: [{ when: "manual", allow_failure: false }],
    });
    const [install = "", ...rest] = jobs.review?.before_script ?? [];
    expect(install).toMatch(/^env .* npm ci /);
    const held = ["PULUMI_CONFIG_PASSPHRASE", "WHARF_REVIEW_TOKEN"];
    for (const name of [...held, ...Object.keys(jobs.review?.id_tokens ?? {})]) {
      expect(install).toContain(` -u ${name} `);
    }
    // No token is on disk before.
    expect(rest.filter((line) => line.includes(".token"))).not.toEqual([]);
    const lines = jobs.review?.script ?? [];
    expect(lines.find((line) => line.includes("wharf review"))).toMatch(
      /^env -u WHARF_REVIEW_TOKEN /,
    );
    expect(lines.find((line) => line.includes("note.js"))).toMatch(
      /^env -u PULUMI_CONFIG_PASSPHRASE /,
    );
  });

  it("for Jenkins give secrets only to the stage that a person lets go on, no fork's", () => {
    const file = read("jenkins/Jenkinsfile").replace(/^ *\/\/.*$/gm, "");
    // Before the stage that asks, Jenkins has no credentials.
    const [before = "", asking = ""] = file.split("stage('Review')");
    expect(before).not.toMatch(secret);
    expect(asking.indexOf("input {")).toBeLessThan(asking.indexOf("credentials("));
    expect(asking).toContain("input {");
    expect(asking).toContain("expression { !env.CHANGE_FORK }");
  });

  it("for Jenkins fetch a private repository's base before the branch's code runs, and have a home", () => {
    const file = read("jenkins/Jenkinsfile");
    const stages = [...file.matchAll(/stage\('(.*?)'\)/g)].map(([, name]) => name);
    expect(stages).toEqual(["Base", "Install", "Check", "Review without credentials", "Review"]);
    const [, base = ""] = /stage\('Base'\)(.*?)stage\('Install'\)/s.exec(file) ?? [];
    expect(base).toContain("withCredentials([gitUsernamePassword(credentialsId: login)])");
    expect(base).toContain("scm.userRemoteConfigs[0].credentialsId");
    expect(file.match(/git fetch/g)).toHaveLength(1);
    expect(file).toMatch(/^ {2}environment \{[^}]*HOME = "\$\{env\.WORKSPACE_TMP\}\/home"/m);
  });

  it.each([
    ["GitHub", read("github-actions/review.yml")],
    ["GitLab", read("gitlab-ci/.gitlab-ci.yml")],
    ["Jenkins", read("jenkins/Jenkinsfile")],
  ])("for %s review without credentials before they review with them", (_, text) => {
    const reviews = text.match(/wharf review .*/g) ?? [];
    expect(reviews.map((line) => line.includes("--without-credentials"))).toEqual([true, false]);
  });
});

describe("the ready files of pipelines/collection", () => {
  it("run what deletes nothing that a container runs, with rules that a Docker host accepts", () => {
    for (const file of ["crontab", "wharf-collect@.service"])
      expect(read(`collection/${file}`)).toContain("npx --no-install wharf collect --yes --stack");
    const [, block = ""] = /```yaml\n(.*?)```/s.exec(read("collection/README.md")) ?? [];
    const { "wharf:retention": retention } = parse(block) as Record<string, object>;
    const accepted = checkDescription({
      stack: "shop",
      values: { target: "docker", environment: "lab", retention },
      secretKeys: new Set(),
    });
    expect(accepted.collection).toMatchObject({ keepRunning: true });
    expect(accepted.collection?.schedule).toBeUndefined();
  });
});
