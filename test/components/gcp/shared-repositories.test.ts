import { describe, expect, it } from "vitest";
import { checkDescription } from "../../../components/description/check";
import { changes } from "../../../components/gcp";
import {
  compileShared,
  compileArtifactRegistry,
} from "../../../components/retention/artifact-registry";
import { evaluateArtifactRegistry } from "../../../components/retention/artifact-registry-evaluation";
import { ofType, register } from "./registration";

const gcp = { sharedRepositories: ["shop"] };
const [api, web] = [{ name: "shop/api" }, { name: "shop/web" }];
const team = "group:shop@example.com";
const repositoryType = "gcp:artifactregistry/repository:Repository";

/** What a stack of these repositories is told of those that are in its state. */
function told(values: Record<string, unknown>, standing: [id: string, description: string][]) {
  const description = checkDescription({
    stack: "dev",
    values: { target: "gcp", ...values },
    secretKeys: new Set(),
  });
  const resources = standing.map(([repositoryId, description]) => ({
    ...{ urn: "", type: repositoryType, name: `registry-repository-${repositoryId}` },
    properties: { repositoryId, description },
  }));
  const { problems } = changes({ ...description, stack: "dev" } as never, resources);
  return problems.map(({ key, message, fix }) => [key, message, fix]);
}

describe("a shared repository", () => {
  it("holds the images of all that begin with its name, beside repositories of their own", async () => {
    const stack = await register({
      gcp: { ...gcp, builds: { connections: { "github.com": { existing: "github" } } } },
      repositories: [api, web, { name: "base/alpine" }],
      access: { pull: [team] },
      identities: [{ name: "ci", project: "acme/shop", push: ["shop/api", "shop/web"] }],
      builds: [
        {
          ...{ repository: "shop/api", source: "github.com/acme/shop", branch: "main" },
          cache: { kind: "registry", repository: "shop/web" },
        },
      ],
    });
    expect(Object.keys(ofType(stack, repositoryType))).toEqual([
      "registry-repository-shop",
      "registry-repository-base-alpine",
    ]);
    const address = "europe-west3-docker.pkg.dev/acme-registry";
    expect(stack.outputs.repositories).toEqual({
      "shop/api": `${address}/shop/api`,
      "shop/web": `${address}/shop/web`,
      "base/alpine": `${address}/base-alpine/alpine`,
    });
    const grants = Object.keys(
      ofType(stack, "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember"),
    );
    expect(grants.filter((name) => !name.includes("base-alpine")).sort()).toEqual([
      "registry-build-shop-api/push/shop",
      `registry-grant-shop-pull-${team}`,
      "registry-identity-ci/push/shop",
    ]);
    expect((stack.outputs.notes as string[]).join("\n")).toContain(
      "Of the builds, shop-api may push every image of the repository shop: Artifact Registry grants a whole repository.",
    );
  });

  it("has one upstream of a virtual repository, and download rules of its images", async () => {
    const stack = await register({
      gcp: {
        ...gcp,
        virtualRepositories: [{ name: "all" }],
        downloadRules: [{ name: "no-web", repository: "shop/team/web", action: "deny" }],
      },
      repositories: [api, { name: "shop/team/web" }],
    });
    expect(ofType(stack, repositoryType)["registry-repository-all"]?.inputs).toMatchObject({
      virtualRepositoryConfig: { upstreamPolicies: [{ id: "shop" }] },
    });
    const [rule] = Object.values(ofType(stack, "gcp:artifactregistry/rule:Rule"));
    expect(rule?.inputs).toMatchObject({ packageId: "team%2Fweb" });
  });

  const retention = { keepLast: 10, untaggedAfterDays: 7 };
  it("deletes by the names of its images only where they differ", async () => {
    const policies = async (ofWeb: object) => {
      const stack = await register({
        ...{ gcp, environment: "prod", immutableTags: { enabled: false } },
        repositories: [
          { ...api, retention },
          { ...web, retention: ofWeb },
        ],
      });
      const { inputs } = ofType(stack, repositoryType)["registry-repository-shop"] ?? {};
      return inputs?.cleanupPolicies as { id: string; condition?: object }[];
    };
    expect((await policies(retention)).map(({ id }) => id)).toEqual([
      ...["delete-tagged", "keep-tags", "keep-newest", "delete-untagged"],
    ]);
    expect(await policies({ untaggedAfterDays: 3 })).toEqual(
      expect.arrayContaining([
        {
          id: "keep-newest-1",
          action: "KEEP",
          mostRecentVersions: { keepCount: 10, packageNamePrefixes: ["api"] },
        },
        {
          id: "delete-untagged-2",
          action: "DELETE",
          condition: {
            ...{ tagState: "UNTAGGED", olderThan: "259200s", packageNamePrefixes: ["web"] },
          },
        },
      ]),
    );
  });

  it("deletes of each image what a repository of its own would", () => {
    const now = new Date("2026-06-30T00:00:00Z");
    const block = (own: object) => ({ keep: [], dryRun: false, ...own }) as never;
    const ofApi = block({ keepLast: 1, untaggedAfterDays: 7 });
    const ofWeb = block({ expireAfterDays: 30, keep: ["v*"] });
    const images = (repository: string) =>
      [
        ["v1", 60],
        ["dev", 60],
        ["dev-2", 10],
        [undefined, 20],
        [undefined, 2],
      ].map(([tag, days], index) => ({
        repository,
        digest: `sha256:${String(index).repeat(64)}`,
        tags: tag === undefined ? [] : [String(tag)],
        pushedAt: new Date(now.getTime() - Number(days) * 86_400_000),
      }));
    const outcomes = (verdicts: { outcome: string }[]) => verdicts.map(({ outcome }) => outcome);
    const shared = compileShared([
      { image: "api", retention: ofApi },
      { image: "web", retention: ofWeb },
    ]);
    for (const [name, retention] of [
      ["shop/api", ofApi],
      ["shop/web", ofWeb],
    ] as const) {
      const own = compileArtifactRegistry(retention);
      const alone = outcomes(evaluateArtifactRegistry(own, images(name), now));
      expect(outcomes(evaluateArtifactRegistry(shared, images(name), now))).toEqual(alone);
      expect(new Set(alone).size).toBe(2);
    }
  });

  it("is neither made of standing repositories nor taken apart", () => {
    const way =
      "For the other shape describe a stack of its own (pulumi stack init dev-2 --copy-config-from dev) and copy the images, as with gcrane cp --recursive";
    const both = { repositories: [api, web] };
    expect(told({ ...both, gcp }, [["shop-api", "Images of shop/api"]])).toEqual([
      [
        "wharf:gcp.sharedRepositories[0]",
        `would make shop/api images of the repository shop, and the existing stack has a repository of its own for each: their addresses would change, and their images would stay in the earlier repositories or be deleted with them. ${way}`,
        "pulumi config rm --path 'wharf:gcp.sharedRepositories[0]'",
      ],
    ]);
    const shared: [string, string] = ["shop", "Images below shop"];
    expect(told({ ...both, gcp }, [shared])).toEqual([]);
    expect(told(both, [shared])).toEqual([
      [
        "wharf:gcp.sharedRepositories",
        `lacks shop: on the existing stack shop/api, shop/web are images of the repository shop, and without it each would get a repository of its own: their addresses would change, and their images would stay in shop or be deleted with it. ${way}`,
        "pulumi config set --path 'wharf:gcp.sharedRepositories[0]' shop",
      ],
    ]);
    expect(told(both, [["shop", "Images of shop"]])).toEqual([]);
  });
});
