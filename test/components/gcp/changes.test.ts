import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { refusesRepository } from "../../../offline/providers/gcp/artifactregistry";
import { nameOf, ReadyStack, type Moment } from "../../support/ready-stack";

const up = ["up", "--yes", "--skip-preview"];
const team = "group:shop@example.com";

/** Three images, two of which share a repository; nothing else of the ready stack. */
const shared = {
  "wharf:repositories": [
    { name: "shop/api" },
    { name: "shop/web", retention: { expireAfterDays: 30 } },
    { name: "base/alpine" },
  ],
  "wharf:immutableTags": { enabled: false },
  "wharf:access": { push: [team] },
  "wharf:encryption": {},
  "wharf:pullThroughCaches": [],
  "wharf:builds": [],
  "wharf:identities": [{ name: "ci", project: "acme/shop", push: ["shop/api", "shop/web"] }],
  "wharf:gcp": { sharedRepositories: ["shop"] },
};

const done = (moments: Moment[], op: string) =>
  moments.filter((one) => one.moment === "ends" && one.op === op).map(({ urn }) => nameOf(urn));

// In this order, on one registry.
describe.sequential("an existing registry", () => {
  let stack: ReadyStack;
  beforeAll(async () => {
    stack = await ReadyStack.create("gcp");
    await stack.configure(shared);
  });
  afterAll(() => stack?.remove());

  test("comes up with a repository for several images", async () => {
    const { moments } = await stack.run(...up);
    const created = done(moments, "create").filter((name) => name.includes("repository"));
    expect(created.sort()).toEqual(["registry-repository-base-alpine", "registry-repository-shop"]);
  });

  test("takes one more image into it by a change of its policies only", async () => {
    await stack.configure({
      "wharf:repositories": [...shared["wharf:repositories"], { name: "shop/jobs" }],
      "wharf:identities": [],
    });
    const { moments } = await stack.run(...up);
    expect(done(moments, "update")).toEqual(["registry-repository-shop"]);
    // The identity's own are deleted, and all else is as it was.
    const others = moments.filter(({ op }) => !["same", "update"].includes(op));
    expect(new Set(others.map(({ op }) => op))).toEqual(new Set(["delete"]));
    expect(done(moments, "delete").filter((name) => name.includes("-repository-"))).toEqual([]);
  });

  test("is refused another shape, and nothing is touched", async () => {
    const refused = async (sharedRepositories: string[]) => {
      await stack.configure({ "wharf:gcp": { sharedRepositories } });
      const { exitCode, said, moments } = await stack.attempt(...up);
      expect(exitCode).not.toBe(0);
      expect(moments).toEqual([]);
      return said.split(/\s+/).join(" ");
    };
    expect(await refused([])).toContain(
      "wharf:gcp.sharedRepositories lacks shop: on the existing stack shop/api, shop/web, shop/jobs are images of the repository shop",
    );
    expect(await refused(["shop", "base"])).toContain(
      "wharf:gcp.sharedRepositories[1] would make base/alpine images of the repository base, and the existing stack has a repository of its own for each",
    );
  });
});

test("the simulated platform refuses more policies than a repository may have, and two of a name", () => {
  const refuses = (ids: string[]) =>
    refusesRepository({
      ...{ before: undefined, existing: () => [] },
      after: { cleanupPolicies: ids.map((id) => ({ id })) },
    });
  const ten = Array.from({ length: 10 }, (_, i) => `policy-${i}`);
  expect(refuses(ten)).toBeUndefined();
  expect(refuses([...ten, "one-more"])).toContain("at most 10");
  expect(refuses(["one", "one"])).toContain("named one");
});
