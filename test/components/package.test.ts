import { execa } from "execa";
import { cpSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dependencies as packages } from "../../components/package.json";
import { findEngine } from "../../offline/engine/engine";
import { languageHosts } from "../../offline/engine/language-hosts";
import { buildWithGo, directoryOf } from "../../offline/go";
import { parse } from "yaml";
import { addStack } from "../support/added-stack";
import { announce } from "../support/announce";
import { latePackages } from "../support/late-packages";
import { pulumiForPython } from "../support/python/packages";
import { ScratchClone } from "../support/scratch-clone";

const checkout = path.resolve(__dirname, "../..");
const examples = path.join(checkout, "examples");
const programs = readdirSync(examples).filter((name) => name.endsWith("-ts"));

const classes = [
  "wharf:index:AwsRegistry",
  "wharf:index:AzureRegistry",
  "wharf:index:DockerRegistry",
  "wharf:index:GcpRegistry",
  "wharf:index:KubernetesRegistry",
];

/** What a stack needs before its provider says anything. */
const config = {
  "aws-ts": { "aws:accessKey": "of no worth", "aws:secretKey": "of no worth" },
  "azure-ts": {
    "azure-native:clientId": "55555555-5555-5555-5555-555555555555",
    "azure-native:clientSecret": "of no worth",
    "azure-native:location": "westeurope",
    "azure-native:subscriptionId": "77777777-7777-7777-7777-777777777777",
    "azure-native:tenantId": "66666666-6666-6666-6666-666666666666",
  },
  "gcp-ts": { "gcp:credentials": '{"type":"service_account"}', "gcp:project": "acme-shop" },
};

/** What a program may write that the compiler has to take, and what it has to refuse. */
const typed = `
import { AwsRegistry, DockerRegistry } from "wharf-registry";
export const smallest = [new AwsRegistry("r"), new DockerRegistry("r", {}, { protect: true })];
// @ts-expect-error a misspelt key
new AwsRegistry("r", { retentoin: { keepLast: 20 } });
// @ts-expect-error a key of another platform
new DockerRegistry("r", { aws: {} });
// @ts-expect-error not one of the environments
new AwsRegistry("r", { environment: "production" });
`;

/** A program with two registries on each cloud, the second where its own provider works. */
const twice = `
const {
  AwsRegistry,
  AzureRegistry,
  DockerRegistry,
  GcpRegistry,
  KubernetesRegistry,
} = require("wharf-registry");
const aws = require("@pulumi/aws/provider");
const azure = require("@pulumi/azure-native/provider");
const docker = require("@pulumi/docker/provider");
const kubernetes = require("@pulumi/kubernetes/provider");
const gcp = require("@pulumi/gcp/provider");
const { Role } = require("@pulumi/aws/iam/role");
const keys = { accessKey: "of no worth", secretKey: "of no worth" };
const west = new aws.Provider("west", { region: "us-west-2", ...keys });
const north = new gcp.Provider("north", { project: "acme-north", region: "europe-north1" });
const other = new azure.Provider("other", {
  subscriptionId: "88888888-8888-8888-8888-888888888888",
  location: "northeurope",
});
const far = new docker.Provider("far", { host: "tcp://127.0.0.1:1" });
const cluster = new kubernetes.Provider("cluster", { kubeconfig: "{}" });
const owned = ({ type, props, opts }) =>
  type === "aws:ecr/repository:Repository" ? { props: { ...props, tags: { owner: "shop" } }, opts } : undefined;
const role = new Role("ci", { name: "ci", assumeRolePolicy: "{}" });
const args = {
  encryption: { key: "create" },
  repositories: [{ name: "shop/api", retention: { keepLast: 20 }, push: [role.arn] }],
};
const registries = {
  aws: new AwsRegistry("aws", args),
  awsWest: new AwsRegistry("aws-west", args, { provider: west, transforms: [owned] }),
  gcp: new GcpRegistry("gcp"),
  gcpNorth: new GcpRegistry("gcp-north", {}, { provider: north }),
  azure: new AzureRegistry("azure"),
  azureOther: new AzureRegistry("azure-other", {}, { provider: other }),
  docker: new DockerRegistry("docker"),
  dockerFar: new DockerRegistry("docker-far", {}, { provider: far }),
  kubernetes: new KubernetesRegistry("kubernetes"),
  kubernetesOther: new KubernetesRegistry("kubernetes-other", {}, { provider: cluster }),
};
for (const [name, { login }] of Object.entries(registries)) exports[name] = login;
`;

/** A program with two registries of names that begin alike, both by `createRegistry`. */
const alike = `
const { createRegistry } = require("wharf-registry");
module.exports = async () => {
  const of = (name) =>
    createRegistry(name, {
      target: "aws",
      environment: "prod",
      repositories: [{ name: name + "/api" }],
      encryption: { key: "create" },
    });
  return { shop: (await of("shop")).login, shopKey: (await of("shop-key")).login };
};
`;

/** A program in Go that uses the generated SDK. */
const goProgram = `package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"wharf.invalid/sdk/go/wharf"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		environment := wharf.EnvironmentDev
		registry, err := wharf.NewAwsRegistry(ctx, "registry", &wharf.AwsRegistryArgs{
			Environment:  &environment,
			Repositories: []wharf.AwsRepositoryArgs{{Name: "shop/api", Push: []pulumi.StringInput{pulumi.String("*")}}},
		})
		if err != nil {
			return err
		}
		ctx.Export("login", registry.Login)
		return nil
	})
}
`;

interface Step {
  op: string;
  urn: string;
  newState: { type: string; inputs: Record<string, unknown>; provider?: string };
}

interface Schema {
  resources: Record<string, { properties: object; inputProperties: Record<string, unknown> }>;
  dependencies: unknown[];
}

/** What a preview would create, by type and name. */
function stepsOf(printed: string): Map<string, Step> {
  const { steps } = JSON.parse(printed) as { steps: Step[] };
  return new Map(
    steps.map((step) => [`${step.newState.type} ${step.urn.split("::").at(-1)}`, step]),
  );
}

describe("the component package, packed and installed beside the examples", () => {
  let clone: ScratchClone;
  let installed: string;
  let env: Record<string, string>;
  let python: string;

  beforeAll(async () => {
    clone = new ScratchClone();
    installed = clone.at("installed");
    await install();
    const providers = [
      "aws",
      "azure-native",
      "docker",
      "gcp",
      "kubernetes",
      "random",
      "tls",
    ] as const;
    const engine = await findEngine(clone.at(".wharf"), announce, { providers, preview: true });
    const hosts = await languageHosts(engine, announce);
    env = {
      ...engine.env,
      ...latePackages,
      PATH: [hosts, engine.env.PATH].filter(Boolean).join(path.delimiter),
      PULUMI_BACKEND_URL: `file://${clone.directory}`,
      PULUMI_CONFIG_PASSPHRASE: "of no worth",
      PULUMI_STACK: "dev",
      KUBECONFIG: clone.at("kubeconfig"),
    };
    python = await pulumiForPython(announce);
  });
  afterAll(() => clone?.remove());

  /** Packs the package, and unpacks it where it finds the packages that it says it depends on, and no other ones. */
  async function install() {
    const said = await execa("npm", ["pack", "--silent", "--pack-destination", clone.directory], {
      cwd: clone.at("components"),
    });
    const unpacked = path.join(installed, "node_modules/wharf-registry");
    mkdirSync(unpacked, { recursive: true });
    const tarball = clone.at(said.stdout.split("\n").at(-1)!);
    await execa("tar", ["-xzf", tarball, "-C", unpacked, "--strip-components", "1"]);
    for (const name of [...Object.keys(packages), "@types/node"]) {
      const link = path.join(installed, "node_modules", name);
      mkdirSync(path.dirname(link), { recursive: true });
      symlinkSync(path.join(checkout, "node_modules", name), link);
    }
    cpSync(examples, path.join(installed, "examples"), { recursive: true });
    symlinkSync(unpacked, path.join(installed, "components"));
  }

  /** Runs the engine in a directory, and returns what it printed. */
  async function pulumi(
    directory: string,
    args: string[],
    more: Record<string, string> = {},
  ): Promise<string> {
    const { stdout, all, exitCode } = await execa("pulumi", [...args, "--non-interactive"], {
      cwd: path.join(installed, directory),
      env: { ...env, ...more },
      all: true,
      reject: false,
    });
    expect(exitCode, all).toBe(0);
    return stdout;
  }

  /** Adds the stack dev of a program. */
  async function addDev(directory: string): Promise<void> {
    const project = await readFile(path.join(installed, directory, "Pulumi.yaml"), "utf8");
    addStack(clone.directory, "dev", (parse(project) as { name: string }).name);
  }

  /** What a preview of an example would create, by type and name. */
  async function preview(
    example: string,
    values: Record<string, string>,
    more?: Record<string, string>,
  ): Promise<Map<string, Step>> {
    await writeFile(
      path.join(installed, example, "Pulumi.dev.yaml"),
      JSON.stringify({ config: values }),
    );
    await addDev(example);
    return stepsOf(await pulumi(example, ["preview", "--json"], more));
  }

  it("has a schema of its five classes, which needs no other package's", async () => {
    const schema = JSON.parse(await schemaText()) as Schema;
    expect(Object.keys(schema.resources).sort()).toEqual(classes);
    expect(schema.dependencies ?? []).toEqual([]);
    for (const { properties, inputProperties } of Object.values(schema.resources)) {
      expect(Object.keys(properties)).toEqual(expect.arrayContaining(["endpoint", "repositories"]));
      expect(inputProperties.repositories).toMatchObject({ type: "array", plain: true });
    }
  });

  it("previews a registry for a program in YAML, as a checkout has them, with what wharf pulumi-env says", () => {
    cpSync(examples, clone.at("examples"), { recursive: true });
    clone.write("Pulumi.dev.yaml", "config: { wharf:environment: lab }\n");
    const commands = [
      'eval "$(node cli/wharf.js pulumi-env --languages)"',
      "cd examples/docker-yaml",
      "pulumi stack init dev --non-interactive >&2",
      "pulumi preview --json --non-interactive",
    ];
    const { status, stdout, stderr } = clone.run("sh", ["-c", commands.join(" && ")]);
    expect(status, stdout + stderr).toBe(0);
    expect([...stepsOf(stdout).keys()]).toEqual(
      expect.arrayContaining([
        "wharf:index:DockerRegistry registry",
        "docker:index/container:Container registry-container",
      ]),
    );
  });

  it("previews a registry for a program in Python, with the SDK that Pulumi generates", async () => {
    const sdk = await generated("python");
    // What pip would note when it installs the SDK, which asks at its start for its own version.
    const noted = path.join(sdk, "pulumi_wharf-0.1.0.dist-info");
    mkdirSync(noted);
    await writeFile(
      path.join(noted, "METADATA"),
      "Metadata-Version: 2.1\nName: pulumi_wharf\nVersion: 0.1.0\n",
    );
    const steps = await preview(
      "examples/docker-py",
      {},
      {
        PYTHONPATH: [python, sdk].join(path.delimiter),
      },
    );
    expect([...steps.keys()]).toContain("docker:index/container:Container registry-container");
  });

  it("has an SDK for Go that compiles", async () => {
    const sdk = await generated("go");
    const hostsModule = directoryOf("language-hosts");
    const mod = await readFile(path.join(hostsModule, "go.mod"), "utf8");
    // The SDK of Pulumi and all below it as the hosts were built with, so that they are compiled already.
    await writeFile(
      path.join(sdk, "go.mod"),
      mod.replace(/^module .*/, "module wharf.invalid/sdk/go"),
    );
    cpSync(path.join(hostsModule, "go.sum"), path.join(sdk, "go.sum"));
    mkdirSync(path.join(sdk, "program"));
    await writeFile(path.join(sdk, "program/main.go"), goProgram);
    await buildWithGo(
      { module: sdk, packages: ["./program"], into: path.join(sdk, "built") },
      announce,
    );
  });

  let read: Promise<string> | undefined;

  /** The schema that the package tells the engine, which starts it and has its classes analyzed: seconds of processor time. */
  const schemaText = () => (read ??= pulumi(".", ["package", "get-schema", "./components"]));

  /** The SDK of the package for a language. */
  async function generated(language: string): Promise<string> {
    await writeFile(path.join(installed, "schema.json"), await schemaText());
    const args = ["package", "gen-sdk", "schema.json", "--language", language, "--out", "sdk"];
    await pulumi(".", args);
    return path.join(installed, "sdk", language);
  }

  describe("for programs in TypeScript", () => {
    beforeAll(async () => {
      await writeFile(path.join(installed, "typed.ts"), typed);
      const { compilerOptions } = JSON.parse(
        await readFile(path.join(examples, "docker-ts/tsconfig.json"), "utf8"),
      ) as { compilerOptions: object };
      const files = ["typed.ts", ...programs.map((name) => `examples/${name}/index.ts`)];
      await writeFile(
        path.join(installed, "tsconfig.json"),
        JSON.stringify({ compilerOptions: { ...compilerOptions, rootDir: "." }, files }),
      );
      const tsc = path.join(checkout, "node_modules/.bin/tsc");
      const { all, exitCode } = await execa(tsc, [], { cwd: installed, all: true, reject: false });
      expect(exitCode, all).toBe(0);
    });

    it("compiles and previews every example", async () => {
      // Compiled already: Pulumi would have ts-node compile them. In one program, since a preview of each takes seconds.
      await writeProgram(
        "all",
        programs
          .map((name) => `exports["${name}"] = require("../examples/${name}/index.js");`)
          .join("\n"),
      );
      const steps = await preview("all", Object.assign({}, ...Object.values(config)));
      const registries = [...steps.values()].filter(({ newState }) =>
        classes.includes(newState.type),
      );
      expect(registries.map(({ op, newState }) => `${op} ${newState.type}`).sort()).toEqual(
        classes.map((name) => `create ${name}`),
      );
    });

    it("stands where the provider of each registry works", async () => {
      await writeProgram("twice", twice);
      const steps = await preview("twice", {
        ...config["aws-ts"],
        ...config["azure-ts"],
        ...config["gcp-ts"],
        "aws:region": "eu-central-1",
        "gcp:region": "europe-west3",
      });
      const inputs = (name: string) =>
        JSON.stringify(
          [...steps].find(([of]) => of.endsWith(` ${name}`))?.[1].newState.inputs ?? {},
        );
      expect(inputs("aws-key")).toContain("ecr.eu-central-1.amazonaws.com");
      expect(inputs("aws-west-key")).toContain("ecr.us-west-2.amazonaws.com");
      expect(inputs("gcp-repository-app")).toContain('"location":"europe-west3"');
      expect(inputs("gcp-north-repository-app")).toContain('"location":"europe-north1"');
      expect(inputs("gcp-north-repository-app")).toContain('"project":"acme-north"');
      expect(inputs("azure-group")).toContain('"location":"westeurope"');
      expect(inputs("azure-other-group")).toContain('"location":"northeurope"');
      const providerOf = (component: string, package_ = "") =>
        new Set(
          [...steps.values()]
            .filter(({ urn }) => urn.split("::").at(-1)?.startsWith(`${component}-`))
            .filter(({ newState }) => newState.type.startsWith(package_))
            .map(({ newState }) => newState.provider?.split("::").at(-2)),
        );
      expect(providerOf("aws-west")).toEqual(new Set(["west"]));
      expect(providerOf("gcp-north")).toEqual(new Set(["north"]));
      expect(providerOf("azure-other")).toEqual(new Set(["other"]));
      expect(providerOf("docker-far", "docker:")).toEqual(new Set(["far"]));
      expect(providerOf("kubernetes-other", "kubernetes:")).toEqual(new Set(["cluster"]));
      // What a transform of the options does reaches the children of that registry only.
      expect(inputs("aws-west-repository-shop/api")).toContain('"owner":"shop"');
      expect(inputs("aws-repository-shop/api")).not.toContain('"owner":"shop"');
    });

    it("keeps the images of registries whose names begin alike apart", async () => {
      await writeProgram("alike", alike, { ...config["aws-ts"], "aws:region": "eu-central-1" });
      await addDev("alike");
      const simulated = { WHARF_SIMULATE_CLOUDS: "1" };
      await pulumi("alike", ["up", "--yes", "--skip-preview"], simulated);
      const steps = stepsOf(await pulumi("alike", ["preview", "--json"], simulated));
      expect(new Set([...steps.values()].map(({ op }) => op))).toEqual(new Set(["same"]));
    });

    /** A program of one file, beside the installed package. */
    async function writeProgram(name: string, text: string, values: Record<string, string> = {}) {
      mkdirSync(path.join(installed, name));
      const files = {
        "Pulumi.yaml": `name: ${name}\nruntime: { name: nodejs, options: { typescript: false } }\nmain: index.js\n`,
        "package.json": JSON.stringify({ name, main: "index.js" }),
        "index.js": text,
        "Pulumi.dev.yaml": JSON.stringify({ config: values }),
      };
      for (const [file, contents] of Object.entries(files)) {
        await writeFile(path.join(installed, name, file), contents);
      }
    }
  });
});
