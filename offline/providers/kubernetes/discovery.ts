import { ApiError, type Connection } from "./connection";
import { namespaceOf, nameOf, objectsAt, textAt } from "./objects";
import type { Values } from "../values";

/** How the API server serves a kind. */
export interface Served {
  /** The path of the group and version, such as /apis/apps/v1. */
  base: string;
  plural: string;
  namespaced: boolean;
  verbs: readonly string[];
}

/** The cluster serves no such kind: its CRD is not there, or this version of Kubernetes has it not. */
export class UnknownKind extends Error {
  constructor(apiVersion: string, kind: string) {
    super(
      `the cluster serves no ${kind} of ${apiVersion}. Install the CustomResourceDefinition that it comes with, ` +
        `or see what there is: kubectl api-resources`,
    );
  }
}

/** Learns from the API server which kinds there are, a group and version at a time, and remembers. */
export class Discovery {
  private readonly known = new Map<string, Promise<Map<string, Served>>>();

  constructor(private readonly connection: Connection) {}

  /** How a kind is served; undefined where it is not. A kind that is missing is asked for anew each time, as CRDs come. */
  async find(apiVersion: string, kind: string): Promise<Served | undefined> {
    const known = this.known.get(apiVersion);
    const served = known && (await known).get(kind);
    if (served) return served;
    const asked = this.list(apiVersion);
    this.known.set(apiVersion, asked);
    try {
      return (await asked).get(kind);
    } catch (error) {
      this.known.delete(apiVersion);
      if (error instanceof ApiError && error.code === 404) return undefined;
      throw error;
    }
  }

  /** The path of an object's kind in its namespace. @throws {UnknownKind} */
  async collection(object: Values): Promise<string> {
    const served = await this.served(object);
    const namespace = namespaceOf(object) || "default";
    return served.namespaced
      ? `${served.base}/namespaces/${encodeURIComponent(namespace)}/${served.plural}`
      : `${served.base}/${served.plural}`;
  }

  /** The path of an object. @throws {UnknownKind} */
  async path(object: Values): Promise<string> {
    return `${await this.collection(object)}/${encodeURIComponent(nameOf(object))}`;
  }

  /** How an object is served. @throws {UnknownKind} */
  async served(object: Values): Promise<Served> {
    const [apiVersion, kind] = [textAt(object, "apiVersion"), textAt(object, "kind")];
    const served = await this.find(apiVersion, kind);
    if (served === undefined) throw new UnknownKind(apiVersion, kind);
    return served;
  }

  private async list(apiVersion: string): Promise<Map<string, Served>> {
    const base = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const answer = await this.connection.ask(base);
    const kinds = objectsAt(answer, "resources")
      // Those with a slash, such as pods/log, are parts of an object.
      .filter((resource) => !textAt(resource, "name").includes("/"))
      .map((resource): [string, Served] => [
        textAt(resource, "kind"),
        {
          base,
          plural: textAt(resource, "name"),
          namespaced: resource.namespaced === true,
          verbs: Array.isArray(resource.verbs) ? resource.verbs.map(String) : [],
        },
      ]);
    return new Map(kinds);
  }
}
