import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type RegistrySettings, until } from "../../support/running-registry";
import { digestOf } from "../../support/small-image";
import { startRedis, type RunningRedis } from "./redis";
import { imageOf, RolesRegistry, user, type Policy } from "./roles-registry";

const policy: Policy = {
  version: 1,
  users: [user("ci", [{ repositories: ["**"], actions: ["pull", "push"] }])],
  immutableTags: [{ repositories: ["**"], except: ["latest"] }],
};
const clients = 20;

let directory: string;
let replicas: RolesRegistry[] = [];
let redis: RunningRedis | undefined;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "wharf-replicas-"));
  mkdirSync(join(directory, "images"));
});

afterEach(async () => {
  await Promise.all(replicas.map((one) => one.stop()));
  replicas = [];
  await redis?.stop();
  redis = undefined;
  rmSync(directory, { recursive: true, force: true });
});

/** Two processes of the registry on the same images, as two pods are on one volume. */
async function start(settings: RegistrySettings = {}): Promise<void> {
  const both = { ...settings, data: join(directory, "images") };
  while (replicas.length < 2) replicas.push(await RolesRegistry.start(policy, undefined, both));
}

/** A replica for each client, in turn. */
const replicaOf = (client: number) => {
  const one = replicas[client % replicas.length];
  if (one === undefined) throw new Error("no replica runs");
  return one;
};

/** 20 clients push images of their own under one tag, through both replicas at once. */
async function expectOneWinner(tag: string): Promise<void> {
  const images = Array.from({ length: clients }, (_, index) => imageOf(`${tag} ${index}`));
  for (const { blob } of images) await replicaOf(0).pushBlob("shop/api", blob, "ci");
  const answers = await Promise.all(
    images.map(async ({ manifest }, index) => {
      const answer = await replicaOf(index).putManifest("shop/api", tag, manifest, "ci");
      return answer.status;
    }),
  );
  expect(answers.toSorted(), tag).toEqual([201, ...Array<number>(clients - 1).fill(403)]);
  for (const index of [0, 1]) {
    const { headers } = await replicaOf(index).ask(`/v2/shop/api/manifests/${tag}`, {
      as: "ci",
      headers: { Accept: "application/vnd.oci.image.manifest.v1+json" },
    });
    expect(headers["docker-content-digest"]).toBe(images[answers.indexOf(201)]?.digest);
  }
}

/** 20 clients push signatures of one image, through both replicas at once; all are listed. */
async function expectAllListed(): Promise<void> {
  const subject = await replicaOf(0).push("shop/api", "signed", "signed", "ci");
  const { length: size } = subject.manifest;
  const signatures = Array.from({ length: clients }, (_, index) =>
    imageOf(`signature ${index}`, {
      subject: {
        mediaType: "application/vnd.oci.image.manifest.v1+json",
        digest: subject.digest,
        size,
      },
    }),
  );
  for (const { blob } of signatures) await replicaOf(0).pushBlob("shop/api", blob, "ci");
  await Promise.all(
    signatures.map(async ({ manifest }, index) => {
      const at = replicaOf(index);
      const { status } = await at.putManifest("shop/api", digestOf(manifest), manifest, "ci");
      expect(status).toBe(201);
    }),
  );
  const listed = await replicaOf(1).ask(`/v2/shop/api/referrers/${subject.digest}`, { as: "ci" });
  const { manifests } = JSON.parse(listed.body) as { manifests: { digest: string }[] };
  expect(manifests.map(({ digest }) => digest).sort()).toEqual(
    signatures.map(({ digest }) => digest).sort(),
  );
}

describe("two replicas on the same images", () => {
  it("let exactly one digest have an immutable tag, and list all that refer to an image", async () => {
    await start();
    for (let race = 1; race <= 3; race++) await expectOneWinner(`race-${race}`);
    await expectAllListed();
  });

  it("do so by Redis, where the registry has one, and push no immutable tag without it", async () => {
    redis = await startRedis(directory);
    const addresses = [redis.address];
    await start({ distribution: { cache: { kind: "redis", addresses } } });
    for (let race = 1; race <= 3; race++) await expectOneWinner(`race-${race}`);
    await expectAllListed();
    // They keep nothing beside the images then.
    expect(readdirSync(join(directory, "images"))).toEqual(["docker"]);
    const image = imageOf("without Redis");
    await replicaOf(0).pushBlob("shop/api", image.blob, "ci");
    await redis.stop();
    const put = async (tag: string) =>
      (await replicaOf(0).putManifest("shop/api", tag, image.manifest, "ci")).status;
    expect(await put("v1")).toBeGreaterThanOrEqual(500);
    expect(await put("latest")).toBe(201);
  });

  it("agree again once Redis is back that was restarted in the middle of a race", async () => {
    redis = await startRedis(directory);
    const { address } = redis;
    await start({ distribution: { cache: { kind: "redis", addresses: [address] } } });
    const images = Array.from({ length: clients }, (_, index) => imageOf(`restarted ${index}`));
    for (const { blob } of images) await replicaOf(0).pushBlob("shop/api", blob, "ci");
    const put = async (index: number, tag: string) => {
      const { manifest } = images[index] ?? imageOf("none");
      return (await replicaOf(index).putManifest("shop/api", tag, manifest, "ci")).status;
    };
    const racing = images.map((_, index) => put(index, "torn"));
    await Promise.race(racing);
    await redis.stop("SIGKILL");
    redis = await startRedis(directory, Number(address.split(":")[1]));
    // Who had no lock was told so, and nobody else than who was let in has the tag.
    const answers = await Promise.all(racing);
    expect(answers.filter((status) => ![201, 403].includes(status) && status < 500)).toEqual([]);
    const winners = images.filter((_, index) => answers[index] === 201).map(({ digest }) => digest);
    await until("both push again", async () =>
      (await Promise.all([0, 1].map((index) => put(index, `again-${index}`)))).every((status) =>
        [201, 403].includes(status),
      )
        ? true
        : undefined,
    );
    // The tag has one digest by both, and stays there.
    const seen = await Promise.all(
      [0, 1].map(async (index) => {
        const { headers } = await replicaOf(index).ask("/v2/shop/api/manifests/torn", {
          as: "ci",
          headers: { Accept: "application/vnd.oci.image.manifest.v1+json" },
        });
        return headers["docker-content-digest"];
      }),
    );
    expect(winners).toContain(seen[0]);
    expect(seen[1]).toBe(seen[0]);
    const others = images.flatMap(({ digest }, index) => (digest === seen[0] ? [] : [index]));
    const late = await Promise.all(others.map((index) => put(index, "torn")));
    expect(late).toEqual(others.map(() => 403));
    await expectOneWinner("after");
    await expectAllListed();
  });
});
