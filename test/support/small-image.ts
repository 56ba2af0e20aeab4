import { createHash } from "node:crypto";
import { expect } from "vitest";
import { ask } from "./running-registry";

/** The digest of a content, as the registry names it. */
export const digestOf = (content: string) =>
  `sha256:${createHash("sha256").update(content).digest("hex")}`;

/** Media type of the image's manifest. */
export const manifestType = "application/vnd.oci.image.manifest.v1+json";
/** What a client that understands OCI images says it takes; without it, distribution hides them. */
export const accept = { headers: { Accept: manifestType } };
/** The image's configuration, its only blob. */
export const config = JSON.stringify({
  architecture: "amd64",
  os: "linux",
  rootfs: { type: "layers" },
});
/** The image's manifest. */
export const manifest = JSON.stringify({
  schemaVersion: 2,
  mediaType: manifestType,
  config: {
    mediaType: "application/vnd.oci.image.config.v1+json",
    digest: digestOf(config),
    size: config.length,
  },
  layers: [],
});

/** Pushes an image without layers under a tag. */
export async function push(
  url: string,
  name: string,
  tag: string,
  options: object = {},
): Promise<void> {
  const upload = await ask(`${url}/v2/${name}/blobs/uploads/`, { method: "POST", ...options });
  expect(upload.status).toBe(202);
  const location = new URL(upload.headers.location ?? "", url);
  location.searchParams.set("digest", digestOf(config));
  const base = new URL(url);
  const blob = await ask(`${base.origin}${location.pathname}${location.search}`, {
    method: "PUT",
    body: config,
    ...options,
  });
  expect(blob.status).toBe(201);
  const put = await ask(`${url}/v2/${name}/manifests/${tag}`, {
    method: "PUT",
    body: manifest,
    ...options,
    headers: { "Content-Type": manifestType },
  });
  expect(put.status).toBe(201);
}
