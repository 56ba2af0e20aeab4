import type * as grpc from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { answer } from "../provider";
import { readStruct } from "../values";
import { diffConfig } from "./configuration-diff";
import { Log } from "./log";
import { check, diff, type Serving } from "./planning";
import { create, read, remove, update } from "./requests";
import { Session } from "./session";

/** The version of the official plugin that this one stands in for. */
const version = "4.34.2";

/**
 * The gRPC service of the stand-in for the kubernetes plugin: objects of any kind that the cluster serves, by
 * server-side apply. Charts, YAML files and kustomizations need the official plugin.
 *
 * @param engine the address at which the engine takes what the user should see
 */
export function kubernetes(engine: string | undefined): grpc.UntypedServiceImplementation {
  const interruption = new AbortController();
  const log = new Log(engine);
  let session: Session | undefined;
  const serving = (): Serving => {
    if (session === undefined) throw new Error("The kubernetes provider is not configured yet.");
    return { session, log, signal: interruption.signal };
  };
  return {
    attach: answer(() => new Empty()),
    cancel: answer(() => {
      interruption.abort();
      return new Empty();
    }),
    handshake: answer(() =>
      new proto.ProviderHandshakeResponse()
        .setAcceptSecrets(true)
        .setSupportsAutonamingConfiguration(true),
    ),
    getPluginInfo: answer(() => new PluginInfo().setVersion(version)),
    getSchema: answer(() =>
      new proto.GetSchemaResponse().setSchema(JSON.stringify({ name: "kubernetes", version })),
    ),
    checkConfig: answer((request: proto.CheckRequest) =>
      new proto.CheckResponse().setInputs(request.getNews()),
    ),
    diffConfig: answer(diffConfig),
    configure: answer((request: proto.ConfigureRequest) => {
      session = new Session(readStruct(request.getArgs()));
      return new proto.ConfigureResponse()
        .setAcceptsecrets(true)
        .setSupportspreview(true)
        .setSupportsAutonamingConfiguration(true);
    }),
    check: answer((request: proto.CheckRequest) => check(serving(), request)),
    diff: answer((request: proto.DiffRequest) => diff(serving(), request)),
    create: answer((request: proto.CreateRequest) => create(serving(), request)),
    read: answer((request: proto.ReadRequest) => read(serving(), request)),
    update: answer((request: proto.UpdateRequest) => update(serving(), request)),
    delete: answer((request: proto.DeleteRequest) => remove(serving(), request)),
  };
}
