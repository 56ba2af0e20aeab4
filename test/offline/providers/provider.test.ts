import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import * as grpc from "@grpc/grpc-js";
import Docker from "dockerode";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { pack } from "tar-stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";

type Json = Record<string, JavaScriptValue>;

// How the engine writes what is not known yet: sdk/go/common/resource/plugin of pulumi/pulumi.
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A stand-in in a process of its own, spoken to as the engine speaks to it. */
class Plugin {
  private constructor(
    readonly process: ChildProcess,
    private readonly client: ResourceProviderClient,
  ) {}

  static async start(name: string): Promise<Plugin> {
    const main = path.join(__dirname, "../../../offline/providers/main.ts");
    const child = spawn(process.execPath, ["--import", "tsx", main, name], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const [port] = (await once(child.stdout, "data")) as [Buffer];
    const address = `127.0.0.1:${port.toString().trim()}`;
    const client = new ResourceProviderClient(address, grpc.credentials.createInsecure());
    const plugin = new Plugin(child, client);
    await plugin.call((done) => client.configure(new proto.ConfigureRequest(), done));
    return plugin;
  }

  async stop(): Promise<void> {
    this.client.close();
    const exited = once(this.process, "exit");
    // What the end of the engine looks like from here.
    this.process.stdin?.end();
    await exited;
  }

  async check(type: string, inputs: Json): Promise<{ inputs: Json; failures: string[] }> {
    const request = new proto.CheckRequest().setUrn(urn(type)).setNews(struct(inputs));
    const response = await this.call<proto.CheckResponse>((done) =>
      this.client.check(request, done),
    );
    return {
      inputs: plain(response.getInputs()),
      failures: response.getFailuresList().map((failure) => failure.getReason()),
    };
  }

  async create(type: string, inputs: Json, preview = false): Promise<{ id: string; state: Json }> {
    const checked = await this.check(type, inputs);
    expect(checked.failures).toEqual([]);
    const request = new proto.CreateRequest()
      .setUrn(urn(type))
      .setProperties(struct(checked.inputs))
      .setPreview(preview);
    const response = await this.call<proto.CreateResponse>((done) =>
      this.client.create(request, done),
    );
    return { id: response.getId(), state: plain(response.getProperties()) };
  }

  async read(type: string, id: string, state: Json, inputs: Json) {
    const request = new proto.ReadRequest()
      .setUrn(urn(type))
      .setId(id)
      .setProperties(struct(state))
      .setInputs(struct(inputs));
    const response = await this.call<proto.ReadResponse>((done) => this.client.read(request, done));
    return {
      id: response.getId(),
      state: plain(response.getProperties()),
      inputs: plain(response.getInputs()),
    };
  }

  /** "none", or "update" or "replace" with the properties, as in "replace length". */
  async diff(type: string, state: Json, olds: Json, news: Json): Promise<string> {
    const { inputs } = await this.check(type, news);
    const request = new proto.DiffRequest()
      .setUrn(urn(type))
      .setOlds(struct(state))
      .setOldInputs(struct((await this.check(type, olds)).inputs))
      .setNews(struct(inputs));
    const response = await this.call<proto.DiffResponse>((done) => this.client.diff(request, done));
    const replaced = response.getReplacesList();
    const first = response.getDeletebeforereplace() ? "delete, then " : "";
    return response.getChanges() === proto.DiffResponse.DiffChanges.DIFF_NONE
      ? "none"
      : replaced.length > 0
        ? `${first}replace ${replaced.join(" ")}`
        : `update ${response.getDiffsList().join(" ")}`;
  }

  async delete(type: string, id: string, state: Json): Promise<void> {
    const request = new proto.DeleteRequest()
      .setUrn(urn(type))
      .setId(id)
      .setProperties(struct(state));
    await this.call((done) => this.client.delete(request, done));
  }

  private call<Response>(
    send: (done: (error: grpc.ServiceError | null, response: Response) => void) => unknown,
  ): Promise<Response> {
    return new Promise((resolve, reject) => {
      send((error, response) => (error ? reject(new Error(error.details)) : resolve(response)));
    });
  }
}

function urn(type: string): string {
  return `urn:pulumi:test::providers::${type}::it`;
}

function struct(values: Json): Struct {
  return Struct.fromJavaScript(values);
}

function plain(values: Struct | undefined): Json {
  return (values?.toJavaScript() ?? {}) as Json;
}

describe("docker", () => {
  const engine = new Docker();
  const prefix = `wharf-test-providers-${process.pid}`;
  const image = `${prefix}:1`;
  const types = {
    container: "docker:index/container:Container",
    image: "docker:index/remoteImage:RemoteImage",
    network: "docker:index/network:Network",
    volume: "docker:index/volume:Volume",
  };
  const labels = [{ label: "io.wharf.stack", value: prefix }];
  const inputs: Json = {
    name: prefix,
    image,
    command: ["/never-started"],
    start: false,
    mustRun: false,
    labels,
    memory: 64,
    memorySwap: 128,
    user: "10001:10001",
    envs: ["B=2", "A=1"],
    healthcheck: { tests: ["CMD", "/x"], interval: "1m30s" },
    ports: [{ internal: 5000, external: 15_001, ip: "127.0.0.1" }],
    volumes: [{ volumeName: prefix, containerPath: "/settings" }],
    uploads: [{ file: "/settings/users", content: "someone:secret" }],
  };
  let plugin: Plugin;

  beforeAll(async () => {
    plugin = await Plugin.start("docker");
    // An image without any file: the containers here are never started.
    const empty = pack();
    empty.finalize();
    const stream = await engine.importImage(empty, { repo: prefix, tag: "1" });
    await new Promise((resolve) => engine.modem.followProgress(stream, resolve));
  });
  afterAll(async () => {
    // A test that failed half-way leaves what the next run must not find.
    await Promise.allSettled([engine.getContainer(prefix).remove({ force: true })]);
    await Promise.allSettled([
      engine.getNetwork(prefix).remove(),
      engine.getVolume(prefix).remove(),
      engine.getVolume(`${prefix}-data`).remove(),
      engine.getImage(image).remove(),
    ]);
    await plugin.stop();
  });

  async function withContainer(work: (id: string, state: Json) => Promise<void>): Promise<void> {
    const { id, state } = await plugin.create(types.container, inputs);
    try {
      await work(id, state);
    } finally {
      await plugin.delete(types.container, id, state);
    }
  }

  test("a container is created, filled, read without a difference, and deleted", async () => {
    await withContainer(async (id, state) => {
      const { Mountpoint: directory } = await engine.getVolume(prefix).inspect();
      expect(directory).toContain(prefix);
      const archive = await engine.getContainer(id).getArchive({ path: "/settings/users" });
      archive.resume();
      const { inputs: checked } = await plugin.check(types.container, inputs);
      const found = await plugin.read(types.container, id, state, checked);
      expect(found).toEqual({ id, state, inputs: checked });
      expect(await plugin.diff(types.container, found.state, inputs, inputs)).toBe("none");
    });
    await expect(engine.getContainer(prefix).inspect()).rejects.toMatchObject({ statusCode: 404 });
  });

  test.each<[Json, string]>([
    [{ envs: ["A=1", "B=2"] }, "none"],
    [{ restart: "always" }, "update restart"],
    [{ memory: 96, memorySwap: 192 }, "update memory memorySwap"],
    [{ waitTimeout: 10 }, "update waitTimeout"],
    [{ healthcheck: { tests: ["CMD", "/y"], interval: "1m30s" } }, "update healthcheck"],
    [{ image: "another:1" }, "delete, then replace image"],
    [{ image: unknown }, "delete, then replace image"],
    [{ user: "1:1" }, "delete, then replace user"],
    [{ envs: ["A=1"] }, "delete, then replace envs"],
    [{ uploads: [{ file: "/settings/users", content: "x" }] }, "delete, then replace uploads"],
    [
      { ports: [{ internal: 5000, external: 15_002, ip: "127.0.0.1" }] },
      "delete, then replace ports",
    ],
    [{ readOnly: true }, "delete, then replace readOnly"],
  ])("of %j the diff is: %s", async (change, expected) => {
    await withContainer(async (_id, state) => {
      const news = { ...inputs, ...change };
      expect(await plugin.diff(types.container, state, inputs, news)).toBe(expected);
    });
  });

  test("what was changed or removed outside is seen", async () => {
    await withContainer(async (id, state) => {
      const container = engine.getContainer(id);
      await container.update({ Memory: 32 * 1024 * 1024, MemorySwap: 128 * 1024 * 1024 });
      const changed = await plugin.read(types.container, id, state, inputs);
      expect(changed.inputs.memory).toBe(32);
      expect(await plugin.diff(types.container, changed.state, inputs, inputs)).toBe(
        "update memory",
      );
      await container.remove();
      expect((await plugin.read(types.container, id, state, inputs)).id).toBe("");
    });
  });

  test("what an interrupted up left behind does not block the next one", async () => {
    const network = { name: prefix, labels };
    const volume = { name: `${prefix}-data`, labels };
    const networks = [
      await plugin.create(types.network, network),
      await plugin.create(types.network, network),
    ];
    const volumes = [
      await plugin.create(types.volume, volume),
      await plugin.create(types.volume, volume),
    ];
    const first = await plugin.create(types.container, inputs);
    await withContainer((id) => {
      expect(id).not.toBe(first.id);
      return Promise.resolve();
    });
    expect(networks[0]?.id).toBe(networks[1]?.id);
    expect(volumes[0]).toEqual(volumes[1]);
    await plugin.delete(types.network, networks[0]?.id ?? "", networks[0]?.state ?? {});
    await plugin.delete(types.volume, volume.name, volumes[0]?.state ?? {});
  });

  test("what belongs to something else is not touched", async () => {
    const other = await engine.createContainer({ name: prefix, Image: image, Cmd: ["/x"] });
    await expect(plugin.create(types.container, inputs)).rejects.toThrow(
      `The container ${prefix} exists already and does not belong to this stack. ` +
        `Choose another name, or remove it: docker rm -f ${prefix}`,
    );
    expect((await other.inspect()).Id).toBe(other.id);
    await other.remove();
    await expect(plugin.create(types.volume, { name: prefix, labels })).rejects.toThrow(
      `The volume ${prefix} exists already and belongs to something else`,
    );
  });

  test("an image at hand is not pulled, and one that is to be kept stays", async () => {
    const wanted = { name: image, keepLocally: true };
    const { id, state } = await plugin.create(types.image, wanted);
    expect(state.imageId).toMatch(/^sha256:/);
    await plugin.delete(types.image, id, state);
    expect((await engine.getImage(image).inspect()).Id).toBe(state.imageId);
  });
});
