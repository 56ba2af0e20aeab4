import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { identitySettings } from "../../../components/model/identities";
import { workflowFile, type PlatformLogin } from "../../../components/identities/workflow";

const login: PlatformLogin = {
  github: { permissions: { packages: "read" }, steps: [{ name: "Log in", run: "docker login" }] },
  gitlab: { audience: "https://cloud.example.com", script: ["log-in"] },
};
const addresses = {
  "shop/api": "registry.example.com/shop/api",
  base: "registry.example.com/base",
};
const fileOf = (settings: object) =>
  parse(
    workflowFile(
      identitySettings.parse({
        ...{
          name: "shop-ci",
          project: "acme/shop",
          push: ["shop/api"],
          pull: ["shop/api", "base"],
        },
        ...settings,
      }),
      login,
      addresses,
    ),
  ) as Record<string, Record<string, unknown>>;

describe("the pipeline file of a keyless identity", () => {
  it("asks GitHub for the token and no more, logs in, pushes and pulls", () => {
    const { permissions, jobs, on } = fileOf({});
    expect(permissions).toEqual({ contents: "read", "id-token": "write", packages: "read" });
    expect(on).toEqual({ push: { branches: ["main"] }, workflow_dispatch: {} });
    const { steps } = jobs?.push as { steps: { run?: string }[] };
    expect(steps.map(({ run }) => run)).toEqual([
      undefined,
      "docker login",
      [
        'docker build --tag "registry.example.com/shop/api:$GITHUB_SHA" .',
        'docker push "registry.example.com/shop/api:$GITHUB_SHA"',
        'docker pull "registry.example.com/base:latest"',
        "",
      ].join("\n"),
    ]);
  });

  it("runs where the token's subject will be the identity's", () => {
    expect(fileOf({ branch: "release/*" }).on).toMatchObject({
      push: { branches: ["release/**"] },
    });
    expect(fileOf({ tag: "v*" }).on).toEqual({ push: { tags: ["v**"] } });
    expect(fileOf({ environment: "production" }).jobs?.push).toMatchObject({
      environment: "production",
    });
    const gitLab = (start: object) => fileOf({ issuer: "gitlab", ...start })["push-shop-ci"];
    expect(gitLab({ branch: "release/*" })?.rules).toEqual([
      { if: "$CI_COMMIT_BRANCH =~ /^release\\/.*$/" },
    ]);
    expect(gitLab({ tag: "v*" })?.rules).toEqual([{ if: "$CI_COMMIT_TAG =~ /^v.*$/" }]);
    expect(gitLab({ environment: "production" })).toMatchObject({ environment: "production" });
    expect(gitLab({ environment: "production" })).not.toHaveProperty("rules");
  });

  it("asks GitLab for a token of the platform's audience", () => {
    expect(fileOf({ issuer: "gitlab" })["push-shop-ci"]).toMatchObject({
      id_tokens: { WHARF_ID_TOKEN: { aud: "https://cloud.example.com" } },
      script: [
        "log-in",
        'docker build --tag "registry.example.com/shop/api:$CI_COMMIT_SHA" .',
        'docker push "registry.example.com/shop/api:$CI_COMMIT_SHA"',
        'docker pull "registry.example.com/base:latest"',
      ],
    });
  });
});
