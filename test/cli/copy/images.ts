import { randomBytes } from "node:crypto";
import { expect } from "vitest";
import { ask } from "../../support/running-registry";
import { digestOf, manifestType } from "../../support/small-image";

/** Media type of an index. */
export const indexType = "application/vnd.oci.image.index.v1+json";

/** A manifest or an index that was pushed. */
export interface Pushed {
  mediaType: string;
  digest: string;
  size: number;
}

/** A layer that no registry has yet, of a number of bytes. */
export const layer = (bytes: number) => randomBytes(bytes / 2).toString("hex");

const described = (mediaType: string, content: string): Pushed => ({
  mediaType,
  digest: digestOf(content),
  size: content.length,
});

async function put(url: string, path: string, type: string, content: string): Promise<Pushed> {
  const answer = await ask(`${url}${path}`, {
    method: "PUT",
    body: content,
    headers: { "Content-Type": type },
  });
  expect(answer.status, answer.body).toBe(201);
  return described(type, content);
}

async function pushBlob(url: string, repository: string, content: string): Promise<void> {
  const begun = await ask(`${url}/v2/${repository}/blobs/uploads/`, { method: "POST" });
  expect(begun.status).toBe(202);
  const place = new URL(begun.headers.location ?? "", url);
  place.searchParams.set("digest", digestOf(content));
  await put(url, place.pathname + place.search, "application/octet-stream", content);
}

/**
 * Pushes an image of these layers.
 * @param tag where not given it gets none, and is known by its digest
 * @param more fields of its manifest, such as its subject
 */
export async function pushImage(
  url: string,
  repository: string,
  layers: string[],
  { tag, ...more }: { tag?: string; subject?: Pushed; artifactType?: string } = {},
): Promise<Pushed> {
  const config = JSON.stringify({ architecture: "amd64", os: "linux", note: layer(16) });
  for (const blob of [...layers, config]) await pushBlob(url, repository, blob);
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: manifestType,
    config: described("application/vnd.oci.image.config.v1+json", config),
    layers: layers.map((one) => described("application/vnd.oci.image.layer.v1.tar", one)),
    ...more,
  });
  const path = `/v2/${repository}/manifests/${tag ?? digestOf(manifest)}`;
  return put(url, path, manifestType, manifest);
}

/** Pushes an index of images under a tag. */
export async function pushIndex(
  url: string,
  repository: string,
  manifests: Pushed[],
  tag: string,
): Promise<Pushed> {
  const index = JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests });
  return put(url, `/v2/${repository}/manifests/${tag}`, indexType, index);
}

/** The digest that a registry has under a tag or digest, by the bytes that it gives; undefined where it has none. */
export async function digestAt(
  url: string,
  repository: string,
  reference: string,
): Promise<string | undefined> {
  const headers = { Accept: `${manifestType}, ${indexType}` };
  const { body, status } = await ask(`${url}/v2/${repository}/manifests/${reference}`, { headers });
  return status === 200 ? digestOf(body) : undefined;
}
