import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import * as grpc from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { afterEach, expect, test } from "vitest";
import { buildPlugins, kubernetesPluginVersion } from "../../../offline/plugins/built-plugins";
import { announce } from "../../support/announce";

// What Wharf depends upon of the plugin that it builds itself, as the engine asks it, without a cluster.

type Json = Record<string, JavaScriptValue>;

const nowhere = JSON.stringify({
  ...{ apiVersion: "v1", kind: "Config", "current-context": "none" },
  clusters: [{ name: "none", cluster: { server: "https://127.0.0.1:1" } }],
  users: [{ name: "none", user: {} }],
  contexts: [{ name: "none", context: { cluster: "none", user: "none" } }],
});

let child: ChildProcess | undefined;
let client: ResourceProviderClient | undefined;

afterEach(() => {
  client?.close();
  child?.kill("SIGKILL");
});

async function start(config: Record<string, string> = {}): Promise<ResourceProviderClient> {
  // Nobody listens to what it says.
  const built = await buildPlugins(["kubernetes"], announce);
  child = spawn(built.get("kubernetes") ?? "", ["127.0.0.1:1"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const [port] = (await once(child.stdout!, "data")) as [Buffer];
  const started = new ResourceProviderClient(
    `127.0.0.1:${port.toString().trim()}`,
    grpc.credentials.createInsecure(),
    { "grpc.max_receive_message_length": -1 },
  );
  client = started;
  const request = new proto.ConfigureRequest().setAcceptsecrets(true);
  for (const [key, value] of Object.entries({ kubeconfig: nowhere, ...config })) {
    request.getVariablesMap().set(`kubernetes:config:${key}`, value);
  }
  await answer((done) => started.configure(request, done));
  return started;
}

function answer<T>(
  ask: (done: (error: grpc.ServiceError | null, response: T) => void) => unknown,
): Promise<T> {
  return new Promise((resolve, reject) => {
    ask((error, response) => (error ? reject(error) : resolve(response)));
  });
}

/** What an update would do: "none", "update" or "replace" with the properties, and whether the object goes before its replacement comes. */
async function planned(
  plugin: ResourceProviderClient,
  type: string,
  state: Json,
  inputs: Json,
): Promise<string> {
  const request = new proto.DiffRequest()
    .setId("registry/object")
    .setUrn(`urn:pulumi:shop::wharf::kubernetes:${type}::object`)
    .setOlds(Struct.fromJavaScript(state))
    .setNews(Struct.fromJavaScript(inputs));
  const response = await answer<proto.DiffResponse>((done) => plugin.diff(request, done));
  if (response.getChanges() !== proto.DiffResponse.DiffChanges.DIFF_SOME) return "none";
  const replaced = response.getReplacesList();
  if (replaced.length > 0)
    return `${response.getDeletebeforereplace() ? "delete, then " : ""}replace ${replaced.join(" ")}`;
  return `update ${response.getDetaileddiffMap().toArray().map(String)[0]?.split(",")[0]}`;
}

/** An object as the program asks for it, and the state of it: with what the cluster and the plugin noted beside. */
function object(kind: string, apiVersion: string, fields: Json, added: Json = {}) {
  const metadata = { name: "object", namespace: "registry", labels: { app: "registry" } };
  const inputs: Json = { apiVersion, kind, metadata, ...fields };
  const noted = {
    ...{ uid: "9fd4cd2d-c57f-4b57-8188-991ac6d2a16a", resourceVersion: "304" },
    ...{ creationTimestamp: "2026-11-28T13:57:41Z", annotations: { noted: "by a controller" } },
    managedFields: [
      { manager: "pulumi-kubernetes-57711cce", operation: "Apply", apiVersion, fieldsV1: {} },
    ],
  };
  const state: Json = {
    ...{ ...inputs, ...added, metadata: { ...metadata, ...noted } },
    __inputs: inputs,
    ...{ __initialApiVersion: apiVersion, __fieldManager: "pulumi-kubernetes-57711cce" },
  };
  return { inputs, state };
}

const requests = { resources: { requests: { storage: "5Gi" } } };
const claim = object(
  ...(["PersistentVolumeClaim", "v1"] as const),
  { spec: { accessModes: ["ReadWriteOnce"], ...requests } },
  {
    spec: {
      ...{ accessModes: ["ReadWriteOnce"], ...requests },
      ...{ storageClassName: "standard", volumeName: "pvc-9fd4cd2d", volumeMode: "Filesystem" },
    },
    status: { phase: "Bound", capacity: { storage: "5Gi" } },
  },
);
const users = object("Secret", "v1", { data: { htpasswd: "b25l" } }, { type: "Opaque" });

test("says the version that is announced, and carries its schema", async () => {
  const plugin = await start();
  const info = await answer<{ getVersion(): string }>((done) =>
    plugin.getPluginInfo(new Empty(), done),
  );
  expect(info.getVersion()).toBe(kubernetesPluginVersion);
  const response = await answer<proto.GetSchemaResponse>((done) =>
    plugin.getSchema(new proto.GetSchemaRequest(), done),
  );
  const schema = JSON.parse(response.getSchema()) as { version: string; resources: object };
  expect(schema.version).toBe(kubernetesPluginVersion);
  expect(schema.resources).toHaveProperty(["kubernetes:core/v1:PersistentVolumeClaim"]);
});

test("finds no difference in a state that an earlier Wharf's stand-in wrote", async () => {
  const plugin = await start();
  expect(await planned(plugin, "core/v1:PersistentVolumeClaim", claim.state, claim.inputs)).toBe(
    "none",
  );
  expect(await planned(plugin, "core/v1:Secret", users.state, users.inputs)).toBe("none");
});

test("replaces a claim whose class is another, and a Secret unless it may change in place", async () => {
  const other = { ...claim.inputs, spec: { ...requests, storageClassName: "other" } };
  const rotated = { ...users.inputs, data: { htpasswd: "dHdv" } };
  const plugin = await start();
  expect(await planned(plugin, "core/v1:PersistentVolumeClaim", claim.state, other)).toContain(
    "delete, then replace ",
  );
  expect(await planned(plugin, "core/v1:Secret", users.state, rotated)).toBe(
    "delete, then replace data.htpasswd",
  );
  child?.kill("SIGKILL");
  const mutable = await start({ enableSecretMutable: "true" });
  expect(await planned(mutable, "core/v1:Secret", users.state, rotated)).toBe(
    "update data.htpasswd",
  );
});

test("ends with the engine, whatever has become of that", async () => {
  await start();
  child?.stdin?.end();
  const [code] = (await once(child!, "exit")) as [number];
  expect(code).toBe(0);
});
