import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import {
  compileEngine,
  keepRunning,
  refuseEngine,
} from "../../../components/retention/distribution";
import { evaluateEngine } from "../../../components/retention/distribution-evaluation";
import { registryBinary } from "../../components/distribution/software";
import {
  digestOf as imageDigest,
  listings,
  now,
  retentions,
} from "../../components/retention/arbitraries";
import { until } from "../../support/running-registry";
import { digestOf } from "../../support/small-image";
import { CollectingRegistry, keepOnly } from "./collecting-registry";
import { blobsOf, collectUnderLoad, loadTimeoutMs } from "./collection-load";
import { indexType } from "./image-client";

let registry: CollectingRegistry | undefined;
afterEach(async () => {
  await registry?.stop();
  registry = undefined;
});

describe("the registry's evaluator", () => {
  it("says of any images what the model says, with the same rule and in the same words", async () => {
    const asked = fc.sample(
      fc.tuple(
        retentions.filter((retention) => refuseEngine(retention).length === 0),
        listings,
        fc.uniqueArray(fc.nat({ max: 11 }), { maxLength: 2 }),
      ),
      1000,
    );
    const questions = asked.map(([retention, images, running]) => ({
      plan: keepRunning(compileEngine(retention).plan, running.map(imageDigest)),
      images,
      now,
    }));
    const answers = JSON.parse(
      execFileSync(await registryBinary(), ["retention"], {
        input: JSON.stringify(questions),
        encoding: "utf8",
        maxBuffer: 2 ** 28,
      }),
    ) as { digest: string; delete: boolean; rule: string; why: string }[][];
    let deleted = 0;
    for (const [index, { plan, images }] of questions.entries()) {
      const running = asked[index]?.[2].map(imageDigest) ?? [];
      const gone = answers[index]?.filter((one) => one.delete) ?? [];
      expect(gone.filter(({ digest }) => running.includes(digest))).toEqual([]);
      const expected = evaluateEngine(plan, images, now).map(({ digest, outcome, rule, why }) => ({
        ...{ digest, delete: outcome === "delete", rule, why },
      }));
      expect(answers[index], JSON.stringify(questions[index])).toEqual(expected);
      deleted += expected.filter((one) => one.delete).length;
    }
    expect(deleted).toBeGreaterThan(50);
  });
});

describe("who may collect", () => {
  it("is only an administrator", async () => {
    registry = await CollectingRegistry.start(keepOnly);
    for (const path of ["/v2/_wharf/collection", "/v2/_wharf/images"]) {
      expect((await registry.ask(path, { as: "" })).status).toBe(401);
      expect((await registry.ask(path, { as: "wrong" })).status).toBe(401);
      for (const as of ["ci", "almost"]) {
        const refused = await registry.ask(path, { as, method: "POST", body: "{}" });
        expect(refused.status).toBe(403);
        expect(refused.body).toContain(`user ${as} is not an administrator of the registry`);
      }
    }
    const unread = await registry.ask("/v2/_wharf/collection", {
      as: "admin",
      method: "POST",
      body: '{"dryrn":true}',
    });
    expect(unread.status).toBe(400);
    expect(unread.body).toContain('unknown field \\"dryrn\\"');
    expect((await registry.collect()).by).toBe("admin");
    expect(registry.log()).toMatch(/actions=administer.*user=admin|"actions":"administer"/);
  });
});

describe("a collection", () => {
  it("deletes by the rules, tells what it did, and leaves what it does not understand", async () => {
    registry = await CollectingRegistry.start(keepOnly, {
      distribution: { cache: { kind: "memory" }, metrics: { enabled: true } },
    });
    await registry.push("shop/api", ["shared", "kept"], "keep-1");
    const old = await registry.push("shop/api", ["shared", "old layer"], "v1");
    const child = await registry.push("shop/api", ["amd64"]);
    await registry.pushManifest(
      "shop/api",
      { schemaVersion: 2, mediaType: indexType, manifests: [child] },
      "keep-index",
    );
    const alone = await registry.push("shop/web", ["web layer"]);
    const listed = JSON.parse((await registry.ask("/v2/_wharf/images", { as: "admin" })).body) as {
      digest: string;
      tags: string[];
      lastPulledAt: string | null;
    }[];
    expect(listed.find(({ digest }) => digest === alone.digest)).toMatchObject({
      tags: [],
      lastPulledAt: null,
    });

    const before = blobsOf(registry.storage());
    const dry = await registry.collect({ dryRun: true });
    expect(blobsOf(registry.storage())).toEqual(before);
    expect(dry.expired.map(({ digest }) => digest).sort()).toEqual(
      [old.digest, alone.digest].sort(),
    );
    // What a container runs stays.
    const running = await registry.collect({ overLimit: true, running: [old.digest] });
    expect(running.repositories.map(({ deleted }) => deleted)).toEqual([0, 1]);
    await registry.pull("shop/api", "v1");

    const done = await registry.collect();
    expect(done).toMatchObject({
      readOnlySeconds: 0,
      waitingBlobs: 0,
      expired: [{ tags: ["v1"] }],
    });
    expect(blobsOf(registry.storage()).has(digestOf("old layer"))).toBe(false);
    const freed = [...before.values()].reduce((sum, size) => sum + size, 0);
    const left = [...blobsOf(registry.storage()).values()].reduce((sum, size) => sum + size, 0);
    expect(running.freedBytes + done.freedBytes).toBe(freed - left);
    expect(dry.freedBytes).toBe(freed - left);
    // No cache says that it is there still, and it can be pushed again.
    expect(await registry.has("shop/api", digestOf("old layer"))).toBe(false);
    await registry.push("shop/api", ["shared", "old layer"], "keep-again");
    for (const tag of ["keep-1", "keep-index", "keep-again"]) await registry.pull("shop/api", tag);
    const { body } = await registry.metrics();
    expect(body).toMatch(/wharf_collection_deleted_images_total 2/);
    expect(body).toMatch(/wharf_collection_runs_total\{result="done"\} 2/);
    // What components/monitoring/alerts.ts asks.
    expect(body).toMatch(/^wharf_collection_last_success_timestamp_seconds \d/m);
    expect(body).toMatch(/^wharf_collection_rules_valid 1$/m);

    registry.write('{"version": 1, "others": {}, "kep": []}');
    await until("the rules are refused", async () => {
      const { status, body } = await (registry as CollectingRegistry).ask("/v2/_wharf/collection", {
        as: "admin",
        method: "POST",
      });
      return (status === 503 && body.includes('unknown field \\"kep\\"')) || undefined;
    });
  });

  it("runs by its schedule, and keeps what a client was told until the grace period ends", async () => {
    registry = await CollectingRegistry.start({ ...keepOnly, graceSeconds: 3600 });
    await registry.pushBlob("shop/api", "uploaded, its manifest comes later");
    const early = await registry.collect();
    expect(early).toMatchObject({ deletedBlobs: 0, waitingBlobs: 1 });
    expect(Date.parse(early.waitsUntil ?? "")).toBeGreaterThan(Date.now());
    registry.write({ ...keepOnly, graceSeconds: 0, schedule: "@every 1s" });
    await until("the schedule frees it", async () => {
      const { last } = JSON.parse(
        (await (registry as CollectingRegistry).ask("/v2/_wharf/collection", { as: "admin" })).body,
      ) as { last: { by: string; deletedBlobs: number } | null };
      return (last?.by === "schedule" && last.deletedBlobs === 1) || undefined;
    });
  });

  it(
    "loses no push that was acknowledged and breaks no pull while clients go on, also where it is killed",
    async () => {
      const running = await CollectingRegistry.start(keepOnly, {
        distribution: { cache: { kind: "memory" }, metrics: { enabled: true } },
      });
      registry = running;
      await collectUnderLoad(running);
    },
    loadTimeoutMs,
  );
});
