import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { until } from "../../support/running-registry";
import { imageOf, RolesRegistry, user, type Image, type Policy } from "./roles-registry";

const policy: Policy = {
  version: 1,
  users: [
    user("ci", [{ repositories: ["**"], actions: ["pull", "push"] }]),
    user("reader", [{ repositories: ["shop/*"], actions: ["pull"] }]),
  ],
  immutableTags: [{ repositories: ["**"] }],
};
const clients = 6;

let data: string;
let registry: RolesRegistry | undefined;
beforeAll(() => {
  data = mkdtempSync(join(tmpdir(), "wharf-killed-"));
});
afterAll(async () => {
  await registry?.stop();
  rmSync(data, { recursive: true, force: true });
});

/** Pushes images under tags of their own, until the registry is gone; those that it has acknowledged. */
async function pushUntilGone(at: RolesRegistry, round: number, pushed: Map<string, Image>) {
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      for (let count = 0; ; count++) {
        const tag = `r${round}-${client}-${count}`;
        try {
          pushed.set(tag, await at.push("shop/api", tag, `image ${tag}`, "ci"));
        } catch (error) {
          // Only that nobody answers ends it; a refused push would be an Error of push() itself.
          expect((error as NodeJS.ErrnoException).code, String(error)).toMatch(/^E/);
          return;
        }
      }
    }),
  );
}

it("keeps every push that it acknowledged when it is killed, starts again, and lets nobody else in", async () => {
  const pushed = new Map<string, Image>();
  for (const round of [1, 2, 3]) {
    const running = await RolesRegistry.start(policy, undefined, { data });
    registry = running;
    const before = pushed.size;
    const pushing = pushUntilGone(running, round, pushed);
    await until("some images are pushed", () => pushed.size >= before + 10 * round || undefined);
    await running.kill();
    await pushing;
    await running.stop();
    await expect(running.ask("/v2/", { as: "ci" })).rejects.toThrow("ECONNREFUSED");
  }
  const after = await RolesRegistry.start(policy, undefined, { data });
  registry = after;
  expect((await after.ask("/v2/shop/api/tags/list")).status).toBe(401);
  expect((await after.ask("/v2/shop/api/tags/list", { as: "ci:wrong" })).status).toBe(401);
  expect(pushed.size).toBeGreaterThanOrEqual(60);
  for (const [tag, { blob, blobDigest, manifest }] of pushed) {
    const path = `/v2/shop/api/manifests/${tag}`;
    const headers = { Accept: "application/vnd.oci.image.manifest.v1+json" };
    expect((await after.ask(path, { as: "reader", headers })).body, tag).toBe(manifest);
    const held = await after.ask(`/v2/shop/api/blobs/${blobDigest}`, { as: "reader" });
    expect(held.body, tag).toBe(blob);
  }
  // What was half-done holds nobody up: tags stay where they are, others are pushed.
  const [first = ""] = pushed.keys();
  const other = await after.push("shop/api", "later", "another image", "ci");
  const moved = await after.putManifest("shop/api", first, other.manifest, "ci");
  expect(moved.status).toBe(403);
  const refused = imageOf("another image").manifest;
  expect((await after.putManifest("shop/api", "v2", refused, "reader")).status).toBe(403);
});
