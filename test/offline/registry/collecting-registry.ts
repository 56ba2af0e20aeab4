import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Report } from "../../../cli/collection/report";
import type { RegistryRules } from "../../../components/retention/registry-rules";
import { registryBinary } from "../../components/distribution/software";
import {
  type Answer,
  ask,
  startRegistry,
  until,
  type RegistrySettings,
} from "../../support/running-registry";
import { digestOf, manifestType } from "../../support/small-image";
import { passwordOf, user } from "./roles-registry";

export const indexType = "application/vnd.oci.image.index.v1+json";

/** A blob or manifest as another one names it. */
export interface Descriptor {
  mediaType: string;
  digest: string;
  size: number;
}

/** Keeps what a tag keep-… names; everything else is deleted at once. */
export const keepOnly: RegistryRules = {
  version: 1,
  graceSeconds: 0,
  mostPercent: 100,
  repositories: {},
  others: {
    dryRun: false,
    steps: [
      { do: "keep-tags", patterns: ["keep-*"] },
      { do: "follow-subject", patterns: ["sha256-*"] },
      { do: "delete-tagged" },
      { do: "delete-untagged", afterDays: 0 },
      { do: "keep-children" },
      { do: "collect-garbage" },
    ],
  },
};

/** Wharf's own registry program that deletes by rules; it may be killed, and starts again over the same images. */
export class CollectingRegistry {
  private readonly directory = mkdtempSync(join(tmpdir(), "wharf-collecting-"));
  private running: Awaited<ReturnType<typeof startRegistry>> | undefined;

  private constructor(private readonly settings: RegistrySettings) {}

  static async start(
    rules: RegistryRules,
    settings: RegistrySettings = {},
  ): Promise<CollectingRegistry> {
    const registry = new CollectingRegistry(settings);
    const all = [{ repositories: ["**"], actions: ["pull" as const, "push" as const] }];
    const everything = [
      { repositories: ["**"], actions: ["pull" as const, "push" as const, "delete" as const] },
    ];
    const policy = {
      version: 1,
      users: [
        user("ci", all),
        user("admin", everything),
        user("almost", [
          {
            repositories: ["*/**"],
            actions: ["pull" as const, "push" as const, "delete" as const],
          },
        ]),
      ],
    };
    writeFileSync(join(registry.directory, "policy.json"), JSON.stringify(policy));
    registry.write(rules);
    await registry.begin();
    return registry;
  }

  /** Starts the program. */
  async begin(): Promise<void> {
    const path = (file: string) => join(this.directory, file);
    this.running = await startRegistry(await registryBinary(), {
      distribution: { metrics: { enabled: true } },
      data: path("data"),
      change: (config) => ({
        ...config,
        auth: {
          roles: { realm: "wharf", policy: path("policy.json"), retention: path("retention.json") },
        },
      }),
      ...this.settings,
    });
  }

  /** Kills the program as a power failure would. */
  async kill(): Promise<void> {
    this.running?.process.kill("SIGKILL");
    await this.running?.exited;
  }

  async stop(): Promise<void> {
    await this.running?.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** Writes the rules. */
  write(rules: RegistryRules | string): void {
    const text = typeof rules === "string" ? rules : JSON.stringify(rules);
    writeFileSync(join(this.directory, "retention.json"), text);
  }

  log(): string {
    return this.running?.log() ?? "";
  }

  metrics(): Promise<Answer> {
    return ask(`${this.running?.debugUrl}/metrics`);
  }

  ask(
    path: string,
    {
      as = "ci",
      ...options
    }: {
      as?: string;
      method?: string;
      headers?: Record<string, string>;
      body?: string | Buffer;
    } = {},
  ): Promise<Answer> {
    const auth = as === "" ? undefined : `${as}:${passwordOf(as)}`;
    return ask(`${this.running?.url}${path}`, { auth, ...options });
  }

  /** Whether the registry has a blob, as clients ask before they push it. */
  async has(repository: string, digest: string): Promise<boolean> {
    const { status } = await this.ask(`/v2/${repository}/blobs/${digest}`, { method: "HEAD" });
    return status === 200;
  }

  async pushBlob(repository: string, content: string): Promise<Descriptor> {
    const begun = await this.ask(`/v2/${repository}/blobs/uploads/`, { method: "POST" });
    const { pathname, search } = new URL(begun.headers.location ?? "", "http://registry");
    const ended = await this.ask(`${pathname}${search}&digest=${digestOf(content)}`, {
      method: "PUT",
      headers: { "Content-Type": "application/octet-stream" },
      body: content,
    });
    if (ended.status !== 201) throw new Error(`pushing a blob: ${ended.status} ${ended.body}`);
    return blobOf(content);
  }

  /** Pushes a manifest under a tag or, without one, by its digest. */
  async pushManifest(repository: string, content: object, tag?: string): Promise<Descriptor> {
    const body = JSON.stringify(content);
    const { mediaType } = content as { mediaType: string };
    const digest = digestOf(body);
    const answer = await this.ask(`/v2/${repository}/manifests/${tag ?? digest}`, {
      method: "PUT",
      headers: { "Content-Type": mediaType },
      body,
    });
    if (answer.status !== 201) {
      throw new Error(`pushing a manifest: ${answer.status} ${answer.body}`);
    }
    return { mediaType, digest, size: body.length };
  }

  /** Pushes an image as clients do: asks for each blob, and uploads what is missing. */
  async push(repository: string, layers: string[], tag?: string): Promise<Descriptor> {
    const config = JSON.stringify({ architecture: "amd64", os: "linux", comment: tag ?? layers });
    for (const content of [...layers, config]) {
      if (!(await this.has(repository, digestOf(content))))
        await this.pushBlob(repository, content);
    }
    const manifest = {
      schemaVersion: 2,
      mediaType: manifestType,
      config: { ...blobOf(config), mediaType: "application/vnd.oci.image.config.v1+json" },
      layers: layers.map(blobOf),
    };
    return this.pushManifest(repository, manifest, tag);
  }

  /** Pulls an image and all that it names, and fails where a byte is missing or wrong. */
  async pull(repository: string, reference: string): Promise<void> {
    const { status, body } = await this.ask(`/v2/${repository}/manifests/${reference}`, {
      headers: { Accept: `${manifestType}, ${indexType}` },
    });
    if (status !== 200) throw new Error(`${repository}:${reference}: ${status} ${body}`);
    const read = JSON.parse(body) as {
      manifests?: Descriptor[];
      layers?: Descriptor[];
      config?: Descriptor;
    };
    for (const child of read.manifests ?? []) await this.pull(repository, child.digest);
    for (const blob of [...(read.layers ?? []), ...(read.config ? [read.config] : [])]) {
      const answer = await this.ask(`/v2/${repository}/blobs/${blob.digest}`);
      if (answer.status !== 200 || digestOf(answer.body) !== blob.digest) {
        throw new Error(`${repository}:${reference}: ${blob.digest}: ${answer.status}`);
      }
    }
  }

  /** Asks for a collection and waits until it has ended. */
  async collect(request: object = { overLimit: true }): Promise<Report> {
    const path = "/v2/_wharf/collection";
    const id = await until("a collection begins", async () => {
      const begun = await this.ask(path, {
        as: "admin",
        method: "POST",
        body: JSON.stringify(request),
      });
      if (begun.status === 503 || begun.status === 409) return undefined;
      if (begun.status !== 202) throw new Error(`${begun.status} ${begun.body}`);
      return (JSON.parse(begun.body) as { id: string }).id;
    });
    return until("the collection ends", async () => {
      const { body } = await this.ask(path, { as: "admin" });
      const { last } = JSON.parse(body) as { last: Report | null };
      return last?.id === id ? last : undefined;
    });
  }

  /** Sizes of all blobs on the disk by their digests; fails where one is not what its digest says. */
  blobs(): Map<string, number> {
    const root = join(this.directory, "data/docker/registry/v2/blobs/sha256");
    const sizes = new Map<string, number>();
    for (const prefix of existsSync(root) ? readdirSync(root) : []) {
      for (const hex of readdirSync(join(root, prefix))) {
        const file = join(root, prefix, hex, "data");
        if (!existsSync(file)) continue;
        const content = readFileSync(file);
        const found = createHash("sha256").update(content).digest("hex");
        if (found !== hex) throw new Error(`the blob ${hex} has the digest ${found}`);
        sizes.set(`sha256:${hex}`, content.length);
      }
    }
    return sizes;
  }
}

const blobOf = (content: string): Descriptor => ({
  mediaType: "application/vnd.oci.image.layer.v1.tar+gzip",
  digest: digestOf(content),
  size: Buffer.byteLength(content),
});
