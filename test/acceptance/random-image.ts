import { randomBytes } from "node:crypto";
import { Agent } from "node:https";
import { setTimeout } from "node:timers/promises";
import { expect } from "vitest";
import { until } from "../cluster/waiting";
import { ask } from "../support/running-registry";
import { accept, digestOf, manifestType } from "../support/small-image";

/** A registry, as a client of its API sees it. */
export interface RegistryAccess {
  /** URL without a path. */
  url: string;
  /** CA by which its certificate is verified, PEM. */
  ca: string;
  /** `user:password`. */
  auth: string;
  /** Where it is false each request has a connection of its own, which a Service leads to any of its pods; else an image has one. */
  agent?: false;
}

/** An image whose push a registry has acknowledged. */
export interface PushedImage {
  repository: string;
  /** Digest of its manifest. */
  digest: string;
  /** Digests of its layer and its configuration. */
  blobs: string[];
}

/** Size of a layer in bytes, where a test does not say. */
const layerSize = 64 * 2 ** 10;

/**
 * Pushes an image of one random layer, which no registry has yet.
 *
 * @param bytes size of the layer
 * @throws unless the registry acknowledges every part of it
 */
export async function pushRandomImage(
  registry: RegistryAccess,
  repository: string,
  tag: string,
  bytes = layerSize,
): Promise<PushedImage> {
  const layer = randomBytes(bytes / 2).toString("hex");
  const config = JSON.stringify({
    architecture: "amd64",
    os: "linux",
    rootfs: { type: "layers", diff_ids: [digestOf(layer)] },
  });
  const described = (mediaType: string, blob: string) => ({
    mediaType,
    digest: digestOf(blob),
    size: blob.length,
  });
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: manifestType,
    config: described("application/vnd.oci.image.config.v1+json", config),
    layers: [described("application/vnd.oci.image.layer.v1.tar", layer)],
  });
  await connected(registry, async ({ url, ...access }) => {
    for (const blob of [layer, config]) {
      const begun = await ask(`${url}/v2/${repository}/blobs/uploads/`, {
        ...access,
        method: "POST",
      });
      expect(begun.status).toBe(202);
      const location = new URL(begun.headers.location ?? "", url);
      location.searchParams.set("digest", digestOf(blob));
      const put = await ask(String(location), { ...access, method: "PUT", body: blob });
      expect(put.status).toBe(201);
    }
    const put = await ask(`${url}/v2/${repository}/manifests/${tag}`, {
      ...access,
      method: "PUT",
      body: manifest,
      headers: { "Content-Type": manifestType },
    });
    expect(put.status).toBe(201);
  });
  return {
    repository,
    digest: digestOf(manifest),
    blobs: [layer, config].map(digestOf),
  };
}

/** Pulls an image and expects every part of it to be what was pushed. */
export async function expectWhole(
  registry: RegistryAccess,
  { repository, digest, blobs }: PushedImage,
): Promise<void> {
  await connected(registry, async ({ url, ...access }) => {
    const manifest = await ask(`${url}/v2/${repository}/manifests/${digest}`, {
      ...access,
      ...accept,
    });
    expect({ status: manifest.status, digest: digestOf(manifest.body) }).toEqual({
      status: 200,
      digest,
    });
    for (const blob of blobs) {
      const pulled = await ask(`${url}/v2/${repository}/blobs/${blob}`, access);
      expect(digestOf(pulled.body)).toBe(blob);
    }
  });
}

/** Does something over one connection, as clients do: every other one costs both sides a handshake. */
async function connected(
  registry: RegistryAccess,
  action: (access: Omit<RegistryAccess, "agent"> & { agent: Agent | false }) => Promise<void>,
): Promise<void> {
  const agent = registry.agent ?? new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    await action({ ...registry, agent });
  } finally {
    if (agent) agent.destroy();
  }
}

/** Between two pushes of {@link pushDuring}, in milliseconds: every request costs the registry a bcrypt hash. */
const pace = 500;

/**
 * Pushes one image after another for as long as a change takes, each until it is acknowledged.
 *
 * @throws what the change does
 */
export async function pushDuring(
  registry: RegistryAccess,
  repository: string,
  change: () => Promise<unknown>,
): Promise<PushedImage[]> {
  let going = true;
  const changing = change().finally(() => (going = false));
  // Its error is told by the end of this function, not as one that nobody took.
  changing.catch(() => undefined);
  const pushed: PushedImage[] = [];
  while (going) {
    const push = () => pushRandomImage(registry, repository, `v${pushed.length}`);
    pushed.push(await until({ what: "a push", timeoutMs: 180_000 }, push));
    await setTimeout(pace);
  }
  await changing;
  return pushed;
}
