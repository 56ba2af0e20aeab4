import { spawn, type ChildProcess } from "node:child_process";
import { createHash, createPrivateKey, X509Certificate } from "node:crypto";
import { once } from "node:events";
import path from "node:path";
import * as grpc from "@grpc/grpc-js";
import { compare } from "bcryptjs";
import Docker from "dockerode";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { pack } from "tar-stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";

type Json = Record<string, JavaScriptValue>;

// How the engine marks a secret: sdk/go/common/resource/sig of pulumi/pulumi.
const secretKey = "4dabf18193072939515e22adb298388d";
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A stand-in in a process of its own, spoken to as the engine speaks to it. */
class Plugin {
  private constructor(
    readonly process: ChildProcess,
    private readonly client: ResourceProviderClient,
  ) {}

  static async start(name: string): Promise<Plugin> {
    const main = path.join(__dirname, "../offline/providers/main.ts");
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

/** The value of a property that must be marked secret. */
function secret(value: JavaScriptValue | undefined): string {
  expect(value).toHaveProperty(secretKey);
  return String((value as Json).value);
}

describe("random", () => {
  let plugin: Plugin;
  const type = "random:index/randomPassword:RandomPassword";
  const inputs = { length: 24, keepers: { round: "1" }, overrideSpecial: "_-", minSpecial: 3 };

  beforeAll(async () => {
    plugin = await Plugin.start("random");
  });
  afterAll(() => plugin.stop());

  test("draws a password from the allowed characters and hashes it, both marked secret", async () => {
    const { id, state } = await plugin.create(type, { ...inputs, upper: false, numeric: false });
    const result = secret(state.result);
    expect(result).toMatch(/^[a-z_-]{24}$/);
    expect(result.replace(/[a-z]/g, "").length).toBeGreaterThanOrEqual(3);
    expect(await compare(result, secret(state.bcryptHash))).toBe(true);
    expect(id).toBe("none");
    expect(state).toMatchObject({ numeric: false, number: false, upper: false, minLower: 0 });
  });

  test("a preview says what is not known yet", async () => {
    const { state } = await plugin.create(type, inputs, true);
    expect(state).toMatchObject({ result: unknown, bcryptHash: unknown, length: 24 });
  });

  test.each<[Json, string]>([
    [inputs, "none"],
    [{ ...inputs, special: true }, "none"],
    [{ ...inputs, keepers: { round: "2" } }, "replace keepers"],
    [{ ...inputs, keepers: { round: unknown } }, "replace keepers"],
    [{ ...inputs, length: 25 }, "replace length"],
    [{ ...inputs, number: false }, "replace number numeric"],
  ])("of %j the diff is: %s", async (news, expected) => {
    const { state } = await plugin.create(type, inputs);
    expect(await plugin.diff(type, state, inputs, news)).toBe(expected);
  });

  test.each<[Json, string]>([
    [{}, '"length" is required'],
    [{ length: 0 }, '"length" must be a whole number from 1'],
    [
      { length: 2, minLower: 3 },
      '"length" must be at least the sum of minLower, minNumeric, minSpecial, minUpper, which is 3',
    ],
    [
      { length: 8, lenght: 9 },
      'the built-in stand-in for the official plugin does not know the property "lenght"',
    ],
  ])("%j is refused", async (wrong, expected) => {
    expect((await plugin.check(type, wrong)).failures).toEqual([expected]);
  });
});

describe("tls", () => {
  let plugin: Plugin;
  const types = {
    key: "tls:index/privateKey:PrivateKey",
    authority: "tls:index/selfSignedCert:SelfSignedCert",
    request: "tls:index/certRequest:CertRequest",
    certificate: "tls:index/locallySignedCert:LocallySignedCert",
  };

  beforeAll(async () => {
    plugin = await Plugin.start("tls");
  });
  afterAll(() => plugin.stop());

  const kinds: Json[] = [
    { algorithm: "RSA", rsaBits: 2048 },
    { algorithm: "ECDSA", ecdsaCurve: "P256" },
    { algorithm: "ECDSA", ecdsaCurve: "P521" },
    { algorithm: "ED25519" },
  ];

  async function chain(kind: Json, more: Json = {}) {
    const { state: key } = await plugin.create(types.key, kind);
    const privateKeyPem = secret(key.privateKeyPem);
    const { state: authority } = await plugin.create(types.authority, {
      privateKeyPem,
      isCaCertificate: true,
      validityPeriodHours: 87_600,
      allowedUses: ["cert_signing", "crl_signing"],
      subject: { commonName: "A test's authority", organization: "Größe" },
    });
    const { state: request } = await plugin.create(types.request, {
      privateKeyPem,
      dnsNames: ["localhost", "registry.example.com"],
      ipAddresses: ["127.0.0.1", "::1"],
      subject: { commonName: "localhost" },
    });
    const inputs: Json = {
      caCertPem: String(authority.certPem),
      caPrivateKeyPem: privateKeyPem,
      certRequestPem: String(request.certRequestPem),
      validityPeriodHours: 48,
      earlyRenewalHours: 24,
      allowedUses: ["digital_signature", "server_auth"],
      ...more,
    };
    const { state: certificate } = await plugin.create(types.certificate, inputs);
    return { key, authority, certificate, inputs };
  }

  test.each(kinds)("a chain of %j verifies and covers what was asked for", async (kind) => {
    const { key, authority, certificate } = await chain(kind);
    const root = new X509Certificate(String(authority.certPem));
    const leaf = new X509Certificate(String(certificate.certPem));
    expect(root.ca && root.verify(root.publicKey) && leaf.verify(root.publicKey)).toBe(true);
    expect(leaf.checkIssued(root)).toBe(true);
    expect(leaf.subjectAltName).toBe(
      "DNS:localhost, DNS:registry.example.com, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1",
    );
    expect(leaf.checkPrivateKey(createPrivateKey(secret(key.privateKeyPemPkcs8)))).toBe(true);
    expect(leaf.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1"]);
    expect(BigInt(`0x${leaf.serialNumber}`).toString()).toBe(certificate.id);
    secret(key.privateKeyOpenssh);
    secret(certificate.caPrivateKeyPem);
    const blob = Buffer.from(String(key.publicKeyOpenssh).split(" ")[1] ?? "", "base64");
    const hash = createHash("sha256").update(blob).digest("base64").replace(/=+$/, "");
    expect(key.publicKeyFingerprintSha256).toBe(`SHA256:${hash}`);
  });

  test("a certificate is replaced within its renewal window, and only there", async () => {
    const { certificate, inputs } = await chain({ algorithm: "ECDSA", ecdsaCurve: "P256" });
    const diff = (earlyRenewalHours: number) =>
      plugin.diff(types.certificate, certificate, inputs, { ...inputs, earlyRenewalHours });
    expect(certificate.readyForRenewal).toBe(false);
    expect(await diff(24)).toBe("none");
    expect(await diff(47)).toBe("update earlyRenewalHours");
    expect(await diff(48)).toBe("replace readyForRenewal");
    const early = { ...certificate, earlyRenewalHours: 48 };
    const { state } = await plugin.read(types.certificate, "1", early, inputs);
    expect(state.readyForRenewal).toBe(true);
  });

  test("a changed name or key replaces the certificate", async () => {
    const { certificate, inputs } = await chain({ algorithm: "ECDSA", ecdsaCurve: "P256" });
    const news = { ...inputs, certRequestPem: unknown };
    expect(await plugin.diff(types.certificate, certificate, inputs, news)).toBe(
      "replace certRequestPem",
    );
  });
});

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
