import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { acrTask } from "../../../components/builds/acr-task";
import {
  bitbucketPattern,
  gitHubPattern,
  gitLabPattern,
  patternToRegex,
} from "../../../components/builds/branches";
import { buildspec } from "../../../components/builds/codebuild";
import { cloudBuild, cloudBuildYaml } from "../../../components/builds/cloud-build";
import { pipelineFile, pipelineFiles } from "../../../components/builds/pipeline-files";
import type { Build } from "../../../components/model/builds";
import { sourcePath } from "../../../components/builds/docker-script";
import { anyBuild, buildOf } from "./arbitraries";
import { RecordingMachine, type Ended } from "./build-machine";
import {
  type PushTo,
  runAcrTask,
  runBitbucketSteps,
  runBuildspec,
  runCloudBuild,
  runGitLabJob,
  runWorkflow,
  type Start,
} from "./build-platforms";

const to: PushTo = {
  host: "registry.example.com:5000",
  address: "registry.example.com:5000/shop/api",
  cacheAddress: "registry.example.com:5000/shop/cache",
  ...{ username: "ci", password: "not a secret in a test", ca: "" },
};
const from = (source: string, build: Build) => pipelineFile({ ...build, source }, to).content;

/** Every platform that builds, by the definition that it is given. */
const platforms: Record<
  string,
  (build: Build, start: Start, machine: RecordingMachine) => Promise<Ended>
> = {
  CodeBuild: (build, start, machine) => runBuildspec(buildspec(build), start, to, machine),
  "Cloud Build": (build, start, machine) =>
    runCloudBuild(cloudBuildYaml(build, { address: to.address }), start, machine),
  "ACR Tasks": (build, start, machine) => runAcrTask(acrTask(build).step, start, to, machine),
  "GitHub Actions": (build, start, machine) =>
    runWorkflow(from("github.com/acme/shop", build), start, to, machine),
  "GitLab CI": (build, start, machine) =>
    runGitLabJob(from("gitlab.com/acme/shop", build), start, to, machine),
  "Bitbucket Pipelines": (build, start, machine) =>
    runBitbucketSteps(from("bitbucket.org/acme/shop", build), start, to, machine),
};

const commit = "0123456789abcdef0123456789abcdef01234567";
const today = () => new Date().toISOString().slice(0, 10).replaceAll("-", "");

/** The values of an option that appears several times. */
const valuesOf = (call: string[], ...options: string[]) =>
  call.filter((_, i) => options.includes(call[i - 1] ?? ""));

describe.each(Object.keys(platforms))("a build on %s", (platform) => {
  let machine: RecordingMachine;
  beforeAll(async () => {
    machine = await RecordingMachine.create();
  });
  afterAll(() => machine?.remove());

  const startsTags = platform !== "ACR Tasks";
  const run = async (build: Build, start: Start) => {
    const ended = await platforms[platform]?.(build, start, machine);
    const calls = await machine.takeCalls();
    return { ended, calls, docker: calls.find(([command]) => command === "build") ?? [] };
  };

  it("gives Docker every value to the letter", async () => {
    // ACR's source trigger has no Git tags, and its tasks accept no path with a space; the rules refuse both.
    const builds = anyBuild.filter(({ tag }) => startsTags || tag === undefined);
    await fc.assert(
      fc.asyncProperty(builds, async (build) => {
        const start = {
          commit,
          build: "7",
          ...(build.tag === undefined ? { branch: "main" } : { tag: "v1.2.3" }),
        };
        const { ended, docker, calls } = await run(build, start);
        expect(ended?.exitCode, ended?.said).toBe(0);
        expect(valuesOf(docker, "--build-arg").sort()).toEqual(
          Object.entries(build.arguments)
            .map(([name, value]) => `${name}=${value}`)
            .sort(),
        );
        expect(valuesOf(docker, "--file", "-f").map(sourcePath)).toEqual([
          sourcePath(build.dockerfile),
        ]);
        expect(docker.at(-1)).toBe(sourcePath(build.context));
        const images = valuesOf(docker, "--tag", "-t");
        expect(images).toHaveLength(build.tags.length);
        expect(calls.filter(([command]) => command === "push").map(([, image]) => image)).toEqual(
          images,
        );
      }),
      { numRuns: 20 },
    );
  });

  const branchStart = { commit, branch: "feature/a b+c", build: "42" };
  const tagStart = { commit, tag: "v1.2.3+linux", build: "42" };
  it.each([
    ["shortCommit", "{shortCommit}", branchStart],
    ["build", "b{build}", branchStart],
    ["date", "{date}-nightly", branchStart],
    ["branch", "{branch}", branchStart],
    ...(startsTags
      ? ([
          ["tag", "{tag}", tagStart],
          ["semver", "release-{semver}", tagStart],
        ] as const)
      : []),
  ] as [string, string, Start][])("fills in {%s}", async (word, template, start) => {
    const on =
      start.tag === undefined
        ? { branch: startsTags ? "feature/*" : "feature/a+c" }
        : { tag: "v*" };
    const { ended, docker } = await run(buildOf({ ...on, tags: [template] }), start);
    expect(ended?.exitCode, ended?.said).toBe(0);
    const expected: Record<string, string> = {
      shortCommit: "[0-9a-f]{7}",
      build: "b42",
      date: `${today()}-nightly`,
      branch: startsTags ? "feature-a-b-c" : "feature-a-c",
      tag: "v1.2.3-linux",
      semver: "release-1.2.3-linux",
    };
    expect(valuesOf(docker, "--tag", "-t")).toEqual([
      expect.stringMatching(
        new RegExp(`^registry\\.example\\.com:5000/shop/api:${expected[word]}$`),
      ) as string,
    ]);
  });

  it("cuts a branch to what a tag has room for", async () => {
    const branch = `feature/${"x".repeat(150)}`;
    const build = buildOf({
      branch: startsTags ? "feature/*" : branch,
      tags: ["{branch}-{commit}"],
    });
    const { docker } = await run(build, { commit, branch, build: "1" });
    const [image = ""] = valuesOf(docker, "--tag", "-t");
    expect(image.split(":").at(-1)).toMatch(/^feature-x{79}-[0-9a-f]{40}$/);
  });

  if (startsTags) {
    it("stops before it builds where a Git tag is not a version", async () => {
      const build = buildOf({ tag: "v*", tags: ["{semver}"] });
      const { ended, docker } = await run(build, { commit, tag: "vnext", build: "1" });
      expect(ended?.exitCode).not.toBe(0);
      expect(ended?.said).toContain("vnext is not a version such as v1.2.3");
      expect(docker).toEqual([]);
    });
  }
});

describe("a pattern of branches", () => {
  test.each([
    ["main", "main", true],
    ["main", "main2", false],
    ["release/*", "release/1/2", true],
    ["a.b", "axb", false],
    ["c++", "c++", true],
  ])("%s as a regular expression: %s is %s", (pattern, branch, matches) => {
    expect(new RegExp(patternToRegex(pattern)).test(branch)).toBe(matches);
    expect(new RegExp(patternToRegex(pattern, "refs/heads/")).test(`refs/heads/${branch}`)).toBe(
      matches,
    );
  });

  test("is written as each platform has it", () => {
    expect(gitHubPattern("release/*+1")).toBe("release/**\\+1");
    expect(bitbucketPattern("release/*")).toBe("release/**");
    expect(gitLabPattern("release/*")).toBe("/^release\\/.*$/");
  });
});

describe("a definition", () => {
  const emulated = { platforms: ["linux/amd64", "linux/arm64"] };

  it("has Cloud Build push and list the images whose tags it can make itself", () => {
    const { images } = cloudBuild(buildOf({ tags: ["{shortCommit}", "b{build}"] }), {
      address: "host/shop",
    });
    expect(images).toEqual(["host/shop:${SHORT_SHA}", "host/shop:b${BUILD_ID}"]);
    expect(cloudBuild(buildOf({ tags: ["{date}"] }), { address: "host/shop" })).not.toHaveProperty(
      "images",
    );
  });

  it("gives ACR a docker step only for plain words", () => {
    const typeOf = (settings: object) => acrTask(buildOf({ ...settings })).step.type;
    expect(typeOf({})).toBe("Docker");
    expect(typeOf({ arguments: { A: "plain" } })).toBe("Docker");
    expect(typeOf({ arguments: { A: "$(id)" } })).toBe("EncodedTask");
    expect(typeOf({ context: "api" })).toBe("EncodedTask");
    expect(typeOf(emulated)).toBe("EncodedTask");
  });

  it("says where a pipeline file belongs, what it needs and which runners it is for", () => {
    const addresses = { "shop/api": "registry.example.com:5000/shop/api" };
    const [text = ""] = Object.values(pipelineFiles([buildOf()], to.host, addresses, true));
    expect(text.split("\n").slice(0, 4)).toEqual([
      "# .github/workflows/shop-api.yml of github.com/acme/shop, whose runners must reach registry.example.com:5000.",
      "# Secrets of the repository: WHARF_USERNAME and WHARF_PASSWORD, a user of the registry.",
      "# Variable of the repository: WHARF_CA, the CA of the registry's certificate, PEM.",
      "name: shop-api",
    ]);
    expect(text).toContain("REPOSITORY: registry.example.com:5000/shop/api");
  });

  it("builds for several platforms by emulators and a builder, and keeps layers where it is told", () => {
    const text = buildspec(
      buildOf({ ...emulated, cache: { kind: "registry", repository: "c" } }),
      "host/c",
    );
    expect(text).toContain("--install arm64");
    expect(text).toContain('--cache-from type=registry,ref="$CACHE_REPOSITORY:shop-api-cache"');
    expect(text).toContain("--platform linux/amd64,linux/arm64");
    expect(text).not.toContain("docker push");
  });
});
