import * as grpc from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { answer, diffResponse, typeOf } from "../provider";
import { readStruct, type Values } from "../values";
import { checkSimulated, inventName } from "./check";
import { rawOf, SimulatedCloud } from "./cloud";
import { compareSimulated } from "./diff";
import { assertMayDeploy, warn } from "./simulation";
import { simulate, foresee, withDefaults } from "./state";
import { renderAll } from "./template";
import type { SimulatedPackage, SimulatedType } from "./type";

/**
 * The gRPC service of a plugin that returns what it is given and talks to no cloud. Properties go back as the engine wrote
 * them, so that what is secret or unknown in them stays so, however deep.
 *
 * @param engineAddress where the engine takes log messages
 */
export function simulatedService(
  plugin: SimulatedPackage,
  engineAddress: string | undefined,
): grpc.UntypedServiceImplementation {
  let settings: Values = {};
  const cloud = new SimulatedCloud();

  /** Throws what the platform would answer to a creation, an update or a deletion. */
  function assertAccepted(
    request: { getUrn(): string },
    before: Struct | undefined,
    after: Struct | undefined,
  ): void {
    const refusal = find(plugin, request).refuses?.({
      before: before && readStruct(before),
      after: after && readStruct(after),
      existing: (type) =>
        cloud.ofType(type).map(({ id, state }) => ({
          ...readStruct(Struct.fromJavaScript(state)),
          id,
        })),
    });
    if (refusal !== undefined) throw new Error(refusal);
  }

  async function configure(request: proto.ConfigureRequest): Promise<proto.ConfigureResponse> {
    settings = plugin.settings(readStruct(request.getArgs()));
    await warn(plugin, engineAddress);
    return new proto.ConfigureResponse().setSupportspreview(true).setAcceptsecrets(true);
  }

  function check(request: proto.CheckRequest): proto.CheckResponse {
    const type = find(plugin, request);
    const urn = request.getUrn();
    const inputs = request.getNews() ?? new Struct();
    const invented = inventName(type, urn, readStruct(inputs), readStruct(request.getOlds()));
    if (invented !== undefined) {
      const { property, name } = invented;
      const named = Struct.fromJavaScript({ [property]: String(name), __defaults: [property] });
      named.getFieldsMap().forEach((value, key) => inputs.getFieldsMap().set(key, value));
    }
    const { values } = withDefaults(type, urn, inputs, settings);
    const failures = checkSimulated(type, plugin.inputs[typeOf(urn)] ?? {}, values);
    return new proto.CheckResponse()
      .setInputs(inputs)
      .setFailuresList(
        failures.map(({ property, reason }) =>
          new proto.CheckFailure().setProperty(property).setReason(reason),
        ),
      );
  }

  function diff(request: proto.DiffRequest): proto.DiffResponse {
    const type = find(plugin, request);
    const id = request.getId();
    const [olds, news] = [readStruct(request.getOldInputs()), request.getNews()];
    const state = readStruct(request.getOlds());
    cloud.learn(placeOf(request, id, state), {
      ...{ type: typeOf(request.getUrn()), id },
      ...{ inputs: rawOf(request.getOldInputs()), state: rawOf(request.getOlds()) },
    });
    const next = simulate(type, request.getUrn(), news, settings);
    const { values } = withDefaults(type, request.getUrn(), news, settings);
    const deletesFirst = plugin.deletesFirst === true;
    const replacement = { sameId: next.id === id, deletesFirst };
    return diffResponse(compareSimulated(type, state, olds, values, replacement), []);
  }

  function create(request: proto.CreateRequest): proto.CreateResponse {
    const type = find(plugin, request);
    const [urn, inputs] = [request.getUrn(), request.getProperties()];
    if (request.getPreview()) {
      const raw = foresee(type, urn, inputs, settings);
      return new proto.CreateResponse().setProperties(Struct.fromJavaScript(raw));
    }
    assertMayDeploy(plugin);
    const { id, raw } = simulate(type, urn, inputs, settings);
    if (id === undefined) {
      throw new Error(`Nothing names this resource: its identifier is ${type.id}.`);
    }
    const place = placeOf(request, id, readStruct(Struct.fromJavaScript(raw)));
    if (type.refusesSecond && cloud.get(place) !== undefined) {
      throw new Error(`${id} exists already. There can be only one of an identifier.`);
    }
    assertAccepted(request, undefined, Struct.fromJavaScript(raw));
    cloud.put(place, { type: typeOf(urn), id, inputs: rawOf(inputs), state: raw });
    return new proto.CreateResponse().setId(id).setProperties(Struct.fromJavaScript(raw));
  }

  function update(request: proto.UpdateRequest): proto.UpdateResponse {
    const type = find(plugin, request);
    const [id, urn, news] = [request.getId(), request.getUrn(), request.getNews()];
    const { raw } = simulate(type, urn, news, settings);
    if (request.getPreview()) {
      return new proto.UpdateResponse().setProperties(Struct.fromJavaScript(raw));
    }
    assertMayDeploy(plugin);
    const old = rawOf(request.getOlds());
    for (const input of type.unchanged ?? []) raw[input] = old[input] ?? null;
    const after = Struct.fromJavaScript(raw);
    assertAccepted(request, request.getOlds(), after);
    cloud.put(placeOf(request, id, readStruct(after)), {
      ...{ type: typeOf(urn), id, inputs: rawOf(news), state: raw },
    });
    return new proto.UpdateResponse().setProperties(after);
  }

  function read(request: proto.ReadRequest): proto.ReadResponse {
    find(plugin, request);
    const [id, state] = [request.getId(), request.getProperties()];
    const known = state !== undefined && state.getFieldsMap().getLength() > 0;
    if (cloud.isComplete) {
      const found = cloud.find(typeOf(request.getUrn()), id);
      if (found === undefined) return new proto.ReadResponse();
      if (!known) {
        return new proto.ReadResponse()
          .setId(id)
          .setProperties(Struct.fromJavaScript(found.state))
          .setInputs(Struct.fromJavaScript(found.inputs));
      }
    } else if (!known) {
      throw new Error(
        `The built-in stand-in for the ${plugin.name} plugin talks to no cloud and cannot import ${id}. ` +
          `Install the official plugin: pulumi plugin install resource ${plugin.name} ${plugin.version}`,
      );
    }
    return new proto.ReadResponse().setId(id).setProperties(state).setInputs(request.getInputs());
  }

  function remove(request: proto.DeleteRequest): Empty {
    find(plugin, request);
    assertMayDeploy(plugin);
    assertAccepted(request, request.getProperties(), undefined);
    cloud.remove(placeOf(request, request.getId(), readStruct(request.getProperties())));
    return new Empty();
  }

  function invoke(request: proto.InvokeRequest): proto.InvokeResponse {
    const lookup = plugin.lookups?.[request.getTok()];
    if (lookup !== undefined) {
      const args = readStruct(request.getArgs());
      const found = cloud
        .ofType(lookup.type)
        .find(({ state }) => lookup.finds(args, readStruct(Struct.fromJavaScript(state))));
      if (found === undefined) throw new Error(`${request.getTok()} couldn't find resource`);
      return new proto.InvokeResponse().setReturn(
        Struct.fromJavaScript({ ...found.state, id: found.id }),
      );
    }
    const templates = plugin.functions[request.getTok()];
    if (templates === undefined) {
      throw new Error(lacks(plugin, `function ${request.getTok()}`));
    }
    const raw = request.getArgs()?.toJavaScript() as Record<string, string> | undefined;
    const sources = { raw: { ...raw }, values: readStruct(request.getArgs()), settings, seed: "" };
    renderAll(templates, sources);
    return new proto.InvokeResponse().setReturn(Struct.fromJavaScript(sources.raw));
  }

  return {
    attach: answer(() => new Empty()),
    cancel: answer(() => new Empty()),
    handshake: answer(() => new proto.ProviderHandshakeResponse().setAcceptSecrets(true)),
    getPluginInfo: answer(() => new PluginInfo().setVersion(plugin.version)),
    getSchema: answer(() => new proto.GetSchemaResponse().setSchema(schema(plugin))),
    checkConfig: answer((request: proto.CheckRequest) =>
      new proto.CheckResponse().setInputs(request.getNews()),
    ),
    diffConfig: answer(diffConfig),
    configure: answer(configure),
    invoke: answer(invoke),
    check: answer(check),
    diff: answer(diff),
    create: answer(create),
    read: answer(read),
    update: answer(update),
    delete: answer(remove),
  };
}

// Another region or project replaces no provider: each resource then says itself whether it moves.
function diffConfig(request: proto.DiffRequest): proto.DiffResponse {
  const [olds, news] = [readStruct(request.getOldInputs()), readStruct(request.getNews())];
  return diffResponse(
    compareSimulated({ id: "" }, olds, olds, news, { sameId: true, deletesFirst: false }),
    [],
  );
}

/** Where a request's object is on the platform. */
function placeOf(request: { getUrn(): string }, id: string, state: Values): string {
  return SimulatedCloud.placeOf(typeOf(request.getUrn()), id, state);
}

function find(plugin: SimulatedPackage, request: { getUrn(): string }): SimulatedType {
  const token = typeOf(request.getUrn());
  const type = plugin.types[token];
  if (type === undefined) {
    throw new Error(lacks(plugin, `resource of type ${token}`));
  }
  return type;
}

function lacks(plugin: SimulatedPackage, what: string): string {
  return (
    `The built-in stand-in for the ${plugin.name} plugin has no ${what}. ` +
    `Install the official plugin: pulumi plugin install resource ${plugin.name}`
  );
}

function schema({ name, version, types }: SimulatedPackage): string {
  const resources = Object.fromEntries(Object.keys(types).map((token) => [token, {}]));
  return JSON.stringify({ name, version, resources });
}
