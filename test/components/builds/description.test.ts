import { describe, expect, it } from "vitest";
import { checkDescription } from "../../../components/description/check";
import { buildsRows } from "./bad-inputs";

/** What a description is refused with, below the head line. */
function reportOf(config: Record<string, unknown>): string {
  try {
    checkDescription({ stack: "shop", values: config, secretKeys: new Set() });
  } catch (error) {
    return (error as Error).message.split("\n").slice(1).join("\n");
  }
  return "nothing: it was accepted";
}

describe("a description of builds and pipelines that cannot be carried out", () => {
  it.each(buildsRows)("is refused for $name", ({ config, report }) => {
    expect(reportOf(config)).toBe(report);
  });

  it("has rows of names of their own", () => {
    const names = buildsRows.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
  });
});

const built = (build: object) => ({
  repositories: [{ name: "shop/api" }, { name: "layers", immutableTags: { enabled: false } }],
  builds: [{ repository: "shop/api", source: "github.com/acme/shop", ...build }],
});

describe("a description of builds that can be carried out", () => {
  it.each([
    ["tags that are excepted from staying", { tags: ["latest", "stable"] }],
    ["the tag of a commit, once for each", { tags: ["{commit}", "{shortCommit}"] }],
    ["the tag of a scheduled build", { tags: ["{commit}-{build}"], schedule: "0 3 * * 1" }],
    ["a Git tag and its version", { tag: "v*", tags: ["{tag}", "{semver}"] }],
    ["layers where tags move", { cache: { kind: "registry", repository: "layers" } }],
    ["a path that turns back within the source code", { context: "api/../web" }],
    ["a long text with a branch that has room", { tags: [`${"x".repeat(80)}-{branch}-{build}`] }],
  ])("is accepted for %s", (_, build) => {
    expect(reportOf({ target: "aws", environment: "dev", ...built(build) })).toBe(
      "nothing: it was accepted",
    );
  });

  it("is accepted for a build of the default repository", () => {
    const builds = [{ repository: "app", source: "github.com/acme/shop" }];
    expect(reportOf({ target: "docker", builds })).toBe("nothing: it was accepted");
  });
});
