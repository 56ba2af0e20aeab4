import { beforeAll, describe, expect, it } from "vitest";
import {
  account,
  answerOf,
  arn,
  eks,
  github,
  isTrusted,
  other,
  region,
  Rendered,
  repository,
  type Document,
} from "./iam-simulation-stack";

let rendered: Rendered;
beforeAll(async () => {
  rendered = await Rendered.create();
});
const trustOf = (role: string) => rendered.documentOf(role, "assumeRolePolicy");

describe("a pipeline", () => {
  const aud = "sts.amazonaws.com";
  const main = { aud, repository: "acme/shop", sub: "repo:acme/shop:ref:refs/heads/main" };
  const withIds = { ...main, sub: "repo:acme@123/shop@456:ref:refs/heads/main" };
  const gitLab = { aud, sub: "project_path:acme/group/shop:ref_type:branch:ref:main" };

  it.each<
    [name: string, role: string, issuer: string, claims: Record<string, string>, trusted: boolean]
  >([
    ["of its branch", "push", github, main, true],
    ["of its branch, with GitHub's ids", "push", github, withIds, true],
    ["for another audience", "push", github, { ...main, aud: "https://github.com/acme" }, false],
    [
      "of another branch",
      "push",
      github,
      { ...main, sub: "repo:acme/shop:ref:refs/heads/dev" },
      false,
    ],
    ["of a pull request, from a fork say", "push", github, pullRequest("acme/shop"), false],
    [
      "of a fork's own branch",
      "push",
      github,
      { aud, repository: "eve/shop", sub: "repo:eve/shop:ref:refs/heads/main" },
      false,
    ],
    [
      "of another project whose name goes on",
      "push",
      github,
      { aud, repository: "acme/shop-web", sub: "repo:acme/shop-web:ref:refs/heads/main" },
      false,
    ],
    [
      "of another project whose subject fits the pattern for ids",
      "push",
      github,
      { ...withIds, repository: "acme/web", sub: "repo:acme@1/web@2:x/shop@3:ref:refs/heads/main" },
      false,
    ],
    [
      "of an environment where a branch is asked for",
      "push",
      github,
      { ...main, sub: "repo:acme/shop:environment:prod" },
      false,
    ],
    [
      "of a tag that fits",
      "pull",
      github,
      { ...main, sub: "repo:acme/shop:ref:refs/tags/v1.2" },
      true,
    ],
    [
      "of a branch that is called like the tag",
      "pull",
      github,
      { ...main, sub: "repo:acme/shop:ref:refs/heads/v1.2" },
      false,
    ],
    [
      "of the ids that were given",
      "ids",
      github,
      { aud, sub: "repo:acme@123/shop@456:environment:prod" },
      true,
    ],
    [
      "of a project that took the name over",
      "ids",
      github,
      { aud, sub: "repo:acme@999/shop@888:environment:prod" },
      false,
    ],
    ["of its branch on GitLab", "lab", "gitlab.com", gitLab, true],
    [
      "of another group on GitLab",
      "lab",
      "gitlab.com",
      { aud, sub: "project_path:acme/other/shop:ref_type:branch:ref:main" },
      false,
    ],
    [
      "of a tag on GitLab that is called like the branch",
      "lab",
      "gitlab.com",
      { aud, sub: "project_path:acme/group/shop:ref_type:tag:ref:main" },
      false,
    ],
  ])("%s is let in or kept out of the role %s", (_, role, issuer, claims, trusted) => {
    expect(isTrusted(trustOf(`pipeline-${role}`), issuer, claims)).toBe(trusted);
  });

  function pullRequest(project: string) {
    return { aud, repository: project, sub: `repo:${project}:pull_request` };
  }
});

describe("a cluster", () => {
  it.each([
    ["flux:source", "sts.amazonaws.com", true],
    ["flux:other", "sts.amazonaws.com", false],
    ["default:source", "sts.amazonaws.com", false],
    ["flux:source", "https://kubernetes.default.svc", false],
  ])("with the service account %s for %s: %s", (serviceAccount, aud, trusted) => {
    const claims = { aud, sub: `system:serviceaccount:${serviceAccount}` };
    expect(isTrusted(trustOf("cluster-prod-workloads"), eks, claims)).toBe(trusted);
  });
});

describe("a service", () => {
  const project = `arn:aws:codebuild:${region}:${account}:project/wharf-shop-build-shop-api`;
  const assume = { action: "sts:AssumeRole", resource: arn("wharf-shop-build-shop-api") };

  it.each([
    ["codebuild.amazonaws.com", account, project, "Allowed"],
    ["codebuild.amazonaws.com", other, project.replace(account, other), "ImplicitlyDenied"],
    ["codebuild.amazonaws.com", account, `${project}-2`, "ImplicitlyDenied"],
    ["lambda.amazonaws.com", account, project, "ImplicitlyDenied"],
  ])("%s takes the role of a build on for account %s and %s: %s", async (...row) => {
    const [principal, sourceAccount, sourceArn, answer] = row;
    const context = { "aws:SourceAccount": sourceAccount, "aws:SourceArn": sourceArn };
    const resource = trustOf("build-shop-api-role");
    expect(await answerOf({ resource }, { ...assume, principal, context })).toBe(answer);
  });
});

describe("another account", () => {
  const asks = (action: string, name: string) => ({
    action,
    resource: repository(name),
    principal: `arn:aws:iam::${other}:role/cluster`,
    context: { "aws:PrincipalArn": `arn:aws:iam::${other}:role/cluster` },
  });
  // What its own administrator would have to allow beside.
  const identity: Document = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
  };

  it.each([
    ["ecr:BatchImportUpstreamImage", "quay/prometheus", "Allowed"],
    ["ecr:CreateRepository", "quay/prometheus", "Allowed"],
    ["ecr:ReplicateImage", "shop/api", "Allowed"],
    ["ecr:BatchImportUpstreamImage", "ghcr/shop", "ImplicitlyDenied"],
    ["ecr:DeleteRepository", "shop/api", "ImplicitlyDenied"],
  ])("by the registry's policy: %s of %s is %s", async (action, name, answer) => {
    const resource = rendered.documentOf("registry-policy");
    expect(await answerOf({ identity, resource }, asks(action, name))).toBe(answer);
  });

  it.each([
    ["ecr:BatchGetImage", "Allowed"],
    ["ecr:PutImage", "ImplicitlyDenied"],
  ])("by a repository's policy: %s is %s", async (action, answer) => {
    // A repository's policy speaks of its own repository and names none.
    const { Version, Statement } = rendered.documentOf("policy-shop/api");
    const resource = {
      Version,
      Statement: Statement.map((statement) => ({ ...statement, Resource: "*" })),
    };
    expect(await answerOf({ identity, resource }, asks(action, "shop/api"))).toBe(answer);
  });
});
