import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { platformLogin as awsLogin } from "../components/aws/identities/workflows";
import { platformLogin as azureLogin } from "../components/azure/identities/workflows";
import { pipelineFile } from "../components/builds/pipeline-file";
import { platformLogin as gcpLogin } from "../components/gcp/identities/workflows";
import { identitySettings } from "../components/identities/settings";
import { workflowFile } from "../components/identities/workflow";
import { buildOf } from "./build-arbitraries";

const directory = join(__dirname, "../pipelines");
const read = (file: string) => readFileSync(join(directory, file), "utf8");

/** Every file of pipelines/ that is a workflow of GitHub Actions. */
const workflows = readdirSync(directory, { recursive: true, encoding: "utf8" }).filter(
  (file) => /\.ya?ml$/.test(file) && /^ +runs-on:/m.test(read(file)),
);

/** What Wharf generates for GitHub Actions, by what it is for. */
function generated(): [string, string][] {
  const host = "registry.example.com";
  const address = `${host}/shop/api`;
  const build = buildOf({ source: "github.com/acme/shop" });
  const settings = { name: "ci", project: "acme/shop", push: ["shop/api"] };
  const identity = identitySettings.parse(settings);
  const logins = {
    aws: awsLogin(identity, { region: "eu-central-1", host, role: "arn:aws:iam::1:role/ci" }),
    azure: azureLogin({ cloud: "public", server: host, clientId: "id", tenantId: "id" }),
    gcp: gcpLogin({ project: "acme", location: "europe-west3" }, "projects/1/providers/github"),
  };
  return [
    ["a build", pipelineFile(build, { host, address, caFile: true }).content],
    ...Object.entries(logins).map(([target, login]): [string, string] => [
      `an identity on ${target}`,
      workflowFile(identity, login, { "shop/api": address }),
    ]),
  ];
}

describe("the actions", () => {
  it.each([
    ...workflows.map((file) => [`pipelines/${file}`, read(file)] as [string, string]),
    ...generated(),
  ])("of %s are pinned by commit, with the version beside it", (_, text) => {
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

  it.each(workflows)("%s gives secrets only to a job that a person lets go on", (file) => {
    const { jobs, ...rest } = parse(read(file)) as { jobs: Record<string, object> };
    const { permissions, ...others } = rest as { permissions?: object };
    if (file.endsWith("review.yml")) expect(JSON.stringify(permissions)).not.toMatch(secret);
    expect(JSON.stringify(others)).not.toMatch(secret);
    for (const job of Object.values(jobs)) {
      if (secret.test(JSON.stringify(job))) expect(job).toHaveProperty("environment");
    }
  });

  it("for GitLab and Jenkins give secrets only to what a person lets go on", () => {
    const jobs = parse(read("gitlab-ci/.gitlab-ci.yml")) as Record<string, object>;
    expect(JSON.stringify(jobs.check)).not.toMatch(secret);
    expect(jobs.review).toMatchObject({
      environment: { name: "review" },
      rules: [{ when: "manual", allow_failure: false }],
    });
    // Before the stage that asks, Jenkins knows no credentials.
    const [before = "", asking = ""] = read("jenkins/Jenkinsfile").split("stage('Review')");
    expect(before.replace(/^\/\/.*$/gm, "")).not.toMatch(secret);
    expect(asking.indexOf("input {")).toBeLessThan(asking.indexOf("credentials("));
    expect(asking).toContain("input {");
  });
});
