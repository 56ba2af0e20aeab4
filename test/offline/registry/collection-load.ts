import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { scheduler } from "node:timers/promises";
import { expect } from "vitest";
import type { Report } from "../../../cli/collection/report";
import { until } from "../../support/running-registry";
import { anyImage, type ImageClient, indexType, type Manifest } from "./image-client";

/** How long clients push and pull under the collection, in seconds; the long form is `npm run test:collection`. */
export const seconds = Number(process.env.WHARF_COLLECTION_SECONDS ?? 0);
/** How long a test of it may take, in milliseconds. */
export const loadTimeoutMs = 300_000 + 2 * seconds * 1000;

const clients = 8;
/** How many images each client pushes at least. */
const leastRounds = 6;
/** What a client waits between two images, in milliseconds: the machine is to have room for the other targets, and other tests. */
const pace = seconds > 0 ? 1000 : 250;
/** How many images that do not stay are pushed before a run that is killed, so that each of its steps takes its time. */
const enough = 12;
/** How many more are pushed between two of those while runs come to their end, one after the other. */
const between = seconds > 0 ? enough : 3;
/** How many kills are tried for the steps of a run, and how often one comes after that, in milliseconds. */
const mostTries = 24;
const killEvery = 20_000;

/** What a run does, one after the other, in the registry's own words (offline/go/distribution/collection/run.go). */
const steps = ["listed images", "deleted images", "freed blobs"] as const;

/** A registry that deletes what no tag `keep-…` names, and may be killed. */
export interface LoadedRegistry extends ImageClient {
  /** Ends its process at once, as a power failure does. */
  kill(): Promise<void>;
  /** Resolves once it takes requests again after that, started or waited for. */
  begin(): Promise<void>;
  /** The directory of this machine that holds its files. */
  storage(): string;
  /** One collection by Wharf's own command. */
  command?(): Promise<Report>;
  /** How many kills are enough; as many as hit each step of a run where it is undefined. */
  readonly kills?: number;
}

/** What happened under a load. */
export interface Load {
  /** Images that were acknowledged and are to stay, and how many others. */
  kept: number;
  others: number;
  pulls: number;
  kills: number;
  /** How often a run was killed in each step, as the process after it says. */
  killedIn: Record<string, number>;
  /** Runs that came to their end. */
  runs: number;
  /** Bytes of the blobs on the disk after the last run, and of those that the images that are kept name. */
  bytes: number;
  keptBytes: number;
}

/**
 * Eight clients push and pull while collections run, and the registry is killed in steps of them: no acknowledged push is lost, no
 * pull fails, each blob on the disk is what its digest says, and nothing is left of what the rules do not keep.
 *
 * A run that is to be killed is watched by the note that it writes of its step, and the process after it says in which step it ended.
 * That a run may be killed before each single change of each step is shown by offline/go/distribution/collection/collection_test.go.
 */
export async function collectUnderLoad(registry: LoadedRegistry): Promise<Load> {
  const load: Load = {
    ...{ kept: 0, others: 0, pulls: 0, kills: 0, runs: 0, bytes: 0, keptBytes: 0 },
    killedIn: Object.fromEntries(steps.map((step) => [step, 0])),
  };
  const acknowledged: [repository: string, tag: string][] = [];
  const failures: string[] = [];
  const end = Date.now() + seconds * 1000;
  let [shown, pushing] = [false, clients];
  let up: Promise<void> = Promise.resolve();

  /** Does it again where the registry was killed meanwhile, or says that a blob is not there, which a client then uploads. */
  async function again<T>(what: string, action: () => Promise<T>): Promise<T | undefined> {
    for (let attempt = 0; attempt < 200; attempt++) {
      await up;
      const before = load.kills;
      try {
        return await action();
      } catch (error) {
        const text = String(error);
        if (/BLOB_UNKNOWN|MANIFEST_UNKNOWN/.test(text) && text.includes("pushing")) continue;
        await up;
        if (before === load.kills) {
          failures.push(`${what}: ${text}`);
          return undefined;
        }
      }
    }
    failures.push(`${what}: gave up`);
    return undefined;
  }

  async function client(number: number): Promise<void> {
    const repository = `team/client-${number % 4}`;
    for (let round = 0; round < leastRounds || Date.now() < end || !shown; round++) {
      if (failures.length > 0) return;
      const name = `${number}-${round}`;
      const shared = `a layer that all have ${"x".repeat(2000)}`;
      const tag = round % 2 === 0 ? `keep-${name}` : `gone-${name}`;
      const pushed = await again(tag, async () => {
        if (round % 4 !== 2) return registry.push(repository, [shared, `layer ${name}`], tag);
        const children = [
          await registry.push(repository, [shared, `amd64 ${name}`]),
          await registry.push(repository, [shared, `arm64 ${name}`]),
        ];
        const index = { schemaVersion: 2, mediaType: indexType, manifests: children };
        return registry.pushManifest(repository, index, tag);
      });
      if (pushed !== undefined && tag.startsWith("keep-")) acknowledged.push([repository, tag]);
      else load.others += 1;
      const [of, kept] = acknowledged[(number * 7 + round * 13) % acknowledged.length] ?? [];
      if (of !== undefined && kept !== undefined) {
        await again(`pulling ${kept}`, () => registry.pull(of, kept));
        load.pulls += 1;
      }
      await scheduler.wait(pace);
    }
  }

  /** Kills the registry as soon as a run is at a step; nobody knows where it is by then. */
  async function killIn(step: string, id: string): Promise<void> {
    const storage = registry.storage();
    // A run that fails leaves no report on the disk.
    const tired = Date.now() + 30_000;
    while (stepNoted(storage) !== step && lastNoted(storage) !== id && Date.now() < tired) {
      await scheduler.wait(1);
    }
    let resume = () => {};
    up = new Promise((resolve) => (resume = resolve));
    load.kills += 1;
    await registry.kill();
    await registry.begin();
    resume();
    const { last } = await registry.collections();
    const [, stopped] = /^the registry stopped while it (.*)$/.exec(last?.problem ?? "") ?? [];
    if (last?.id === id && stopped !== undefined) {
      load.killedIn[stopped] = (load.killedIn[stopped] ?? 0) + 1;
    }
  }

  async function collecting(): Promise<void> {
    await registry.command?.();
    for (let killed = 0; pushing > 0;) {
      // One run after the other, while clients push.
      const busy = pushedMore(between);
      do {
        const { problem } = await registry.collect();
        if (problem !== undefined) failures.push(`a collection: ${problem}`);
        load.runs += 1;
      } while (!busy());
      const [step, times] = leastOf(load.killedIn);
      shown ||= times > 0 || load.kills >= (registry.kills ?? mostTries);
      if (shown && (seconds === 0 || Date.now() < killed + killEvery)) continue;
      const ready = pushedMore(enough);
      await until("there is enough to delete", () => ready() || undefined, 120);
      killed = Date.now();
      await killIn(step, await registry.beginCollection());
    }
  }

  /** Tells when clients have pushed some more images that do not stay, or are done. */
  function pushedMore(many: number): () => boolean {
    const before = load.others;
    return () => load.others - before >= many || pushing === 0;
  }

  const pushes = Array.from({ length: clients }, (_, number) =>
    client(number).finally(() => (pushing -= 1)),
  );
  await Promise.all([...pushes, collecting()]);
  expect(failures).toEqual([]);
  if (registry.kills === undefined) {
    expect(leastOf(load.killedIn)[1], JSON.stringify(load.killedIn)).toBeGreaterThan(0);
  }
  load.kept = acknowledged.length;
  expect(load.kept).toBeGreaterThanOrEqual((clients * leastRounds) / 2);

  const last = await registry.collect();
  expect(last.problem).toBeUndefined();
  expect(last.readOnlySeconds).toBe(0);
  await Promise.all(
    Array.from({ length: clients }, async () => {
      for (let next = acknowledged.pop(); next !== undefined; next = acknowledged.pop()) {
        await registry.pull(...next);
      }
    }),
  );
  const [kept, held] = [await keptBlobs(registry), blobsOf(registry.storage())];
  [load.bytes, load.keptBytes] = [sum(held), sum(kept)];
  const missingIn = (one: Map<string, number>, other: Map<string, number>) =>
    [...other.keys()].filter((digest) => !one.has(digest));
  expect(missingIn(held, kept)).toEqual([]);
  // Nothing is left that no image names, were it a few bytes.
  expect(missingIn(kept, held), JSON.stringify(load)).toEqual([]);
  if (seconds > 0) console.info(`${seconds} s of ${clients} clients: ${JSON.stringify(load)}`);
  return load;
}

const sum = (sizes: Map<string, number>) => [...sizes.values()].reduce((a, b) => a + b, 0);

const leastOf = (counts: Record<string, number>): [string, number] =>
  Object.entries(counts).reduce((least, one) => (one[1] < least[1] ? one : least));

const noted = <T>(storage: string, note: string): T | undefined => {
  try {
    return JSON.parse(readFileSync(join(storage, "wharf/collection", note), "utf8")) as T;
  } catch {
    return undefined;
  }
};

/** The step that a run goes through at the moment. */
const stepNoted = (storage: string) => noted<{ step: string }>(storage, "running.json")?.step;

/** The run that ended last. */
const lastNoted = (storage: string) => noted<{ id: string }>(storage, "last.json")?.id;

/** Sizes of all blobs that the images of a registry name, their manifests as well, by their digests. */
async function keptBlobs(registry: ImageClient): Promise<Map<string, number>> {
  const kept = new Map<string, number>();
  const images = JSON.parse((await registry.ask("/v2/_wharf/images", { as: "admin" })).body) as {
    repository: string;
    digest: string;
  }[];
  for (const { repository, digest } of images) {
    const { body } = await registry.ask(`/v2/${repository}/manifests/${digest}`, {
      headers: { Accept: anyImage },
    });
    kept.set(digest, Buffer.byteLength(body));
    const { layers = [], config } = JSON.parse(body) as Manifest;
    for (const one of config ? [...layers, config] : layers) kept.set(one.digest, one.size);
  }
  return kept;
}

/** Sizes of all blobs on the disk by their digests; fails where one is not what its digest says. */
export function blobsOf(storage: string): Map<string, number> {
  const root = join(storage, "docker/registry/v2/blobs/sha256");
  const sizes = new Map<string, number>();
  for (const prefix of existsSync(root) ? readdirSync(root) : []) {
    for (const hex of readdirSync(join(root, prefix))) {
      const file = join(root, prefix, hex, "data");
      if (!existsSync(file)) continue;
      const content = readFileSync(file);
      const found = createHash("sha256").update(content).digest("hex");
      if (found !== hex) throw new Error(`the blob ${hex} has the digest ${found}`);
      sizes.set(`sha256:${hex}`, content.length);
    }
  }
  return sizes;
}
