import { randomBytes } from "node:crypto";
import * as grpc from "@grpc/grpc-js";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { compare, stableProperties, type Change, type Changes } from "./diff";
import {
  checkInputs,
  fillDefaults,
  isSame,
  refreshInputs,
  withoutNotes,
  type Failure,
} from "./properties";
import { Incomplete, planned, type Found, type Package, type Resource } from "./resource";
import { readStruct, writeStruct, type Values } from "./values";

type Handler<Request, Response> = (request: Request) => Response | Promise<Response>;

/**
 * The gRPC service of a plugin, as engine 3.250 calls it: Attach, Handshake, GetPluginInfo,
 * GetSchema, CheckConfig, DiffConfig, Configure, Check, Diff, Create, Read, Update, Delete, Cancel.
 * The engine is told that secrets are not understood here, so it sends them plain over the loopback
 * connection and marks outputs by the inputs they repeat.
 */
export function service(plugin: Package): grpc.UntypedServiceImplementation {
  return {
    attach: answer(() => new Empty()),
    cancel: answer(() => new Empty()),
    handshake: answer(() => new proto.ProviderHandshakeResponse()),
    getPluginInfo: answer(() => new PluginInfo().setVersion(plugin.version)),
    getSchema: answer(() => new proto.GetSchemaResponse().setSchema(schema(plugin))),
    checkConfig: answer((request: proto.CheckRequest) =>
      new proto.CheckResponse().setInputs(request.getNews()),
    ),
    diffConfig: answer(() =>
      new proto.DiffResponse().setChanges(proto.DiffResponse.DiffChanges.DIFF_NONE),
    ),
    configure: answer((request: proto.ConfigureRequest) => {
      plugin.configure(readStruct(request.getArgs()));
      return new proto.ConfigureResponse().setSupportspreview(true);
    }),
    check: answer((request: proto.CheckRequest) => check(find(plugin, request), request)),
    diff: answer((request: proto.DiffRequest) => diff(find(plugin, request), request)),
    create: answer((request: proto.CreateRequest) => create(find(plugin, request), request)),
    read: answer((request: proto.ReadRequest) => read(find(plugin, request), request)),
    update: answer((request: proto.UpdateRequest) => update(find(plugin, request), request)),
    delete: answer(async (request: proto.DeleteRequest) => {
      const state = withoutNotes(readStruct(request.getProperties()));
      await find(plugin, request).delete(request.getId(), state);
      return new Empty();
    }),
  };
}

/** A handler as gRPC calls it; what it throws becomes the call's error. */
export function answer<Request, Response>(
  handler: Handler<Request, Response>,
): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    Promise.resolve(call.request)
      .then(handler)
      .then(
        (response) => callback(null, response),
        (error: unknown) => callback(failure(error)),
      );
  };
}

function failure(error: unknown): Partial<grpc.StatusObject> {
  const message = error instanceof Error ? error.message : String(error);
  const metadata = new grpc.Metadata();
  if (error instanceof Incomplete) {
    // An object that exists but is not right travels in the error's details, and only there.
    const details = new Any();
    details.pack(unfinished(error).serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
    const status = new Status().setCode(grpc.status.UNKNOWN).setMessage(message);
    status.addDetails(details);
    metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  }
  return { code: grpc.status.UNKNOWN, details: message, metadata };
}

function unfinished({ found, message }: Incomplete): proto.ErrorResourceInitFailed {
  return new proto.ErrorResourceInitFailed()
    .setId(found.id)
    .setProperties(found.written ?? writeStruct(found.state))
    .setInputs(found.inputs)
    .setReasonsList([message]);
}

/** The resource type that a URN names: urn:pulumi:<stack>::<project>::<parent type>$<type>::<name>. */
export function typeOf(urn: string): string {
  return urn.split("::")[2]?.split("$").pop() ?? "";
}

function find(plugin: Package, request: { getUrn(): string }): Resource {
  const type = typeOf(request.getUrn());
  const resource = plugin.resources[type];
  if (resource === undefined) {
    throw new Error(
      `The built-in stand-in for the ${plugin.name} plugin has no resource of type ${type}. ` +
        `Install the official plugin: pulumi plugin install resource ${plugin.name}`,
    );
  }
  return resource;
}

function check(resource: Resource, request: proto.CheckRequest): proto.CheckResponse {
  const inputs = readStruct(request.getNews());
  const olds = readStruct(request.getOlds());
  const named = resource.autonamed && inputs.name === undefined;
  if (named) {
    const name = request.getUrn().split("::").pop() ?? "";
    inputs.name = olds.name ?? `${name}-${randomBytes(4).toString("hex").slice(1)}`;
  }
  const failures: Failure[] = checkInputs(inputs, resource.properties);
  if (failures.length === 0) {
    failures.push(...(resource.check?.(inputs) ?? []));
  }
  const checked = resource.fillsDefaults ? fillDefaults(inputs, resource.properties) : inputs;
  if (named && Array.isArray(checked.__defaults)) {
    checked.__defaults = [...checked.__defaults, "name"].sort();
  }
  return new proto.CheckResponse()
    .setInputs(writeStruct(checked))
    .setFailuresList(
      failures.map(({ property, reason }) =>
        new proto.CheckFailure().setProperty(property).setReason(reason),
      ),
    );
}

function diff(resource: Resource, request: proto.DiffRequest): proto.DiffResponse {
  const state = readStruct(request.getOlds());
  const inputs = readStruct(request.getNews());
  const ignored = request.getIgnorechangesList();
  const changes = compare(resource, state, readStruct(request.getOldInputs()), inputs, ignored);
  return diffResponse(changes, stableProperties(resource.properties, changes));
}

/** Changes as the engine takes them; `stables` are the properties that no update of this resource alters. */
export function diffResponse(changes: Changes, stables: string[]): proto.DiffResponse {
  const names = Object.keys(changes.byProperty);
  const { DIFF_NONE, DIFF_SOME } = proto.DiffResponse.DiffChanges;
  const response = new proto.DiffResponse()
    .setChanges(names.length === 0 ? DIFF_NONE : DIFF_SOME)
    .setDiffsList(names)
    .setReplacesList(names.filter((name) => changes.byProperty[name]?.replaces))
    .setStablesList(stables)
    .setDeletebeforereplace(changes.deleteBeforeReplace)
    .setHasdetaileddiff(true);
  for (const [name, change] of Object.entries(changes.byProperty)) {
    response.getDetaileddiffMap().set(name, propertyDiff(change));
  }
  return response;
}

/** How a change is told to the engine. */
function propertyDiff(change: Change): proto.PropertyDiff {
  return new proto.PropertyDiff().setKind(kind(change)).setInputdiff(change.fromInputs);
}

function kind(change: Change): proto.PropertyDiff.Kind {
  const { ADD, ADD_REPLACE, UPDATE, UPDATE_REPLACE, DELETE, DELETE_REPLACE } =
    proto.PropertyDiff.Kind;
  switch (change.kind) {
    case "add":
      return change.replaces ? ADD_REPLACE : ADD;
    case "update":
      return change.replaces ? UPDATE_REPLACE : UPDATE;
    case "delete":
      return change.replaces ? DELETE_REPLACE : DELETE;
  }
}

async function create(
  resource: Resource,
  request: proto.CreateRequest,
): Promise<proto.CreateResponse> {
  const inputs = withoutNotes(readStruct(request.getProperties()));
  if (request.getPreview()) {
    const preview = planned(resource, inputs, undefined);
    return new proto.CreateResponse().setProperties(writeStruct(preview));
  }
  const found = await noted(resource, undefined, () =>
    resource.create(planned(resource, inputs, {})),
  );
  return new proto.CreateResponse().setId(found.id).setProperties(writeStruct(found.state));
}

async function read(resource: Resource, request: proto.ReadRequest): Promise<proto.ReadResponse> {
  const before = readStruct(request.getProperties());
  if (Object.keys(before).length === 0) {
    throw new Error(
      "The built-in stand-ins do not import what they did not create. Install the official plugin.",
    );
  }
  const found = await resource.read(request.getId(), withoutNotes(before));
  if (found === undefined) {
    return new proto.ReadResponse();
  }
  const inputs = refreshInputs(readStruct(request.getInputs()), resource.properties, found.state);
  return new proto.ReadResponse()
    .setId(found.id)
    .setProperties(writeStruct(refreshed(resource, before, found)))
    .setInputs(writeStruct(inputs));
}

// A value that means the same stays as it was written, so that a refresh which found nothing new
// changes nothing, whichever plugin wrote the state.
function refreshed(resource: Resource, before: Values, found: Found): Values {
  const state = withNotes(resource, before, found.state);
  for (const [name, value] of Object.entries(before)) {
    const property = resource.properties[name];
    if (property !== undefined && isSame(value, state[name], property)) {
      state[name] = value;
    }
  }
  return state;
}

async function update(
  resource: Resource,
  request: proto.UpdateRequest,
): Promise<proto.UpdateResponse> {
  const before = readStruct(request.getOlds());
  const state = withoutNotes(before);
  const inputs = withoutNotes(readStruct(request.getNews()));
  const plan = planned(resource, inputs, state);
  if (request.getPreview()) {
    const preview = withNotes(resource, before, plan);
    return new proto.UpdateResponse().setProperties(writeStruct(preview));
  }
  const found = await noted(resource, before, async () => ({
    id: request.getId(),
    state: await resource.update(request.getId(), state, plan),
  }));
  return new proto.UpdateResponse().setProperties(writeStruct(found.state));
}

async function noted(
  resource: Resource,
  before: Values | undefined,
  work: () => Promise<Found>,
): Promise<Found> {
  try {
    const found = await work();
    return { id: found.id, state: withNotes(resource, before, found.state) };
  } catch (error) {
    if (error instanceof Incomplete) {
      const state = withNotes(resource, before, error.found.state);
      throw new Incomplete({ id: error.found.id, state }, error.message);
    }
    throw error;
  }
}

// The official plugins upgrade a state that notes no version, which spoils one of today's shape.
function withNotes(resource: Resource, before: Values | undefined, state: Values): Values {
  const version = resource.stateVersion;
  const meta = before?.__meta ?? (version && JSON.stringify({ schema_version: String(version) }));
  return meta === undefined ? { ...state } : { ...state, __meta: meta };
}

function schema(plugin: Package): string {
  const resources = Object.keys(plugin.resources).map((token) => [token, {}]);
  return JSON.stringify({
    name: plugin.name,
    version: plugin.version,
    resources: Object.fromEntries(resources),
  });
}
