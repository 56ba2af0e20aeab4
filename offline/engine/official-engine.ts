import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { extract, type Extract } from "tar-stream";
import type { Announce } from "../announce";
import { OfflineError } from "../errors";
import { proxyFor } from "../network";

/** The engine that Wharf gets where none is installed. */
export const engineVersion = "3.250.0";

/**
 * SHA-256 of the official archive of {@link engineVersion} by platform. From Pulumi's own formula for Homebrew, Formula/pulumi.rb in
 * github.com/pulumi/homebrew-tap at commit f745989ee0f1c2793860f338aee62867a32fc562, which a new version replaces; GitHub's release and
 * get.pulumi.com serve the same files. A platform that is missing here has its engine built from Go modules.
 */
const checksums: Readonly<Record<string, string>> = {
  "linux-x64": "8916fd36ccc96adbd45ca679194b685e3b767d94502ae05610878a6d9870b8f3",
  "linux-arm64": "deb4bf0d05b4cbaf3adcf82ffa44039ad0ebf039e33338ead8136877a437b4e5",
  "darwin-x64": "8aa1615ed737022949d4050bf183ab37bce1f9cecb88877bc6636db82604e348",
  "darwin-arm64": "dbd289ce3069cf567683252082e226aef533775f546df7286f64f3f36f5fda28",
};

/** How long the download may take, in milliseconds: 120 MB over a slow line. */
const timeoutMs = 600_000;

/** What an archive may hold at most, in bytes: four times the largest so far. */
const largest = 500_000_000;

/** An archive on a server, and what it must be. */
export interface PinnedArchive {
  url: string;
  /** SHA-256 in hexadecimal digits. */
  sha256: string;
}

/** The official archive of the engine for a platform in Node.js's words; undefined where its checksum is not known. */
export function officialArchive(
  platform: string = process.platform,
  architecture: string = process.arch,
): PinnedArchive | undefined {
  const target = `${platform}-${architecture}`;
  const sha256 = checksums[target];
  const url = `https://get.pulumi.com/releases/sdk/pulumi-v${engineVersion}-${target}.tar.gz`;
  return sha256 === undefined ? undefined : { url, sha256 };
}

/**
 * Downloads an archive into a directory, by the proxy of `HTTPS_PROXY` where one is set, and puts the programs in it into `bin` there.
 * Nothing is unpacked before its checksum is seen to be the pinned one.
 *
 * @throws {OfflineError} where it is another file than the pinned one
 * @throws {Error} where the server does not answer, or breaks off
 */
export async function downloadArchive(
  archive: PinnedArchive,
  directory: string,
  announce: Pick<Announce, "update">,
): Promise<void> {
  const file = join(directory, "archive.tar.gz");
  const sha256 = await save(archive.url, file, announce);
  if (sha256 !== archive.sha256) {
    throw new OfflineError(
      `${archive.url} is not the file that Wharf knows: its SHA-256 is ${sha256} in place of ${archive.sha256}. ` +
        "It was thrown away unopened. Something on the way, such as a proxy, has answered in the server's place, or the file was replaced. " +
        "Put a Pulumi that you trust on PATH, as https://www.pulumi.com/docs/install/ says, or look into it.",
    );
  }
  const into = join(directory, "bin");
  await mkdir(into);
  const entries = extract();
  await Promise.all([
    pipeline(createReadStream(file), createGunzip(), entries),
    writePrograms(entries, into),
  ]);
  await rm(file);
}

/** Writes what a server sends to a file; returns its SHA-256. */
async function save(
  url: string,
  file: string,
  announce: Pick<Announce, "update">,
): Promise<string> {
  // Loaded here, since most runs find an engine and download none.
  const { Agent, interceptors, ProxyAgent, request } = await import("undici");
  const proxy = proxyFor(new URL(url).hostname);
  const agent = proxy === undefined ? new Agent() : new ProxyAgent(proxy.href);
  try {
    const { statusCode, body, headers } = await request(url, {
      dispatcher: agent.compose(interceptors.redirect({ maxRedirections: 3 })),
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (statusCode !== 200) throw new Error(`the server answered ${statusCode}`);
    const total = Number(headers["content-length"]);
    const hash = createHash("sha256");
    let bytes = 0;
    await pipeline(
      body,
      async function* (chunks: AsyncIterable<Uint8Array>) {
        for await (const chunk of chunks) {
          bytes += chunk.length;
          if (bytes > largest) throw new Error(`it is larger than ${megabytes(largest)} MB`);
          hash.update(chunk);
          const of = total > 0 ? ` of ${megabytes(total)}` : "";
          announce.update(`${megabytes(bytes)}${of} MB downloaded`);
          yield chunk;
        }
      },
      createWriteStream(file),
    );
    return hash.digest("hex");
  } finally {
    await agent.destroy();
  }
}

const megabytes = (bytes: number) => Math.round(bytes / 1_000_000);

/** Writes the files of an archive into one directory, each under the last part of its name, to be run by everybody. */
async function writePrograms(entries: Extract, into: string): Promise<void> {
  for await (const entry of entries) {
    const { name, type } = entry.header;
    if (type === "file") {
      await writeFile(join(into, basename(name)), entry as unknown as Readable, { mode: 0o755 });
    } else {
      entry.resume();
    }
  }
}
