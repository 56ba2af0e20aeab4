import { createHash } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { Readable } from "node:stream";
import type Docker from "dockerode";
import { pack, type Headers } from "tar-stream";

/** User and group that Wharf's images run as and own their data with. */
export const unprivileged = 10001;

/** A file, directory or link of an image. */
export interface Entry {
  /** Path without the leading slash. */
  path: string;
  contents?: Buffer | string;
  /** Defaults to 0755, which fits programs and directories. */
  mode?: number;
  /** Number of the user and group it belongs to. Defaults to root's. */
  owner?: number;
  /** Makes it a symbolic link to this path. */
  link?: string;
}

/** What an image holds and how it runs. */
export interface ImageDescription {
  /** Repository and tag. */
  reference: string;
  /** As Go names it: `amd64`, `arm64`. */
  architecture: string;
  entries: Entry[];
  entrypoint?: string[];
  command: string[];
  workingDirectory?: string;
  environment?: string[];
  labels: Record<string, string>;
}

/** The time of everything in an image: fixed, so that the same contents always make the same image id. */
const epoch = new Date(0);

/**
 * Puts an image of one layer into the engine, by the archive format of `docker save`. Unlike a Dockerfile's build it needs no
 * builder, and writes no time of its own into the image.
 */
export async function loadImage(docker: Docker, description: ImageDescription): Promise<void> {
  const archive = await imageArchive(description);
  const progress = await docker.loadImage(Readable.from([archive]), { quiet: true });
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(progress, (error) => (error ? reject(error) : resolve()));
  });
}

/** The one layer of an image, an uncompressed tar archive, and its configuration (OCI image specification 1.1). */
export async function imageParts(
  description: ImageDescription,
): Promise<{ layer: Buffer; config: string }> {
  const layer = await tar(withParents(description.entries));
  const config = JSON.stringify({
    architecture: description.architecture,
    os: "linux",
    created: epoch.toISOString(),
    config: {
      User: `${unprivileged}:${unprivileged}`,
      Env: ["PATH=/bin:/usr/bin", ...(description.environment ?? [])],
      Entrypoint: description.entrypoint ?? null,
      Cmd: description.command,
      WorkingDir: description.workingDirectory ?? "/",
      Labels: description.labels,
    },
    rootfs: { type: "layers", diff_ids: [`sha256:${sha256(layer)}`] },
    history: [{ created: epoch.toISOString(), created_by: "wharf" }],
  });
  return { layer, config };
}

/** The archive of an image, as `docker load` takes it. */
export async function imageArchive(description: ImageDescription): Promise<Buffer> {
  const { layer, config } = await imageParts(description);
  const configName = `${sha256(config)}.json`;
  const manifest = [
    { Config: configName, RepoTags: [description.reference], Layers: ["layer.tar"] },
  ];
  return tar([
    { path: configName, contents: config, mode: 0o644 },
    { path: "layer.tar", contents: layer, mode: 0o644 },
    { path: "manifest.json", contents: JSON.stringify(manifest), mode: 0o644 },
  ]);
}

/**
 * Entries with every directory above them: an engine makes those that an archive leaves out, and a rootless one with vfs makes them
 * 0600, so that nobody but root may look into them.
 */
function withParents(entries: Entry[]): Entry[] {
  const paths = new Set(entries.map(({ path }) => path));
  return entries.flatMap((entry) => {
    const parts = entry.path.split("/").slice(0, -1);
    const above = parts.map((_, index) => parts.slice(0, index + 1).join("/"));
    const missing = above.filter((path) => !paths.has(path));
    for (const path of missing) paths.add(path);
    return [...missing.map((path) => ({ path })), entry];
  });
}

async function tar(entries: Entry[]): Promise<Buffer> {
  const archive = pack();
  const whole = buffer(archive);
  for (const { path, contents, mode = 0o755, owner = 0, link } of entries) {
    const type = link !== undefined ? "symlink" : contents === undefined ? "directory" : "file";
    const header: Headers = { name: path, type, mode, uid: owner, gid: owner, mtime: epoch };
    if (link !== undefined) header.linkname = link;
    if (contents === undefined) archive.entry(header);
    else archive.entry(header, contents);
  }
  archive.finalize();
  return whole;
}

function sha256(contents: Buffer | string): string {
  return createHash("sha256").update(contents).digest("hex");
}
