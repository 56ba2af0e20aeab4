import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { imageParts, type ImageDescription } from "./image-archive";

const mediaTypes = {
  index: "application/vnd.oci.image.index.v1+json",
  manifest: "application/vnd.oci.image.manifest.v1+json",
  config: "application/vnd.oci.image.config.v1+json",
  layer: "application/vnd.oci.image.layer.v1.tar+gzip",
};

/** What a manifest or an index says of a part of it (OCI image specification 1.1, "Content Descriptors"). */
interface Descriptor {
  mediaType: string;
  digest: string;
  /** In bytes. */
  size: number;
  platform?: { architecture: string; os: string };
}

/**
 * Writes images of several architectures as one OCI image layout (image specification 1.1, "Image Layout"): `oci-layout`,
 * `index.json` and the blobs. No time is written into it, so that the same images built again have the same digest.
 * @param directory an empty directory
 * @returns digest of the index
 */
export async function writeOciLayout(
  images: readonly ImageDescription[],
  directory: string,
): Promise<string> {
  const blobs = join(directory, "blobs", "sha256");
  await mkdir(blobs, { recursive: true });
  const write = async (mediaType: string, contents: Buffer | string): Promise<Descriptor> => {
    const bytes = Buffer.from(contents);
    const digest = createHash("sha256").update(bytes).digest("hex");
    await writeFile(join(blobs, digest), bytes);
    return { mediaType, digest: `sha256:${digest}`, size: bytes.length };
  };
  const manifests: Descriptor[] = [];
  for (const image of images) {
    const { layer, config } = await imageParts(image);
    const manifest = JSON.stringify({
      schemaVersion: 2,
      mediaType: mediaTypes.manifest,
      config: await write(mediaTypes.config, config),
      layers: [await write(mediaTypes.layer, await promisify(gzip)(layer))],
    });
    const described = await write(mediaTypes.manifest, manifest);
    const { architecture } = image;
    manifests.push({ ...described, platform: { architecture, os: "linux" } });
  }
  const index = JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.index, manifests });
  await writeFile(join(directory, "index.json"), index);
  await writeFile(join(directory, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
  return `sha256:${createHash("sha256").update(index).digest("hex")}`;
}
