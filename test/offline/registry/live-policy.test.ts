import { afterEach, describe, expect, it } from "vitest";
import { imageOf, RolesRegistry, user, type Policy } from "./roles-registry";

const rules = [{ repositories: ["**"], actions: ["pull" as const, "push" as const] }];
const policy: Policy = { version: 1, users: [user("ci", rules)] };
const text = JSON.stringify(policy);
/** Files that must not take the place of a valid one, since they say something else than was meant. */
const invalid: Record<string, string> = {
  "half of the file": text.slice(0, text.length / 2),
  nothing: "",
  "an unknown field": JSON.stringify({ ...policy, allowForm: ["10.0.0.0/8"] }),
};

let registry: RolesRegistry | undefined;
afterEach(() => registry?.stop());

const status = async (running: RolesRegistry, as?: string) =>
  (await running.ask("/v2/", { as })).status;

describe("the policy file", () => {
  it("holds nobody up before it is there: everybody is refused, and then it counts", async () => {
    registry = await RolesRegistry.start();
    await registry.said(/nobody is let in/);
    const refused = await registry.ask("/v2/", { as: "ci" });
    expect(refused.status).toBe(503);
    expect(refused.body).toContain("the registry has no valid policy yet, so nobody is let in");
    registry.write(invalid["half of the file"]);
    await registry.said(/unexpected EOF.*nobody is let in/);
    expect(await status(registry, "ci")).toBe(503);
    await registry.change(policy);
    expect(await status(registry, "ci")).toBe(200);
    expect(await status(registry)).toBe(401);
  });

  it("keeps what it said last while it is invalid or missing, and pushes go on", async () => {
    const running = await RolesRegistry.start(policy);
    registry = running;
    let pushes = 0;
    let ended = false;
    const failures: unknown[] = [];
    const pushing = (async () => {
      while (!ended) {
        await running
          .push("team/app", `t${(pushes += 1)}`, `image ${pushes}`, "ci")
          .catch((error: unknown) => failures.push(error));
      }
    })();
    for (const [what, contents] of Object.entries(invalid)) {
      const before = running.log().length;
      running.write(contents);
      await running.said(/the last valid policy holds/, before);
      expect(await status(running, "ci"), what).toBe(200);
      expect(await status(running, "x:y"), what).toBe(401);
    }
    const before = running.log().length;
    running.write(undefined);
    await running.said(
      /the file does not exist.*the last valid policy holds|valid policy holds/,
      before,
    );
    expect(await status(running, "ci")).toBe(200);
    expect((await running.metrics()).body).toMatch(/wharf_registry_policy_valid 0/);
    await running.change(policy);
    ended = true;
    await pushing;
    expect(failures).toEqual([]);
    expect(pushes).toBeGreaterThan(0);
    expect((await running.metrics()).body).toMatch(/wharf_registry_policy_valid 1/);
  });

  it("takes rights, secrets and users away at once", async () => {
    registry = await RolesRegistry.start({
      version: 1,
      users: [user("ci", rules), user("old", rules)],
    });
    await registry.push("team/app", "v1", "one", "ci");
    expect(await status(registry, "old")).toBe(200);
    await registry.change({
      version: 1,
      users: [
        user("ci", [{ repositories: ["team/*"], actions: ["pull"] }]),
        user("old", rules, {
          secrets: [{ ...secretOf("old"), until: "2020-01-01T00:00:00Z" }, secretOf("new")],
        }),
      ],
      immutableTags: [{ repositories: ["**"] }],
    });
    const { manifest } = imageOf("one");
    expect((await registry.putManifest("team/app", "v2", manifest, "ci")).status).toBe(403);
    expect(await status(registry, "old")).toBe(401);
    expect(await status(registry, "old:new's password")).toBe(200);
    await registry.change({ version: 1, users: [] });
    expect(await status(registry, "ci")).toBe(401);
    await registry.change({ version: 1, users: [user("ci", rules)], allowFrom: ["192.0.2.0/24"] });
    expect(await status(registry, "ci")).toBe(403);
  });
});

function secretOf(name: string): object {
  return (user(name, []) as { secrets: object[] }).secrets[0] ?? {};
}
