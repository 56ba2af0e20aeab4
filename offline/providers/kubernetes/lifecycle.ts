import type { Values } from "../values";
import { ApiError } from "./connection";
import { untilGone } from "./deletion";
import { hasForerunner, isManagedBy } from "./field-managers";
import { annotation, nameOf, textAt, title } from "./objects";
import type { Operation } from "./operation";
import { untilReady } from "./waiting";

/** Creates an object and waits until it is ready. @throws {NotReady | ApiError} */
export async function createObject(inputs: Values, operation: Operation): Promise<Values> {
  const { cluster, settings, fieldManager, isPatch, signal } = operation;
  await cluster.awaitPrerequisites(inputs, signal);
  const there = await standing(inputs, operation);
  const mayBeThere = isPatch || settings.upsertExistingObjects;
  if (there && !mayBeThere && !isManagedBy(there, fieldManager)) {
    throw new Error(
      `${title(inputs)} exists already in the cluster, and this stack did not create it. Choose another name, or remove ` +
        `it (${removal(inputs)}), or take it into the stack with pulumi import`,
    );
  }
  const applied = await cluster.apply(inputs, { fieldManager, force: forced(inputs, operation) });
  return await untilReady(inputs, applied, operation);
}

// One that is on its way out, such as a namespace that still empties itself, makes room first.
async function standing(inputs: Values, operation: Operation): Promise<Values | undefined> {
  const found = await operation.cluster.find(inputs);
  if (found === undefined || textAt(found, "metadata", "deletionTimestamp") === "") return found;
  operation.report(`${title(inputs)} is still being deleted`);
  await untilGone(found, operation);
  return undefined;
}

function removal(object: Values): string {
  const namespace = textAt(object, "metadata", "namespace");
  const kind = textAt(object, "kind").toLowerCase();
  return `kubectl delete ${namespace && `--namespace ${namespace} `}${kind} ${nameOf(object)}`;
}

/** Updates an object and waits until it is ready. @throws {NotReady | ApiError} */
export async function updateObject(
  inputs: Values,
  noted: Values,
  notedManager: string,
  operation: Operation,
): Promise<Values> {
  const { cluster, fieldManager, isPatch } = operation;
  const live = await cluster.find(noted);
  if (live === undefined) {
    throw new Error(
      `${title(noted)} is not in the cluster any more. Take note of that, and the next up creates it: pulumi refresh`,
    );
  }
  if (!isPatch) await cluster.takeOver(live, fieldManager);
  const applied = await cluster.apply(inputs, { fieldManager, force: forced(inputs, operation) });
  if (notedManager !== "" && notedManager !== fieldManager) {
    await cluster.relinquish(applied, notedManager);
  }
  return await untilReady(inputs, applied, operation);
}

/** What an update would make of the object, as the API server says. @throws {ApiError} */
export async function tryUpdate(
  inputs: Values,
  noted: Values,
  { cluster, fieldManager, ...operation }: Operation,
): Promise<Values> {
  const live = await cluster.find(noted);
  const isOld = live !== undefined && !operation.isPatch && hasForerunner(live);
  const force = isOld || forced(inputs, operation);
  return await cluster.apply(inputs, { fieldManager, force, dryRun: true });
}

function forced(inputs: Values, { settings }: Pick<Operation, "settings">): boolean {
  return settings.enablePatchForce || annotation(inputs, "pulumi.com/patchForce") === "true";
}

/** Whether an error of a trial run says nothing against the real one. */
export function isInconclusive(error: unknown): boolean {
  if (!(error instanceof ApiError)) return false;
  const isMissingNamespace = error.code === 404;
  const isThere = error.reason === "AlreadyExists";
  const noDryRun = error.code === 400 && /dry ?run/i.test(error.message);
  return error.code === 403 || isMissingNamespace || isThere || noDryRun;
}
