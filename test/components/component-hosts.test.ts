import * as pulumi from "@pulumi/pulumi";
import { compareSync, getRounds } from "bcryptjs";
import { Provider as DockerProvider } from "@pulumi/docker/provider";
import { Provider } from "@pulumi/kubernetes/provider";
import { describe, expect, it } from "vitest";
import type { DockerRegistryArgs } from "../../components/docker/args";
import { DockerRegistry } from "../../components/docker/registry";
import { KubernetesRegistry } from "../../components/kubernetes/registry";
import {
  type Asked,
  expectPassedOn,
  leftToken,
  ordinaryOptions,
  partsOf,
  runProgram,
} from "../support/component-program";

/** How the SDK writes a secret: @pulumi/pulumi/runtime/rpc.js. */
const signature = "4dabf18193072939515e22adb298388d";

/** Runs a program of the stack `shop` on what stands for a Docker host and a cluster. */
const run = <Outputs>(program: () => Outputs) =>
  runProgram(program, {
    project: "wharf",
    stack: "shop",
    config: {},
    made: ({ type, name, inputs }) => ({
      result: "abcdefghijklmnopqrstuu",
      bcryptHash: `$2a$10$${"hash".padEnd(53, ".")}`,
      imageId: "sha256:0",
      privateKeyPem: "[key]",
      certRequestPem: "[request]",
      certPem: "[certificate]",
      validityEndTime: "2027-12-24T00:00:00Z",
      ...(type === "kubernetes:core/v1:Service" && {
        spec: { ...inputs.spec, clusterIP: "10.96.0.9", clusterIPs: ["10.96.0.9"] },
      }),
      name: inputs.name ?? name,
    }),
    answer: ({ inputs }) => inputs,
  });

/** A value as the engine sees it, without the marks of secrets. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  const block = value as Record<string, unknown>;
  if (signature in block) return plain(block.value);
  return Object.fromEntries(Object.entries(block).map(([key, part]) => [key, plain(part)]));
}

/** The texts of a value that are not within a secret. */
function inClear(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === "object" && part !== null && signature in part ? "[secret]" : part,
  );
}

/** Everything that a resource of a Secret or an upload holds, decoded. */
function decoded(registered: Asked[]): string {
  return registered
    .map(({ inputs }) => plain(inputs) as { data?: Record<string, string> })
    .map((inputs) =>
      [
        JSON.stringify(inputs),
        ...Object.values(inputs.data ?? {}).map((text) => Buffer.from(text, "base64").toString()),
      ].join("\n"),
    )
    .join("\n");
}

const find = (registered: Asked[], name: string) => {
  const found = registered.find((each) => each.name === name);
  if (found === undefined) throw new Error(`${name} was not registered`);
  return found;
};

const given = () => ({
  environment: "dev" as const,
  labels: { team: pulumi.output("shipping") },
  endpoint: { hosts: [pulumi.output("Registry.Example.com"), pulumi.output("192.0.2.7")] },
  users: [{ name: "ci", password: pulumi.secret("not-for-others-1") }],
  storage: {
    kind: "s3" as const,
    region: "eu-central-1",
    bucket: pulumi.output("images-of-the-shop"),
    accessKey: pulumi.output("AKIAEXAMPLE"),
    secretKey: pulumi.secret("not-for-others-2"),
  },
  pullThroughCaches: [
    {
      upstream: "docker-hub",
      credentials: { username: "shop", password: pulumi.secret("not-for-others-3") },
    },
  ],
});

const targets = [
  { target: "docker", Registry: DockerRegistry, settings: "r-settings-delivery" },
  { target: "kubernetes", Registry: KubernetesRegistry, settings: "r-settings" },
] as const;

describe.each(targets)("$target", ({ Registry, settings }) => {
  it("hashes a password that somebody chose slowly, and a generated one, which nobody guesses, fast", async () => {
    const users = [{ name: "chosen", password: "chosen-by-hand" }, { name: "generated" }];
    const { asked: registered } = await run(() => new Registry("r", { ...given(), users }));
    const file = registered.map((one) => decoded([one])).find((text) => /chosen:\$2b/.test(text));
    const hash = (name: string) => new RegExp(`${name}:([$./\\w]+)`).exec(file ?? "")?.[1] ?? "";
    expect([hash("chosen"), hash("generated")].map(getRounds)).toEqual([10, 5]);
    expect(compareSync("chosen-by-hand", hash("chosen"))).toBe(true);
    expect(compareSync("abcdefghijklmnopqrstuu", hash("generated"))).toBe(true);
  });

  it("takes Outputs as values, and keeps the secret ones secret", async () => {
    const { asked: registered, outputs } = await run(() => {
      const registry = new Registry("r", given());
      const { hosts, login, push, notes, mirrors, repositories } = registry;
      return { hosts, login, push, notes, mirrors, repositories };
    });
    const everything = decoded(registered) + JSON.stringify(outputs);
    expect(everything).not.toMatch(leftToken);
    expect(inClear(registered.map(({ inputs }) => inputs))).not.toContain("not-for-others");
    const at = `registry.example.com:5000`;
    expect(outputs).toMatchObject({ login: `docker login ${at} --username ci` });
    expect(JSON.stringify(outputs)).toContain(`${at}/app:1.0.0`);
    expect((outputs as { hosts: string[] }).hosts).toEqual(
      expect.arrayContaining([at, "192.0.2.7:5000"]),
    );
    const config = decoded([find(registered, settings)]);
    for (const text of ["images-of-the-shop", "AKIAEXAMPLE", "not-for-others-2"]) {
      expect(config).toContain(text);
    }
    expect(everything).toContain("not-for-others-3");
    const request = find(registered, "r-request").inputs;
    expect(request.dnsNames).toContain("registry.example.com");
    expect(request.ipAddresses).toContain("192.0.2.7");
    expect(plain(request.subject)).toMatchObject({ commonName: "registry.example.com" });
    expect(decoded(registered)).toContain("shipping");
  });
});

describe.each([
  { Registry: DockerRegistry, holder: "r-data" },
  { Registry: KubernetesRegistry, holder: "r-claim" },
])("$Registry.name", ({ Registry, holder }) => {
  it("passes on protect, dependsOn, aliases and transformations as Pulumi promises", async () => {
    const { asked } = await run(() => {
      const first = new Provider("first", { kubeconfig: "{}" });
      return new Registry("r", {}, ordinaryOptions(first)).login;
    });
    expectPassedOn(asked, "first", holder);
  });
});

describe("two registries of one program", () => {
  it("on docker have names of their own for everything on the host", async () => {
    const { asked: registered } = await run(() => [
      new DockerRegistry("one", { endpoint: { port: 5001 } }).login,
      new DockerRegistry("two", { endpoint: { port: 5002 } }).login,
    ]);
    const names = (component: string) =>
      partsOf(registered, component)
        .filter(({ type }) => /:(Container|Volume|Network)$/.test(type))
        .map(({ inputs }) => inputs.name as string);
    expect(names("one").length).toBeGreaterThan(3);
    expect(names("one").filter((name) => names("two").includes(name))).toEqual([]);
    expect(names("one")).toContain("wharf-shop-one-registry");
  });

  it("with one prefix are refused", async () => {
    const args = { namePrefix: "shop", endpoint: { port: 5001 } };
    await expect(
      run(() => [new DockerRegistry("one", args).login, new DockerRegistry("two", args).login]),
    ).rejects.toThrow(
      [
        'DockerRegistry "two" has 1 problem. Nothing was changed.',
        "",
        '  namePrefix   "shop" is the prefix of registry "one" as well; their names on the platform would be the same',
        "",
      ].join("\n"),
    );
  });

  it("with one port of a Docker host are refused, and have it on hosts of their own", async () => {
    const quay: DockerRegistryArgs = { pullThroughCaches: [{ upstream: "quay" }] };
    const two = (
      args: DockerRegistryArgs,
      other: () => pulumi.ComponentResourceOptions = () => ({}),
    ) =>
      run(() => [
        new DockerRegistry("one", quay).login,
        new DockerRegistry("two", args, other()).login,
      ]);
    await expect(two({})).rejects.toThrow(
      [
        'DockerRegistry "two" has 1 problem. Nothing was changed.',
        "",
        '  endpoint.port   5000 of 127.0.0.1 is published by registry "one" as well; a port of a Docker host serves one container',
        "",
      ].join("\n"),
    );
    await expect(two({ endpoint: { port: 5001 } })).rejects.toThrow("endpoint.port   5001 of");
    await expect(two({ endpoint: { port: 5002 } })).resolves.toBeDefined();
    const elsewhere = () => ({
      provider: new DockerProvider("elsewhere", { host: "tcp://10.1.2.3:2376" }),
    });
    await expect(two({}, elsewhere)).resolves.toBeDefined();
  });

  it("on kubernetes have namespaces of their own, and the provider that each was given", async () => {
    const { asked: registered } = await run(() => {
      const other = new Provider("other", { kubeconfig: "{}" });
      return [
        new KubernetesRegistry("one", {}).login,
        new KubernetesRegistry("two", {}, { provider: other }).login,
      ];
    });
    const of = (component: string) =>
      partsOf(registered, component).filter(({ type }) => type.startsWith("kubernetes:"));
    const namespaces = (component: string) =>
      of(component)
        .map(({ inputs }) => (inputs.metadata as { namespace?: string }).namespace)
        .filter((namespace) => namespace !== undefined);
    expect(new Set(namespaces("one"))).toEqual(new Set(["wharf-shop-one", "wharf-shop-one-trust"]));
    expect(new Set(namespaces("two"))).toEqual(new Set(["wharf-shop-two", "wharf-shop-two-trust"]));
    expect(of("two").map(({ provider }) => provider === "other")).toEqual(
      of("two").map(() => true),
    );
    expect(of("one").some(({ provider }) => provider === "other")).toBe(false);
  });
});

describe("a class", () => {
  it.each([
    {
      name: "DockerRegistry",
      make: () => new DockerRegistry("r", { endpiont: {} } as unknown as DockerRegistryArgs),
      message: "  endpiont   unknown key; did you mean endpoint?",
    },
    {
      name: "KubernetesRegistry",
      make: () => new KubernetesRegistry("r", { kubernetes: { replicas: 0 } }),
      message: "  kubernetes.replicas   0 is below 1, the lowest allowed",
    },
  ])(
    "$name refuses what is wrong before anything is registered",
    async ({ name, make, message }) => {
      const { asked: registered } = await run(() => {
        expect(make).toThrow(
          [`${name} "r" has 1 problem. Nothing was changed.`, "", message, ""].join("\n"),
        );
        return {};
      });
      expect(registered).toEqual([]);
    },
  );

  it("takes Outputs for what only the cluster's objects name", async () => {
    const { asked: registered } = await run(
      () =>
        new KubernetesRegistry("r", {
          kubernetes: {
            imagePullSecrets: [pulumi.output("pull")],
            existingNamespace: true,
            identity: { awsRoleArn: pulumi.output("arn:aws:iam::123456789012:role/images") },
          },
          environment: "dev",
          endpoint: { hosts: ["registry.example.com"] },
          storage: { kind: "s3", region: "eu-central-1", bucket: "images" },
        }).login,
    );
    const all = decoded(registered);
    expect(all).not.toMatch(leftToken);
    expect(all).toContain("arn:aws:iam::123456789012:role/images");
    expect(all).toContain('"imagePullSecrets":[{"name":"pull"}]');
  });
});
