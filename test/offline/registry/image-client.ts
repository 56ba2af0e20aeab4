import type { CollectionStatus, Report } from "../../../cli/collection/report";
import { type Answer, until } from "../../support/running-registry";
import { digestOf, manifestType } from "../../support/small-image";

export const indexType = "application/vnd.oci.image.index.v1+json";

/** What a client says it takes that knows all kinds of images. */
export const anyImage = [
  manifestType,
  indexType,
  "application/vnd.docker.distribution.manifest.v2+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
].join(", ");

/** Where administrators ask for a collection and its report. */
const runs = "/v2/_wharf/collection";

/** A blob or manifest as another one names it. */
export interface Descriptor {
  mediaType: string;
  digest: string;
  size: number;
}

/** What a manifest names, as far as a client follows it. */
export interface Manifest {
  manifests?: Descriptor[];
  layers?: Descriptor[];
  config?: Descriptor;
}

/** What the registry says of its collections, as far as a test asks. */
type Collections = Pick<CollectionStatus, "running" | "last" | "planned">;

/** A request to a registry. */
export interface Asked {
  /** Name of the user; by default one who may push. */
  as?: string;
  method?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

/** What clients do at a registry, request by request: they push and pull images, and an administrator collects. */
export abstract class ImageClient {
  /** One request. */
  abstract ask(path: string, asked?: Asked): Promise<Answer>;

  /** Whether the registry has a blob, as clients ask before they push it. */
  async has(repository: string, digest: string): Promise<boolean> {
    const { status } = await this.ask(`/v2/${repository}/blobs/${digest}`, { method: "HEAD" });
    return status === 200;
  }

  async pushBlob(repository: string, content: string): Promise<Descriptor> {
    const begun = await this.ask(`/v2/${repository}/blobs/uploads/`, { method: "POST" });
    if (begun.status !== 202) throw new Error(`pushing a blob: ${begun.status} ${begun.body}`);
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
      headers: { Accept: anyImage },
    });
    if (status !== 200) throw new Error(`${repository}:${reference}: ${status} ${body}`);
    const read = JSON.parse(body) as Manifest;
    for (const child of read.manifests ?? []) await this.pull(repository, child.digest);
    for (const blob of [...(read.layers ?? []), ...(read.config ? [read.config] : [])]) {
      const answer = await this.ask(`/v2/${repository}/blobs/${blob.digest}`);
      if (answer.status !== 200 || digestOf(answer.body) !== blob.digest) {
        throw new Error(`${repository}:${reference}: ${blob.digest}: ${answer.status}`);
      }
    }
  }

  /** Begins a collection; its name. */
  async beginCollection(request: object = { overLimit: true }): Promise<string> {
    return until("a collection begins", async () => {
      const body = JSON.stringify(request);
      const begun = await this.ask(runs, { as: "admin", method: "POST", body });
      if (begun.status === 503 || begun.status === 409) return undefined;
      if (begun.status !== 202) throw new Error(`${begun.status} ${begun.body}`);
      return (JSON.parse(begun.body) as { id: string }).id;
    });
  }

  /** The reports of the run and of the dry run that ended last, and the name of the one that goes on. */
  async collections(): Promise<Collections> {
    const { status, body } = await this.ask(runs, { as: "admin" });
    if (status !== 200) throw new Error(`asking for collections: ${status} ${body}`);
    return JSON.parse(body) as Collections;
  }

  /** Waits until a run has ended. */
  endOfCollection(id: string): Promise<Report> {
    const ended = async () => {
      const { last, planned } = await this.collections();
      return [last, planned].find((one) => one?.id === id) ?? undefined;
    };
    return until("the collection ends", ended, 120);
  }

  /** Asks for a collection and waits until it has ended. */
  async collect(request?: object): Promise<Report> {
    return this.endOfCollection(await this.beginCollection(request));
  }
}

const blobOf = (content: string): Descriptor => ({
  mediaType: "application/vnd.oci.image.layer.v1.tar+gzip",
  digest: digestOf(content),
  size: Buffer.byteLength(content),
});
