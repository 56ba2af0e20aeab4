import { setTimeout as delay } from "node:timers/promises";
import type { KubeConfig } from "@kubernetes/client-node";
import type { Values } from "../values";
import { ApiError, Connection, Unreachable } from "./connection";
import { Discovery, UnknownKind } from "./discovery";
import { handedOver, hasForerunner } from "./field-managers";
import { nameOf, namespaceOf, textAt, title } from "./objects";

/** How an object is applied. */
export interface Applying {
  fieldManager: string;
  /** Try it on the API server without keeping the result. */
  dryRun?: boolean;
  /** Take over the fields that other managers set otherwise. */
  force?: boolean;
}

/** How long a namespace or a kind that is to be created elsewhere in the same run is waited for, in milliseconds. */
const prerequisiteWithinMs = 30_000;

/** How often it is looked for, in milliseconds. */
const lookEveryMs = 500;

/** The objects of one cluster. */
export class Cluster {
  readonly connection: Connection;
  readonly discovery: Discovery;

  constructor(config: KubeConfig) {
    this.connection = new Connection(config);
    this.discovery = new Discovery(this.connection);
  }

  /** The sentence that says why the cluster cannot be reached; undefined where it can. */
  async unreachable(): Promise<string | undefined> {
    try {
      await this.connection.ask("/version");
      return undefined;
    } catch (error) {
      // Whoever answers, if only to refuse, is there.
      if (error instanceof ApiError) return undefined;
      if (error instanceof Unreachable) return error.message;
      throw error;
    }
  }

  /** The object of this identity as it is now; undefined where there is none. */
  async find(identity: Values): Promise<Values | undefined> {
    try {
      return await this.connection.ask(await this.discovery.path(identity));
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
  }

  /** Applies an object, which creates it where it is not there. @throws {ApiError} */
  async apply(object: Values, { fieldManager, dryRun, force }: Applying): Promise<Values> {
    const dry = dryRun ? "All" : undefined;
    const { verbs } = await this.discovery.served(object);
    // Reviews of access and the like can only be created: they are questions, not objects.
    if (!verbs.includes("patch")) {
      return await this.connection.ask(await this.discovery.collection(object), {
        method: "POST",
        query: { dryRun: dry },
        body: object,
      });
    }
    try {
      return await this.connection.ask(await this.discovery.path(object), {
        method: "PATCH",
        query: { fieldManager, force: force ? "true" : undefined, dryRun: dry },
        contentType: "application/apply-patch+yaml",
        body: object,
      });
    } catch (error) {
      throw isConflict(error) ? conflict(object, fieldManager, error) : error;
    }
  }

  /** Tries a creation on the API server: what the object would be. @throws {ApiError} */
  async tryCreate(object: Values, fieldManager: string): Promise<Values> {
    return await this.connection.ask(await this.discovery.collection(object), {
      method: "POST",
      query: { fieldManager, dryRun: "All", fieldValidation: "Strict" },
      body: object,
    });
  }

  /** Gives up all fields that the manager owns; what nobody else owns goes. @throws {ApiError} */
  async relinquish(live: Values, fieldManager: string): Promise<void> {
    const { apiVersion = "", kind = "" } = live;
    const namespace = namespaceOf(live);
    const metadata = { name: nameOf(live), ...(namespace && { namespace }) };
    await this.apply({ apiVersion, kind, metadata }, { fieldManager });
  }

  /** Hands the fields that were set before server-side apply to `fieldManager`, so that they can be applied. */
  async takeOver(live: Values, fieldManager: string): Promise<void> {
    if (!hasForerunner(live)) return;
    const resourceVersion = textAt(live, "metadata", "resourceVersion");
    await this.connection.ask(await this.discovery.path(live), {
      method: "PATCH",
      contentType: "application/json-patch+json",
      body: [
        // Whoever changed the object meanwhile is not overwritten.
        { op: "test", path: "/metadata/resourceVersion", value: resourceVersion },
        { op: "replace", path: "/metadata/managedFields", value: handedOver(live, fieldManager) },
      ],
    });
  }

  /** Asks for the deletion of an object; false where it was gone already. */
  async delete(identity: Values, propagationPolicy: string): Promise<boolean> {
    try {
      await this.connection.ask(await this.discovery.path(identity), {
        method: "DELETE",
        body: { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy },
      });
      return true;
    } catch (error) {
      if (isGone(error)) return false;
      throw error;
    }
  }

  /** Waits until the kind is served and the namespace is there, which another resource of the run may be about to create. */
  async awaitPrerequisites(object: Values, signal: AbortSignal): Promise<void> {
    const deadline = Date.now() + prerequisiteWithinMs;
    const [apiVersion, kind] = [textAt(object, "apiVersion"), textAt(object, "kind")];
    const present = async (): Promise<boolean> => {
      const served = await this.discovery.find(apiVersion, kind);
      if (!served?.namespaced) return served !== undefined;
      const namespace = encodeURIComponent(namespaceOf(object) || "default");
      return await this.connection.ask(`/api/v1/namespaces/${namespace}`).then(
        () => true,
        // Who may not read namespaces still may use one.
        (error: unknown) => !(error instanceof ApiError && error.code === 404),
      );
    };
    while (!(await present()) && Date.now() < deadline && !signal.aborted) {
      await delay(lookEveryMs, undefined, { signal }).catch(() => undefined);
    }
  }
}

// With a CustomResourceDefinition all objects of its kind go.
function isGone(error: unknown): boolean {
  return error instanceof UnknownKind || (error instanceof ApiError && error.code === 404);
}

function isConflict(error: unknown): error is ApiError {
  return error instanceof ApiError && error.code === 409 && error.reason === "Conflict";
}

function conflict(object: Values, fieldManager: string, error: ApiError): ApiError {
  return new ApiError(
    error.code,
    error.reason,
    `server-side apply field conflict detected: the resource managed by field manager "${fieldManager}" had an apply ` +
      `conflict on ${title(object)}: ${error.message}. Leave these fields out of the program, or take them over: ` +
      `set the annotation pulumi.com/patchForce: "true"`,
  );
}
