import http from "node:http";
import https from "node:https";
import { rootCertificates } from "node:tls";
import type { ListedImage } from "../components/retention/listing";
import type { StackOutputs } from "./outputs";

/** How much a registry holds. */
export interface Contents {
  repositories: number;
  /** Tagged images, one for each tag of each repository. */
  images: number;
  /** What these images take, in bytes, a layer that several share counted once; undefined where it was not asked for, or is long to tell. */
  bytes?: number;
}

/** Most images that are looked at one by one to tell their bytes. */
const mostMeasured = 500;

/** A registry on this host answers at once; one that does not is reported as unknown. */
const timeoutMs = 5000;
const pageSize = 1000;

/**
 * Counts the images in a registry through its catalog (OCI distribution API). Undefined where it cannot be asked: it
 * does not run, or its users are a token server's.
 * @param measures whether to tell the bytes as well
 */
export async function registryContents(
  outputs: StackOutputs,
  { measures = false } = {},
): Promise<Contents | undefined> {
  try {
    const names = await pages<{ repositories: string[] | null }>(outputs, "/v2/_catalog");
    const repositories = names.flatMap(({ repositories }) => repositories ?? []);
    const references = await Promise.all(
      repositories.map(async (name) => {
        const tags = await pages<{ tags: string[] | null }>(outputs, `/v2/${name}/tags/list`);
        return tags.flatMap(({ tags }) => tags ?? []).map((tag) => `/v2/${name}/manifests/${tag}`);
      }),
    );
    const images = references.flat();
    return {
      repositories: references.filter(({ length }) => length > 0).length,
      images: images.length,
      ...(measures && images.length <= mostMeasured && { bytes: await bytesOf(outputs, images) }),
    };
  } catch {
    return undefined;
  }
}

/** The parts of a manifest or an index that are read here (OCI image specification 1.1). */
interface Manifest {
  mediaType?: string;
  config?: { digest: string; size: number };
  layers?: { digest: string; size: number }[];
  manifests?: { digest: string }[];
  subject?: { digest: string };
}

const manifestTypes = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

/** Bytes of the manifests at these paths and of all that they name, each blob once. */
async function bytesOf(outputs: StackOutputs, paths: string[]): Promise<number> {
  const sizes = new Map<string, number>();
  const wanted = [...paths];
  for (let path = wanted.shift(); path !== undefined; path = wanted.shift()) {
    const { body, digest } = await get(outputs, path, { accept: manifestTypes });
    if (sizes.has(digest)) continue;
    sizes.set(digest, Buffer.byteLength(body));
    const manifest = JSON.parse(body) as Manifest;
    for (const blob of [...(manifest.layers ?? []), ...(manifest.config ? [manifest.config] : [])])
      sizes.set(blob.digest, blob.size);
    const repository = path.slice(0, path.lastIndexOf("/"));
    wanted.push(...(manifest.manifests ?? []).map((child) => `${repository}/${child.digest}`));
  }
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}

/**
 * Every tagged image of a registry. distribution does not note when an image was pushed: the time at which it was built, which
 * its configuration holds, stands for it. An image without a tag cannot be listed there.
 */
export async function registryListing(outputs: StackOutputs): Promise<ListedImage[]> {
  const names = await pages<{ repositories: string[] | null }>(outputs, "/v2/_catalog");
  const images: ListedImage[] = [];
  for (const repository of names.flatMap(({ repositories }) => repositories ?? [])) {
    const lists = await pages<{ tags: string[] | null }>(outputs, `/v2/${repository}/tags/list`);
    const byDigest = new Map<string, ListedImage>();
    for (const tag of lists.flatMap(({ tags }) => tags ?? [])) {
      const image = await listedImage(outputs, repository, tag);
      const known = byDigest.get(image.digest);
      if (known === undefined) byDigest.set(image.digest, image);
      else known.tags.push(tag);
    }
    images.push(...byDigest.values());
  }
  return images;
}

async function listedImage(
  outputs: StackOutputs,
  repository: string,
  tag: string,
): Promise<ListedImage> {
  const manifestAt = async (reference: string) => {
    const path = `/v2/${repository}/manifests/${reference}`;
    const { body, digest } = await get(outputs, path, { accept: manifestTypes });
    return { digest, manifest: JSON.parse(body) as Manifest };
  };
  const { digest, manifest } = await manifestAt(tag);
  const children = manifest.manifests?.map((child) => child.digest);
  const [first] = children ?? [];
  const { manifest: built } = first === undefined ? { manifest } : await manifestAt(first);
  const config = await get(outputs, `/v2/${repository}/blobs/${built.config?.digest}`);
  const { created } = JSON.parse(config.body) as { created?: string };
  return {
    repository,
    digest,
    tags: [tag],
    pushedAt: new Date(created ?? 0),
    sizeBytes: (manifest.layers ?? []).reduce((sum, { size }) => sum + size, 0),
    mediaType: manifest.mediaType,
    children,
    subject: manifest.subject?.digest,
  };
}

/** Every page of a list; a deleted repository, which the catalog still names, has none. */
async function pages<Page>(outputs: StackOutputs, path: string): Promise<Page[]> {
  const found: Page[] = [];
  let next: string | undefined = `${path}?n=${pageSize}`;
  while (next !== undefined) {
    const { status, link, body }: Answer = await get(outputs, next);
    if (status === 404) break;
    if (status !== 200) throw new Error(`${next} answered ${status}`);
    found.push(JSON.parse(body) as Page);
    next = /<([^>]+)>;\s*rel="next"/.exec(link)?.[1];
  }
  return found;
}

interface Answer {
  status: number;
  /** The `Docker-Content-Digest` of a manifest; empty for anything else. */
  digest: string;
  link: string;
  body: string;
}

function get(
  { endpoint, caCertificate, credentials }: StackOutputs,
  path: string,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const [login] = Object.entries(credentials);
  const url = new URL(path, endpoint);
  const options = {
    auth: login?.join(":"),
    headers,
    timeout: timeoutMs,
    ca: caCertificate === "" ? undefined : [caCertificate, ...rootCertificates],
  };
  return new Promise((resolve, reject) => {
    const request = (url.protocol === "https:" ? https : http).get(url, options, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (body += chunk));
      response.on("error", reject);
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          digest: String(response.headers["docker-content-digest"] ?? ""),
          link: String(response.headers.link ?? ""),
          body,
        }),
      );
    });
    request.on("timeout", () => request.destroy(new Error("no answer")));
    request.on("error", reject);
  });
}

/** A number of images as a phrase. */
export function describeContents(contents: Contents | undefined): string {
  if (contents === undefined) return "an unknown number of images";
  const { bytes, images, repositories } = contents;
  if (images === 0) return "no images";
  const size = bytes === undefined ? "" : ` (${(bytes / 1e6).toFixed(1)} MB)`;
  return `${images} ${images === 1 ? "image" : "images"} in ${repositories} ${repositories === 1 ? "repository" : "repositories"}${size}`;
}
