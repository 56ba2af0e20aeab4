import { createHash } from "node:crypto";
import { z } from "zod";
import { selfHosted, type Target } from "../../components/model/environment";
import type { DistributionSettings } from "../../components/model/distribution/settings";
import { smokeRepository } from "../../components/kubernetes/smoke/script";
import type { ListedImage } from "../../components/retention/listing";
import { partOf } from "../stack/description";
import type { StackOutputs } from "../stack/outputs";
import { limits, parsed, RegistryApi, RegistryFailure, type Limits } from "./registry-api";
import { commandLogin } from "./signed-token";
import type { StackConfig } from "../stack/stack-config";

/** How much a registry holds. */
export interface Contents {
  /** Repositories with a tag. */
  repositories: number;
  /** Tagged images, one for each tag of each repository. */
  images: number;
  /** Repositories without a tag. They may hold images only by digest, which distribution cannot list. Defaults to 0. */
  untagged?: number;
  /** What the tagged images take, in bytes, a layer that several share counted once; undefined where it was not asked for, or is long to tell. */
  bytes?: number;
}

/** That nobody can say how much a registry holds, and why. */
export interface UnknownContents {
  unknown: string;
}

/** The settings of the engine by which a registry is asked. */
export interface AskedEngine {
  /** `wharf:distribution.http.prefix`. */
  prefix?: string;
  /** Whether it is a pull-through cache as a whole (`wharf:distribution.proxy`): its lists of tags are the other registry's. */
  caches?: boolean;
}

/** Those settings as a stack's file describes them; where the file is wrong or gone, a registry with a prefix is unknown. */
export function askedEngine(config: StackConfig): AskedEngine {
  const engine: DistributionSettings | undefined = partOf(config, ["distribution"])?.distribution;
  return { prefix: engine?.http.prefix, caches: engine?.proxy !== undefined };
}

/** Most images that are looked at one by one to tell their bytes, those that an index names among them. */
const mostMeasured = 500;

/** Levels of indexes within each other; those of builders have one. */
const deepest = 4;

/** The grammar of repositories and tags (OCI distribution specification 1.1, "Pulling manifests"), and of sha256 digests. */
const repositoryName = z
  .string()
  .max(255)
  .regex(/^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$/);
const tagName = z.string().regex(/^\w[\w.-]{0,127}$/);
const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);

const catalogPage = z.object({ repositories: z.array(repositoryName).nullable() });
const tagsPage = z.object({ tags: z.array(tagName).nullish() });

const blob = z.object({ digest: z.string().max(256), size: z.int().min(0) });

/** The parts of a manifest or an index that are read here (OCI image specification 1.1). */
const manifestParts = z.object({
  mediaType: z.string().optional(),
  config: blob.optional(),
  layers: z.array(blob).optional(),
  manifests: z.array(z.object({ digest })).optional(),
  subject: z.object({ digest }).optional(),
});

const manifestTypes = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

/** A registry as its stack's outputs tell of it, asked as somebody who may do everything. */
export function registryApi(
  outputs: StackOutputs,
  { prefix }: AskedEngine = {},
  bounds: Limits = limits,
): RegistryApi {
  const { endpoint, caCertificate } = outputs;
  const login = commandLogin(outputs);
  return new RegistryApi({ endpoint, caCertificate, prefix, login }, bounds);
}

/**
 * Counts the images in a registry through its catalog (OCI distribution API). Unknown, with the reason, where it does not answer
 * in full within the bounds, and where it is a managed one, whose catalog shows what the user may see.
 * @param measures whether to tell the bytes as well
 */
export async function registryContents(
  outputs: StackOutputs,
  {
    engine = {},
    measures = false,
    bounds = limits,
  }: { engine?: AskedEngine; measures?: boolean; bounds?: Limits } = {},
): Promise<Contents | UnknownContents> {
  if (!selfHosted.includes(outputs.target as Target)) {
    return { unknown: `the platform lists them, not the registry` };
  }
  const api = registryApi(outputs, engine, bounds);
  try {
    const repositories = await catalog(api);
    if (engine.caches && repositories.length > 0) {
      return { unknown: "a pull-through cache lists the tags of its upstream" };
    }
    const tagged = await Promise.all(
      repositories.map(async (repository) => ({ repository, tags: await tagsOf(api, repository) })),
    );
    const images = tagged.flatMap(({ repository, tags }) =>
      tags.map((reference) => ({ repository, reference })),
    );
    const untagged = tagged.filter(
      ({ repository, tags }) => tags.length === 0 && repository !== smokeRepository,
    ).length;
    return {
      repositories: tagged.filter(({ tags }) => tags.length > 0).length,
      images: images.length,
      untagged,
      ...(measures && { bytes: await bytesOf(api, images) }),
    };
  } catch (error) {
    if (error instanceof RegistryFailure) return { unknown: error.message };
    throw error;
  } finally {
    await api.close();
  }
}

/**
 * Every repository. Without `n` distribution gives a page of 100, or of `catalogMaxEntries` where that is less; a number above
 * that would be refused with 400.
 */
async function catalog(api: RegistryApi): Promise<string[]> {
  const path = "/v2/_catalog";
  const pages = await api.pages(path, catalogPage);
  if (pages === undefined) throw new RegistryFailure(`there is no ${path}`);
  return [...new Set(pages.flatMap(({ repositories }) => repositories ?? []))];
}

/** Tags to a page. distribution lists all of them at once to those who name no number, and cuts a number to `tagsMax`. */
const pageSize = 1000;

/** Every tag; none in a repository that the catalog names and the list does not know, as after its last tag went. */
async function tagsOf(api: RegistryApi, repository: string): Promise<string[]> {
  const pages = await api.pages(`/v2/${repository}/tags/list?n=${pageSize}`, tagsPage);
  return [...new Set((pages ?? []).flatMap(({ tags }) => tags ?? []))];
}

/** A manifest by its tag or digest. */
interface Reference {
  repository: string;
  reference: string;
}

/** A blob or manifest with the digest that it has, which is the one that it was asked by. */
async function content(
  api: RegistryApi,
  kind: "manifests" | "blobs",
  { repository, reference }: Reference,
) {
  const path = `/v2/${repository}/${kind}/${reference}`;
  const answer = await api.get(path, { accept: kind === "manifests" ? manifestTypes : "*/*" });
  const found = `sha256:${createHash("sha256").update(answer.body).digest("hex")}`;
  if (reference.startsWith("sha256:") && reference !== found) {
    throw new RegistryFailure(`${answer.url.origin}${path} answers with another digest, ${found}`);
  }
  return { ...answer, digest: found };
}

async function manifestAt(api: RegistryApi, reference: Reference) {
  const answer = await content(api, "manifests", reference);
  return {
    digest: answer.digest,
    size: answer.body.length,
    manifest: parsed(answer, manifestParts),
  };
}

/** Bytes of these manifests and of all that they name, each blob once; undefined where that is beyond the bounds. */
async function bytesOf(api: RegistryApi, tagged: Reference[]): Promise<number | undefined> {
  const sizes = new Map<string, number>();
  let level = tagged;
  let measured = 0;
  for (let depth = 0; level.length > 0; depth++) {
    measured += level.length;
    if (depth > deepest || measured > mostMeasured) return undefined;
    let read: Awaited<ReturnType<typeof manifestAt>>[];
    try {
      read = await Promise.all(level.map((reference) => manifestAt(api, reference)));
    } catch (error) {
      if (error instanceof RegistryFailure) return undefined;
      throw error;
    }
    const named = new Map<string, Reference>();
    read.forEach(({ digest, size, manifest }, index) => {
      sizes.set(digest, size);
      const { layers = [], config, manifests = [] } = manifest;
      for (const one of config === undefined ? layers : [...layers, config]) {
        sizes.set(one.digest, one.size);
      }
      const { repository = "" } = level[index] ?? {};
      for (const child of manifests) {
        named.set(child.digest, { repository, reference: child.digest });
      }
    });
    level = [...named.values()].filter(({ reference }) => !sizes.has(reference));
  }
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}

/** Bounds of a listing, for which a person waits who asked for each image. */
export const listingLimits: Limits = { ...limits, totalMs: 600_000, totalBytes: 2 ** 30 };

/**
 * Every tagged image of a registry. distribution does not note when an image was pushed: the time at which it was built, which
 * its configuration holds, stands for it. An image without a tag cannot be listed there.
 * @throws RegistryFailure where the registry does not answer in full within the bounds
 */
export async function registryListing(
  outputs: StackOutputs,
  engine: AskedEngine = {},
  bounds: Limits = listingLimits,
): Promise<ListedImage[]> {
  const api = registryApi(outputs, engine, bounds);
  try {
    const listed = await Promise.all(
      (await catalog(api)).map(async (repository) => {
        const tags = await tagsOf(api, repository);
        const images = await Promise.all(tags.map((tag) => listedImage(api, repository, tag)));
        const byDigest = new Map<string, ListedImage>();
        for (const image of images) {
          const known = byDigest.get(image.digest);
          if (known === undefined) byDigest.set(image.digest, image);
          else known.tags.push(...image.tags);
        }
        return [...byDigest.values()];
      }),
    );
    return listed.flat();
  } finally {
    await api.close();
  }
}

const imageConfig = z.object({ created: z.iso.datetime({ offset: true }).optional() });

async function listedImage(
  api: RegistryApi,
  repository: string,
  tag: string,
): Promise<ListedImage> {
  const { digest, manifest } = await manifestAt(api, { repository, reference: tag });
  const children = manifest.manifests?.map((child) => child.digest);
  const [first] = children ?? [];
  const { manifest: built } =
    first === undefined ? { manifest } : await manifestAt(api, { repository, reference: first });
  return {
    repository,
    digest,
    tags: [tag],
    pushedAt: await builtAt(api, repository, built.config?.digest),
    sizeBytes: (manifest.layers ?? []).reduce((sum, { size }) => sum + size, 0),
    mediaType: manifest.mediaType,
    children,
    subject: manifest.subject?.digest,
  };
}

/** When an image was built, by its configuration; the beginning of time where that does not say. */
async function builtAt(
  api: RegistryApi,
  repository: string,
  config: string | undefined,
): Promise<Date> {
  if (config === undefined) return new Date(0);
  const answer = await content(api, "blobs", { repository, reference: config });
  return new Date(parsed(answer, imageConfig).created ?? 0);
}

/** Whether a registry is known to hold nothing. */
export function holdsNothing(contents: Contents | UnknownContents): boolean {
  return "images" in contents && contents.images === 0 && (contents.untagged ?? 0) === 0;
}

/** A number of images as a phrase. */
export function describeContents(contents: Contents | UnknownContents): string {
  if ("unknown" in contents) return `an unknown number of images (${contents.unknown})`;
  const { bytes, images, repositories, untagged = 0 } = contents;
  const hidden =
    untagged === 0
      ? ""
      : `${repositoriesOf(untagged)} without a tag, which may hold images by digest`;
  if (images === 0) return hidden === "" ? "no images" : `no tagged images, and ${hidden}`;
  const size = bytes === undefined ? "" : ` (${(bytes / 1e6).toFixed(1)} MB)`;
  const counted = `${images} ${images === 1 ? "image" : "images"} in ${repositoriesOf(repositories)}${size}`;
  return hidden === "" ? counted : `${counted}, and ${hidden}`;
}

function repositoriesOf(count: number): string {
  return `${count} ${count === 1 ? "repository" : "repositories"}`;
}
