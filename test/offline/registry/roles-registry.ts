import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hashSync } from "bcryptjs";
import type { DistributionConfig } from "../../../components/distribution/config";
import { registryBinary } from "../../components/distribution/software";
import {
  type Answer,
  ask,
  type RegistrySettings,
  startRegistry,
  until,
} from "../../support/running-registry";
import { digestOf, manifestType } from "../../support/small-image";

/** A rule of the policy file. */
export interface Rule {
  repositories: string[];
  actions: ("pull" | "push" | "delete")[];
}

/** A policy file, as far as tests write it. */
export interface Policy {
  version: 1;
  users?: object[];
  [field: string]: unknown;
}

/** The password of every user of a test. */
export const passwordOf = (name: string) => `${name}'s password`;

/** A user of the policy file. */
export function user(name: string, rules: Rule[], more: object = {}): object {
  return { name, secrets: [{ bcrypt: hashSync(passwordOf(name), 4) }], rules, ...more };
}

/** What a request sends beside its method and path. */
export interface Sent {
  method?: string;
  /** Name of a user of {@link user}; or name and password, parted by a colon. Defaults to none. */
  as?: string;
  headers?: Record<string, string>;
  body?: string;
}

/** Wharf's own registry program with roles, which runs on loopback. */
export class RolesRegistry {
  private constructor(
    private readonly directory: string,
    private readonly running: Awaited<ReturnType<typeof startRegistry>>,
  ) {}

  /** Starts one with a policy file; without a policy there is none. */
  static async start(
    policy?: Policy,
    change: (config: DistributionConfig) => object = (config) => config,
    { distribution = {}, ...settings }: RegistrySettings = {},
  ): Promise<RolesRegistry> {
    const directory = mkdtempSync(join(tmpdir(), "wharf-roles-"));
    const file = join(directory, "policy.json");
    if (policy !== undefined) writeFileSync(file, JSON.stringify(policy));
    const roles = { realm: "wharf", policy: file };
    const running = await startRegistry(await registryBinary(), {
      ...settings,
      distribution: { catalogMaxEntries: 1000, metrics: { enabled: true }, ...distribution },
      change: (config) => ({ ...change(config), auth: { roles } }),
    });
    return new RolesRegistry(directory, running);
  }

  get url(): string {
    return this.running.url;
  }

  get host(): string {
    return new URL(this.url).host;
  }

  log(): string {
    return this.running.log();
  }

  /** One request; the path is sent as it is. */
  ask(path: string, { method, as, headers, body }: Sent = {}): Promise<Answer> {
    const auth = as === undefined || as.includes(":") ? as : `${as}:${passwordOf(as)}`;
    const { hostname, port } = new URL(this.url);
    return ask(this.url, { hostname, port, path, method, auth, headers, body });
  }

  metrics(): Promise<Answer> {
    return ask(`${this.running.debugUrl}/metrics`);
  }

  /** Writes the policy file, all at once, whatever it is; undefined removes it. */
  write(contents: string | undefined): void {
    const file = join(this.directory, "policy.json");
    if (contents === undefined) return rmSync(file);
    writeFileSync(`${file}.new`, contents);
    renameSync(`${file}.new`, file);
  }

  /** Waits until the log says something, from where it stood. */
  async said(text: RegExp, from = 0): Promise<void> {
    await until(`the log says ${text}`, () => text.test(this.log().slice(from)) || undefined);
  }

  /** Writes the policy file and waits until it is the one that holds. */
  async change(policy: Policy): Promise<void> {
    const from = this.log().length;
    this.write(JSON.stringify(policy));
    await this.said(/policy loaded/, from);
  }

  /** Pushes an image of one blob; its digest and the blob's follow from the text. */
  async push(repository: string, tag: string, text: string, as: string): Promise<Image> {
    const image = imageOf(text);
    await this.pushBlob(repository, image.blob, as);
    const answer = await this.putManifest(repository, tag, image.manifest, as);
    if (answer.status !== 201) throw new Error(`pushing ${repository}:${tag}: ${answer.body}`);
    return image;
  }

  async pushBlob(repository: string, blob: string, as: string): Promise<void> {
    const begun = await this.ask(`/v2/${repository}/blobs/uploads/`, { method: "POST", as });
    const { pathname, search } = new URL(begun.headers.location ?? "", this.url);
    const ended = await this.ask(`${pathname}${search}&digest=${digestOf(blob)}`, {
      method: "PUT",
      as,
      headers: { "Content-Type": "application/octet-stream" },
      body: blob,
    });
    if (ended.status !== 201) throw new Error(`pushing a blob to ${repository}: ${ended.body}`);
  }

  putManifest(repository: string, tag: string, manifest: string, as: string): Promise<Answer> {
    return this.ask(`/v2/${repository}/manifests/${tag}`, {
      method: "PUT",
      as,
      headers: { "Content-Type": manifestType },
      body: manifest,
    });
  }

  /** Ends the process at once, whatever it is doing. */
  async kill(): Promise<void> {
    this.running.process.kill("SIGKILL");
    await this.running.exited;
  }

  async stop(): Promise<void> {
    await this.running.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** An image of one blob. */
export interface Image {
  blob: string;
  blobDigest: string;
  manifest: string;
  digest: string;
}

export function imageOf(text: string, more: object = {}): Image {
  const blob = JSON.stringify({ architecture: "amd64", os: "linux", comment: text });
  const blobDigest = digestOf(blob);
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: manifestType,
    config: {
      mediaType: "application/vnd.oci.image.config.v1+json",
      digest: blobDigest,
      size: blob.length,
    },
    layers: [],
    ...more,
  });
  return { blob, blobDigest, manifest, digest: digestOf(manifest) };
}
