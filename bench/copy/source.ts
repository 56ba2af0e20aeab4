import { createHash, randomBytes } from "node:crypto";
import { RegistryApi, limits } from "../../cli/registry/registry-api";

/** What the source holds: repositories that share base layers, as those of one team do. */
export interface Collection {
  repositories: number;
  /** Images of each repository. */
  tags: number;
  /** Base layers; each repository has one of them in all of its images. */
  bases: number;
  /** Sizes in bytes: of a base, and of the layer that an image has for itself. */
  baseBytes: number;
  ownBytes: number;
}

/**
 * A collection of so many MB (10^6 bytes): 1,000 are 200 images, 20 repositories of 10 tags, of which each five share a base layer.
 */
export function collection(megabytes: number): Collection {
  const repositories = 20;
  const tags = Math.max(1, Math.round(megabytes / 100));
  const bases = 4;
  // The bases are 8 % of it.
  const baseBytes = Math.round((megabytes * 80_000) / bases);
  const ownBytes = Math.round((megabytes * 920_000) / (repositories * tags));
  return { repositories, tags, bases, baseBytes, ownBytes };
}

/** Names of its repositories. */
export function namesOf({ repositories }: Collection): string[] {
  return Array.from({ length: repositories }, (_, index) => `bench/repository-${index}`);
}

const manifestType = "application/vnd.oci.image.manifest.v1+json";
const digestOf = (content: Buffer) =>
  `sha256:${createHash("sha256").update(content).digest("hex")}`;

/** Pushes the images of a collection, of random bytes, to a registry. */
export async function fill(endpoint: string, images: Collection): Promise<void> {
  const bounds = { ...limits, answerMs: 60_000, totalMs: 3_600_000 };
  const api = new RegistryApi({ endpoint, caCertificate: "" }, bounds);
  const put = async (path: string, type: string, body: Buffer) => {
    const { status } = await api.send("PUT", path, { headers: { "content-type": type }, body });
    if (status !== 201) throw new Error(`PUT ${path} answered ${status}`);
  };
  const push = async (repository: string, mediaType: string, content: Buffer) => {
    const begun = await api.send("POST", `/v2/${repository}/blobs/uploads/`);
    const place = new URL(String(begun.headers.location), begun.url);
    place.searchParams.set("digest", digestOf(content));
    await put(place.pathname + place.search, "application/octet-stream", content);
    return { mediaType, digest: digestOf(content), size: content.length };
  };
  const layer = "application/vnd.oci.image.layer.v1.tar";
  try {
    const bases = Array.from({ length: images.bases }, () => randomBytes(images.baseBytes));
    for (const [index, repository] of namesOf(images).entries()) {
      const base = await push(repository, layer, bases[index % bases.length] ?? Buffer.alloc(0));
      for (let tag = 0; tag < images.tags; tag++) {
        const own = await push(repository, layer, randomBytes(images.ownBytes));
        const config = Buffer.from(
          JSON.stringify({ architecture: "amd64", os: "linux", own: own.digest }),
        );
        const configured = "application/vnd.oci.image.config.v1+json";
        const manifest = JSON.stringify({
          schemaVersion: 2,
          mediaType: manifestType,
          config: await push(repository, configured, config),
          layers: [base, own],
        });
        const path = `/v2/${repository}/manifests/v${tag}`;
        await put(path, manifestType, Buffer.from(manifest));
      }
    }
  } finally {
    await api.close();
  }
}
