import { createHash, randomBytes } from "node:crypto";
import { Pool, type Dispatcher } from "undici";

/** An image of one layer, as it is sent. */
export interface LoadImage {
  layer: Buffer;
  layerDigest: string;
  config: Buffer;
  manifest: string;
}

/** How many requests are on their way at once where many are sent: what a node with several pulls has. */
const parallel = 8;

const manifestType = "application/vnd.oci.image.manifest.v1+json";
const digestOf = (content: Buffer) =>
  `sha256:${createHash("sha256").update(content).digest("hex")}`;

/** A new image with one layer of random bytes. */
export function newImage(bytes: number): LoadImage {
  const layer = randomBytes(bytes);
  const layerDigest = digestOf(layer);
  const config = Buffer.from(
    JSON.stringify({ architecture: "amd64", os: "linux", rootfs: { layers: [layerDigest] } }),
  );
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: manifestType,
    config: {
      mediaType: "application/vnd.oci.image.config.v1+json",
      digest: digestOf(config),
      size: config.length,
    },
    layers: [
      {
        mediaType: "application/vnd.oci.image.layer.v1.tar",
        digest: layerDigest,
        size: bytes,
      },
    ],
  });
  return { layer, layerDigest, config, manifest };
}

/**
 * A client that does what clients of registries do and nothing else: it neither compresses nor checks what it gets, so that what it takes
 * itself hides least of what the registry takes.
 */
export class Load {
  private readonly pool: Pool;
  private readonly authorization: Record<string, string>;

  /**
   * @param origin scheme, host and port; any certificate is accepted
   * @param login name and password, parted by a colon; undefined sends none
   */
  constructor(
    private readonly origin: string,
    login: string | undefined,
  ) {
    this.pool = this.newPool();
    this.authorization =
      login === undefined
        ? {}
        : { authorization: `Basic ${Buffer.from(login).toString("base64")}` };
  }

  /** Pushes an image. */
  async push(repository: string, tag: string, image: LoadImage): Promise<void> {
    await this.upload(repository, image.layer, image.layerDigest);
    await this.upload(repository, image.config, digestOf(image.config));
    const path = `/v2/${repository}/manifests/${tag}`;
    await this.ask("PUT", path, 201, image.manifest, { "content-type": manifestType });
  }

  /** Pulls an image; returns how many bytes its layer has. */
  async pull(repository: string, tag: string): Promise<number> {
    const accept = { accept: manifestType };
    const path = `/v2/${repository}/manifests/${tag}`;
    const { body } = await this.ask("GET", path, 200, undefined, accept);
    const { config, layers } = (await body.json()) as {
      config: { digest: string };
      layers: { digest: string }[];
    };
    let bytes = 0;
    for (const { digest } of [config, ...layers]) {
      const blob = await this.ask("GET", `/v2/${repository}/blobs/${digest}`, 200);
      bytes = 0;
      for await (const part of blob.body) bytes += (part as Buffer).length;
    }
    return bytes;
  }

  /** Pulls an image so many times, several at once. */
  async pulls(repository: string, tag: string, count: number): Promise<void> {
    await times(count, () => this.pull(repository, tag));
  }

  /** Logs in so many times, each with a connection of its own as clients do, several at once. */
  async logins(count: number): Promise<void> {
    await times(count, async () => {
      const pool = this.newPool();
      try {
        await this.ask("GET", "/v2/", 200, undefined, {}, pool);
      } finally {
        await pool.close();
      }
    });
  }

  close(): Promise<void> {
    return this.pool.close();
  }

  private newPool(): Pool {
    return new Pool(this.origin, {
      connections: parallel,
      connect: { rejectUnauthorized: false },
      // With htpasswd, requests wait for the passwords of those before them.
      headersTimeout: 120_000,
    });
  }

  private async upload(repository: string, content: Buffer, digest: string): Promise<void> {
    const begun = await this.ask("POST", `/v2/${repository}/blobs/uploads/`, 202);
    const type = { "content-type": "application/octet-stream" };
    const sent = await this.ask("PATCH", this.placeOf(begun), 202, content, type);
    const place = new URL(this.placeOf(sent), this.origin);
    place.searchParams.set("digest", digest);
    await this.ask("PUT", place.pathname + place.search, 201);
  }

  private placeOf({ headers }: Dispatcher.ResponseData): string {
    const { pathname, search } = new URL(String(headers.location), this.origin);
    return pathname + search;
  }

  /** One request. An answer other than a GET's has nothing that is wanted. */
  private async ask(
    method: "GET" | "POST" | "PATCH" | "PUT",
    path: string,
    expected: number,
    body?: Buffer | string,
    headers: Record<string, string> = {},
    pool = this.pool,
  ): Promise<Dispatcher.ResponseData> {
    const answer = await pool.request({
      method,
      path,
      body,
      headers: { ...this.authorization, ...headers },
    });
    if (answer.statusCode !== expected) {
      throw new Error(
        `${method} ${this.origin}${path} answered ${answer.statusCode}: ${await answer.body.text()}`,
      );
    }
    if (method !== "GET" || path === "/v2/") await answer.body.dump();
    return answer;
  }
}

/** Does something so many times, several at once. */
async function times(count: number, work: () => Promise<unknown>): Promise<void> {
  let left = count;
  await Promise.all(
    Array.from({ length: Math.min(count, parallel) }, async () => {
      while (left > 0) {
        left -= 1;
        await work();
      }
    }),
  );
}
