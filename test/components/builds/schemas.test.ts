import type { ValidateFunction } from "ajv";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { platformLogin as awsLogin } from "../../../components/aws/identities/workflows";
import { platformLogin as azureLogin } from "../../../components/azure/identities/workflows";
import { platformLogin as gcpLogin } from "../../../components/gcp/identities/workflows";
import { acrTaskYaml } from "../../../components/builds/acr-task";
import { buildspec } from "../../../components/builds/codebuild";
import { cloudBuildYaml } from "../../../components/builds/cloud-build";
import { pipelineFile } from "../../../components/builds/pipeline-files";
import type { Build } from "../../../components/model/builds";
import { identitySettings, type Identity } from "../../../components/model/identities";
import { workflowFile, type PlatformLogin } from "../../../components/identities/workflow";
import { announce } from "../../support/announce";
import { anyBuild, anyBuildAtAll, buildOf } from "./arbitraries";
import { readTasks } from "../../support/lint/acr-task";
import { actionlint } from "../../support/lint/actionlint";
import { buildspecSchema } from "../../support/lint/buildspec-schema";
import { compiled, publishedSchema } from "../../support/lint/published-schemas";

const images = {
  address: "registry.example.com/shop/api",
  cacheAddress: "registry.example.com/cache",
};

/** Builds that each have something of their own, and as many that chance made. */
const handPicked = [
  {},
  { tag: "v*", tags: ["{semver}", "{tag}-{shortCommit}"] },
  { branch: "release/*", tags: ["{branch}-{date}-{build}", "latest"] },
  { context: "services/api", dockerfile: "services/api/Containerfile", paths: ["services/api/**"] },
  { platforms: ["linux/amd64", "linux/arm64", "linux/arm/v7"], approval: true },
  { platforms: ["linux/arm64"], cache: { kind: "registry", repository: "cache" } },
  {
    schedule: "0 3 * * 1",
    onBaseImage: true,
    tags: ["{commit}-{build}"],
    cache: { kind: "local" },
  },
  {
    arguments: { VERSION: "1.2", MOTTO: 'it\'s $HOME: "{{x}}" ${{ y }} # no\nsecond line' },
    timeoutMinutes: 480,
  },
].map(buildOf);
const drawn = fc.sample(anyBuildAtAll, { numRuns: 40, seed: 7 });
const spread = [...handPicked, ...drawn];
/** What Bitbucket's unprivileged containers can build; the rules refuse the rest. */
const unprivileged = [...handPicked, ...fc.sample(anyBuild, { numRuns: 40, seed: 7 })].filter(
  ({ platforms, cache }) => platforms.join() === "linux/amd64" && cache.kind !== "registry",
);

function faults(check: ValidateFunction, texts: string[]): unknown[] {
  return texts.flatMap((text) =>
    check(parse(text))
      ? []
      : [
          {
            text,
            errors: check.errors?.map(({ instancePath, message }) => `${instancePath} ${message}`),
          },
        ],
  );
}

const filesFrom = (source: string, builds: Build[]) =>
  builds.flatMap((build) =>
    [true, false].map(
      (caFile) =>
        pipelineFile({ ...build, source }, { ...images, host: "registry.example.com", caFile })
          .content,
    ),
  );

/** How each cloud that names it by itself has a pipeline log in. */
const logins: ((identity: Identity) => PlatformLogin)[] = [
  (identity) =>
    awsLogin(identity, {
      ...{ region: "eu-central-1", host: "123456789012.dkr.ecr.eu-central-1.amazonaws.com" },
      role: "arn:aws:iam::123456789012:role/wharf-shop-pipeline-shop-ci",
    }),
  () =>
    azureLogin({
      ...{ cloud: "public", server: "shop.azurecr.io" },
      clientId: "22222222-2222-2222-2222-222222222222",
      tenantId: "33333333-3333-3333-3333-333333333333",
    }),
  () =>
    gcpLogin(
      { project: "acme-registry", location: "europe-west3" },
      "projects/123456789012/locations/global/workloadIdentityPools/wharf-shop-github/providers/github",
    ),
];
const identities: Identity[] = ["github", "gitlab", "https://gitlab.example.com"].flatMap(
  (issuer) =>
    [{}, { branch: "release/*" }, { tag: "v*" }, { environment: "production" }].map((start) =>
      identitySettings.parse({
        ...{ name: "shop-ci", issuer, project: "acme/shop", push: ["shop/api"], pull: ["base"] },
        ...start,
      }),
    ),
);
const identityFiles = (gitHub: boolean) =>
  identities
    .filter(({ issuer }) => (issuer === "github") === gitHub)
    .flatMap((identity) =>
      logins.map((loginOf) =>
        workflowFile(identity, loginOf(identity), {
          "shop/api": images.address,
          base: "registry.example.com/base",
        }),
      ),
    );

describe("a generated definition", () => {
  it("is a buildspec after CodeBuild's reference", () => {
    const texts = spread.flatMap((build) => [
      buildspec(build),
      buildspec(build, images.cacheAddress),
    ]);
    expect(faults(compiled(buildspecSchema), texts)).toEqual([]);
  });

  it("is a build after Cloud Build's published schema", async () => {
    const texts = spread.map((build) => cloudBuildYaml(build, images));
    expect(faults(await publishedSchema("cloudbuild", announce), texts)).toEqual([]);
  });

  it("is a task file that ACR Tasks' own template engine and YAML reader take, strictly", async () => {
    const run = {
      ID: "ca1",
      Registry: "shop.azurecr.io",
      Date: "20270131-101112z",
      Commit: "0".repeat(40),
      Branch: "main",
    };
    const builds = spread.filter(({ tag }) => tag === undefined);
    const read = await readTasks(builds.map(acrTaskYaml), run, announce);
    expect(read.map((steps) => steps.length)).toEqual(
      builds.map(({ platforms, tags }) =>
        platforms.length === 1 ? 2 : platforms.length + 1 + 2 * tags.length,
      ),
    );
  });

  it("is a workflow after GitHub's published schema and actionlint", async () => {
    const texts = [...filesFrom("github.com/acme/shop", spread), ...identityFiles(true)];
    expect(faults(await publishedSchema("github-workflows", announce), texts)).toEqual([]);
    // A spread of them: actionlint is a process for each.
    const linted = [
      ...filesFrom("github.com/acme/shop", spread.slice(0, 16)),
      ...identityFiles(true),
    ];
    expect((await actionlint(linted, announce)).flat()).toEqual([]);
  });

  it("is a pipeline after GitLab's published schema", async () => {
    const texts = [...filesFrom("gitlab.com/acme/shop", spread), ...identityFiles(false)];
    expect(faults(await publishedSchema("gitlab-ci", announce), texts)).toEqual([]);
  });

  it("is a pipeline after Bitbucket's published schema", async () => {
    const texts = filesFrom("bitbucket.org/acme/shop", unprivileged);
    expect(faults(await publishedSchema("bitbucket-pipelines", announce), texts)).toEqual([]);
  });
});

describe("a check of definitions", () => {
  it("finds a field that there is not", async () => {
    const wrong = { phases: { build: { comands: ["true"] } }, version: 0.2 };
    expect(compiled(buildspecSchema)(wrong)).toBe(false);
    const [faulty = []] = await actionlint(
      ["on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    step: []\n"],
      announce,
    );
    expect(faulty.length).toBeGreaterThan(0);
    await expect(
      readTasks(
        ["version: v1.1.0\nsteps:\n  - bild: .\n"],
        { ID: "", Registry: "", Date: "", Commit: "", Branch: "" },
        announce,
      ),
    ).rejects.toThrow("field bild not found");
    expect((await publishedSchema("cloudbuild", announce))({ steps: [{ nam: "x" }] })).toBe(false);
  });
});
