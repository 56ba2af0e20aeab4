import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Incomplete } from "../resource";
import { hasUnknown, isObject, type Values } from "../values";
import { deleteObject } from "./deletion";
import { fieldManagerOf } from "./field-managers";
import { importedInputs, normalized, pruned } from "./inputs";
import { createObject, isInconclusive, tryUpdate, updateObject } from "./lifecycle";
import { at, idOf, textAt, without } from "./objects";
import type { Operation } from "./operation";
import { typeFor, type Serving } from "./planning";
import { readCheckpoint, readObject, writeCheckpoint, writeObject } from "./state";
import { assertReady, NotReady } from "./waiting";

async function operationFor(
  { session, log, signal }: Serving,
  request: { getUrn(): string; getTimeout(): number },
  inputs: Values,
  notedManager = "",
): Promise<Operation> {
  const urn = request.getUrn();
  return {
    cluster: await session.reached(),
    settings: session.settings,
    fieldManager: fieldManagerOf(urn, inputs, notedManager),
    isPatch: typeFor(request, inputs).isPatch,
    timeoutSeconds: request.getTimeout(),
    signal,
    report: (message) => log.status(urn, message),
  };
}

/** Creates an object, or in a preview asks the API server what it would be. @throws {Incomplete} where it is not ready */
export async function create(
  serving: Serving,
  request: proto.CreateRequest,
): Promise<proto.CreateResponse> {
  const asked = request.getProperties();
  const inputs = normalized(readObject(asked));
  const response = new proto.CreateResponse();
  if (request.getPreview() && (await isOutOfReach(serving, inputs))) {
    return response.setProperties(asked);
  }
  const operation = await operationFor(serving, request, inputs);
  if (request.getPreview()) {
    if (operation.isPatch) return response.setProperties(asked);
    const { cluster, fieldManager } = operation;
    const trial = () => cluster.tryCreate(inputs, fieldManager);
    return response.setProperties(await tried(trial, inputs, fieldManager, asked));
  }
  const [id, state] = await worked(() => createObject(inputs, operation), inputs, operation, asked);
  return response.setId(id).setProperties(state);
}

/** Updates an object, or in a preview asks the API server what it would be. @throws {Incomplete} where it is not ready */
export async function update(
  serving: Serving,
  request: proto.UpdateRequest,
): Promise<proto.UpdateResponse> {
  const asked = request.getNews();
  const inputs = normalized(readObject(asked));
  const { live, fieldManager: notedManager, ...noted } = readCheckpoint(request.getOlds());
  const response = new proto.UpdateResponse();
  if (request.getPreview() && (await isOutOfReach(serving, inputs))) {
    return response.setProperties(asked);
  }
  const operation = await operationFor(serving, request, inputs, notedManager);
  if (request.getPreview()) {
    const trial = () => tryUpdate(inputs, live, operation);
    return response.setProperties(await tried(trial, inputs, operation.fieldManager, asked));
  }
  const work = () => updateObject(inputs, live, notedManager, operation);
  const [, state] = await worked(work, inputs, operation, asked, noted.initialApiVersion);
  return response.setProperties(state);
}

// In a preview: the API server cannot say what comes of values that are not known yet, or of a kind not served yet.
async function isOutOfReach({ session }: Serving, inputs: Values): Promise<boolean> {
  if (hasUnknown(inputs) || (await session.unreachable()) !== undefined) return true;
  const { discovery } = await session.reached();
  return !(await discovery.find(textAt(inputs, "apiVersion"), textAt(inputs, "kind")));
}

// What the API server cannot say is answered with the inputs, as the engine does without a provider.
async function tried(
  trial: () => Promise<Values>,
  inputs: Values,
  fieldManager: string,
  asked: Struct | undefined,
): Promise<Struct | undefined> {
  try {
    const live = without(await trial(), "status");
    const initialApiVersion = textAt(inputs, "apiVersion");
    return writeCheckpoint({ live, inputs, fieldManager, initialApiVersion }, asked);
  } catch (error) {
    if (isInconclusive(error)) return asked;
    throw error;
  }
}

async function worked(
  work: () => Promise<Values>,
  inputs: Values,
  { fieldManager }: Operation,
  asked: Struct | undefined,
  initialApiVersion = textAt(inputs, "apiVersion"),
): Promise<[string, Struct]> {
  const written = (live: Values): Struct =>
    writeCheckpoint({ live, inputs, fieldManager, initialApiVersion }, asked);
  try {
    const live = await work();
    return [idOf(live), written(live)];
  } catch (error) {
    throw error instanceof NotReady
      ? new Incomplete(
          { id: idOf(error.live), state: {}, written: written(error.live) },
          error.message,
        )
      : error;
  }
}

/** Reads an object as it is now, or one that is to be imported; what is gone has no identifier. @throws {Incomplete} */
export async function read(
  serving: Serving,
  request: proto.ReadRequest,
): Promise<proto.ReadResponse> {
  if (await isForgotten(serving, request)) return new proto.ReadResponse();
  const noted = readObject(request.getInputs());
  const checkpoint = readCheckpoint(request.getProperties());
  const isImport = Object.keys(noted).length === 0;
  const identity = identityOf(request, noted);
  const operation = await operationFor(serving, request, identity, checkpoint.fieldManager);
  const live = await operation.cluster.find(identity);
  if (live === undefined) return new proto.ReadResponse();
  const inputs = isImport ? importedInputs(live) : pruned(live, normalized(noted));
  const initialApiVersion = checkpoint.initialApiVersion || textAt(live, "apiVersion");
  const { fieldManager } = operation;
  const seen = { live, inputs, fieldManager, initialApiVersion };
  const written = writeCheckpoint(seen, request.getInputs());
  const writtenInputs = writeObject(inputs, request.getInputs());
  const id = request.getId();
  try {
    if (!isImport && !operation.isPatch) await assertReady(live, operation);
  } catch (error) {
    if (!(error instanceof NotReady)) throw error;
    throw new Incomplete({ id, state: {}, written, inputs: writtenInputs }, error.message);
  }
  return new proto.ReadResponse().setId(id).setProperties(written).setInputs(writtenInputs);
}

// The kind, the namespace and the name: what the inputs say, and what the type and the identifier say.
function identityOf(request: proto.ReadRequest, noted: Values): Values {
  const [name = "", namespace] = request.getId().split("/").reverse();
  const { apiVersion, kind } = typeFor(request, noted);
  const before = at(noted, "metadata");
  const metadata = { ...(isObject(before) ? before : {}), name, ...(namespace && { namespace }) };
  return { apiVersion, kind, metadata };
}

/** Deletes an object and waits until it is gone. @throws {Incomplete} where it does not go */
export async function remove(serving: Serving, request: proto.DeleteRequest): Promise<Empty> {
  if (await isForgotten(serving, request)) return new Empty();
  const properties = request.getProperties();
  const { live, inputs, fieldManager, initialApiVersion } = readCheckpoint(properties);
  const operation = await operationFor(serving, request, inputs, fieldManager);
  const work = async (): Promise<Values> => {
    await deleteObject(inputs, live, operation);
    return live;
  };
  await worked(work, inputs, operation, properties, initialApiVersion);
  return new Empty();
}

// Whoever has removed a cluster for good has nothing left to read or delete in it.
async function isForgotten(
  { session, log }: Serving,
  request: { getUrn(): string },
): Promise<boolean> {
  const unreachable = await session.unreachable();
  if (unreachable === undefined) return false;
  const sentence = `configured Kubernetes cluster is unreachable: ${unreachable}`;
  if (session.settings.deleteUnreachable) {
    log.warn(request.getUrn(), `${sentence}. The object is dropped from the state`);
    return true;
  }
  throw new Error(
    `${sentence}. If the cluster is gone for good, drop its objects from the state by running this again with the ` +
      `environment variable PULUMI_K8S_DELETE_UNREACHABLE set to "true"`,
  );
}
