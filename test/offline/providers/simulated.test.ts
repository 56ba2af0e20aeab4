import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { CustomResource, type Inputs } from "@pulumi/pulumi";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { aws } from "../../../offline/providers/aws";
import { azureNative } from "../../../offline/providers/azure-native";
import { gcp } from "../../../offline/providers/gcp";
import type { SimulatedType } from "../../../offline/providers/simulated/type";
import type { Properties, Property } from "../../../offline/providers/properties";
import { SdkSchema } from "./sdk-schema";
import { hidden, onAws, onAzure, onGcp, type Variant } from "./simulated-programs";
import { SimulatedStack, type Steps } from "./simulated-stack";

const packages = [aws, gcp, azureNative];

/** What the SDK's own class says of a type: its token, its inputs and its outputs. */
function sdkClass(plugin: string, token: string) {
  const [, module = "", name = ""] = token.split(":");
  const folder = path.join(
    __dirname,
    `../../../node_modules/@pulumi/${plugin}`,
    module.split("/")[0] ?? "",
  );
  const file = existsSync(folder)
    ? readdirSync(folder).find((entry) => entry.toLowerCase() === `${name.toLowerCase()}.js`)
    : undefined;
  const source = file === undefined ? "" : readFileSync(path.join(folder, file), "utf8");
  const all = (form: RegExp) => [...source.matchAll(form)].map(([, found]) => found ?? "");
  return {
    token: all(/__pulumiType = '(.+)'/g)[0],
    properties: new Set(all(/resourceInputs\["(\w+)"\]/g)),
  };
}

/** The inputs that an entry of a table names, by their paths. */
function inputsNamed(type: SimulatedType): string[] {
  const { replaces, required, named, defaults, allowed, patterns, documents } = type;
  return [
    ...[defaults, allowed, patterns].flatMap((each) => Object.keys(each ?? {})),
    ...[replaces, required, documents].flatMap((each) => each ?? []),
    ...(named?.slice(0, 1) ?? []),
  ];
}

function propertyAt(properties: Properties, [name = "", ...rest]: string[]): Property | undefined {
  const property = properties[name];
  return rest.length === 0 ? property : propertyAt(property?.fields ?? {}, rest);
}

/** One line a property, so that another version of an SDK shows what it changes. */
function inLines(types: Record<string, Properties>): string {
  const lines = Object.entries(types).map(([token, properties]) => {
    const each = Object.entries(properties).map(
      ([name, property]) => `    ${JSON.stringify(name)}: ${JSON.stringify(property)}`,
    );
    return `  ${JSON.stringify(token)}: {\n${each.join(",\n")}\n  }`;
  });
  return `{\n${lines.join(",\n")}\n}\n`;
}

describe.each(packages)("the stand-in for $name", ({ name, types, inputs }) => {
  test("checks inputs by the schema that the SDK was made from", async () => {
    const sdk = new SdkSchema(name);
    const read = Object.keys(types).map((token) => [token, sdk.inputsOf(token)] as const);
    await expect(inLines(Object.fromEntries(read))).toMatchFileSnapshot(
      `../../../offline/providers/${name}/inputs.json`,
    );
  });

  test.each(Object.entries(types))(
    "knows of %s what the SDK has, and adds to it",
    (token, type) => {
      const sdk = sdkClass(name, token);
      expect(sdk.token).toBe(token);
      const at = (path: string) => propertyAt(inputs[token] ?? {}, path.split("."));
      expect(inputsNamed(type).filter((path) => at(path) === undefined)).toEqual([]);
      const { allowed = {} } = type;
      expect(Object.keys(allowed).filter((path) => at(path)?.allowed)).toEqual([]);
      const outputs = Object.keys(type.outputs ?? {}).map((output) => output.split(".")[0] ?? "");
      expect(outputs.filter((output) => !sdk.properties.has(output))).toEqual([]);
    },
  );
});

interface Cloud {
  name: string;
  cloud: string;
  program: (variant: Variant) => Inputs;
  config: Record<string, string>;
  outputs: Record<string, unknown>;
  /** What changes where an input is updated, or replaced. */
  updated: Steps;
  replaced: Steps;
  /** Pairs of which the first must go before the second. */
  order: [string, string][];
}

const replace = "create-replacement, replace, delete-replaced";
const deletedFirst = "delete-replaced, replace, create-replacement";
const clouds: Cloud[] = [
  {
    name: "aws",
    cloud: "AWS",
    program: onAws,
    config: { "aws:region": "eu-central-1" },
    outputs: {
      keyArn: expect.stringMatching(/^arn:aws:kms:eu-central-1:123456789012:key\/[0-9a-f-]{36}$/),
      url: "123456789012.dkr.ecr.eu-central-1.amazonaws.com/team/app",
      arn: "arn:aws:ecr:eu-central-1:123456789012:repository/team/app",
      secret: expect.stringMatching(
        /^arn:aws:secretsmanager:eu-central-1:123456789012:secret:ecr-pullthroughcache\/hub-\w{6}$/,
      ),
      role: expect.stringMatching(/^arn:aws:iam::123456789012:role\/role-[0-9a-f]{7}$/),
      accountId: "123456789012",
    },
    updated: { app: "update" },
    replaced: { app: replace, retention: replace, access: replace },
    order: [
      ["access", "app"],
      ["retention", "app"],
      ["app", "key"],
      ["alias", "key"],
      ["mirror", "credential"],
      ["attachment", "role"],
    ],
  },
  {
    name: "gcp",
    cloud: "Google Cloud",
    program: onGcp,
    config: { "gcp:project": "images-example", "gcp:region": "europe-west1" },
    outputs: {
      id: "projects/images-example/locations/europe-west1/repositories/app",
      uri: "europe-west1-docker.pkg.dev/images-example/app",
      agent: "service-123456789012@gcp-sa-artifactregistry.iam.gserviceaccount.com",
      number: "123456789012",
    },
    updated: { app: "update" },
    replaced: { app: replace, reader: replace, rule: replace },
    order: [
      ["rule", "app"],
      ["reader", "app"],
      ["app", "grant"],
      ["grant", "key"],
      ["key", "ring"],
    ],
  },
  {
    name: "azure-native",
    cloud: "Azure",
    program: onAzure,
    config: { "azure-native:location": "westeurope" },
    outputs: {
      id: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/images/providers/Microsoft.ContainerRegistry/registries/TeamImages",
      loginServer: "teamimages.azurecr.io",
      vaultUri: "https://team-images.vault.azure.net/",
      principalId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    },
    updated: { registry: "update" },
    // The plugin of Azure deletes first what it gave no random name, and before it what depends on it.
    replaced: Object.fromEntries(
      ["registry", "scope", "token", "purge", "hub", "pull", "lock"].map((name) => [
        name,
        deletedFirst,
      ]),
    ),
    order: [
      ["token", "scope"],
      ["scope", "registry"],
      ["pull", "identity"],
      ["registry", "group"],
    ],
  },
];

const changes = (steps: Steps) =>
  Object.fromEntries(Object.entries(steps).filter(([, step]) => step !== "same"));

describe.sequential.each(clouds)("a program on $name", (cloud) => {
  let variant: Variant = {};
  let made: Promise<SimulatedStack> | undefined;
  const stack = () =>
    (made ??= SimulatedStack.create(async () => cloud.program(variant), cloud.config));
  let first: Steps;
  afterAll(async () => (await made)?.remove());

  test("goes up, with outputs in the platform's form and a warning that nothing is real", async () => {
    first = await (await stack()).up();
    expect(new Set(Object.values(first))).toEqual(new Set(["create"]));
    expect((await stack()).warnings()).toEqual([
      `${cloud.name}: a built-in stand-in that returns what it is given; nothing is created in ${cloud.cloud}`,
    ]);
    expect((await stack()).outputs()).toEqual(cloud.outputs);
  });

  test("leaves no secret in the state, however deep it was nested", async () => {
    expect((await stack()).stateText()).not.toContain(hidden);
  });

  test("changes nothing by a refresh, nor when it goes up again", async () => {
    const state = (await stack()).stateText();
    const again = await (await stack()).refreshAndUp();
    expect(Object.keys(again).sort()).toEqual(Object.keys(first).sort());
    expect(new Set(Object.values(again))).toEqual(new Set(["refresh, same"]));
    expect(resourcesOf((await stack()).stateText())).toEqual(resourcesOf(state));
  });

  test("updates in place what can be updated", async () => {
    variant = { updated: true };
    expect(changes(await (await stack()).up())).toEqual(cloud.updated);
  });

  test("replaces what cannot, and what depends on it", async () => {
    variant = { updated: true, replaced: true };
    expect(changes(await (await stack()).up())).toEqual(cloud.replaced);
  });

  test("is deleted, what depends on something before it", async () => {
    const gone = Object.keys(await (await stack()).destroy());
    for (const [before, after] of cloud.order) {
      expect(gone.indexOf(before), `${before} before ${after}`).toBeLessThan(gone.indexOf(after));
    }
    expect(gone.sort()).toEqual(Object.keys(first).sort());
  });
});

/** The identifiers of a state's resources, without their order, which is that in which the program registered them. */
function resourcesOf(state: string): Record<string, unknown> {
  const { checkpoint } = JSON.parse(state) as {
    checkpoint: { latest: { resources: { urn: string; id?: string }[] } };
  };
  return Object.fromEntries(checkpoint.latest.resources.map(({ urn, id }) => [urn, id]));
}

describe.sequential("a stand-in for a cloud", () => {
  const region = { "aws:region": "us-east-1" };
  const stacks: SimulatedStack[] = [];
  afterEach(() => stacks.splice(0).forEach((stack) => stack.remove()));
  let registered: () => unknown;
  let refusing: Promise<SimulatedStack> | undefined;
  afterAll(async () => (await refusing)?.remove());

  async function stackOf(
    resources: () => unknown,
    config: Record<string, string> = region,
    variables?: Record<string, string>,
  ): Promise<SimulatedStack> {
    const stack = await SimulatedStack.create(async () => void resources(), config, variables);
    stacks.push(stack);
    return stack;
  }

  class Plain extends CustomResource {}
  const resource = (token: string, inputs: Inputs, name = "it") => new Plain(token, name, inputs);

  /** All of these, in any order. */
  const lines = (...texts: string[]) =>
    new RegExp(texts.map((text) => `(?=[^]*${text.replace(/[[\]().*?]/g, "\\$&")})`).join(""));

  test("previews without the variable, and deploys nothing", async () => {
    const stack = await stackOf(() => onAws({}), region, {});
    expect(new Set(Object.values(await stack.preview()))).toEqual(new Set(["create"]));
    await expect(stack.up()).rejects.toThrow(
      /talks to no cloud: it can preview, and changes nothing in AWS\. Install the official plugin: pulumi plugin install resource aws 7\.\d+\.\d+\..* set WHARF_SIMULATE_CLOUDS=1/,
    );
  });

  test.each<[string, string, Inputs, Record<string, string>, RegExp]>([
    [
      "an unknown type",
      "aws:s3/bucket:Bucket",
      {},
      region,
      /stand-in for the aws plugin has no resource of type aws:s3\/bucket:Bucket\. Install the official plugin: pulumi plugin install resource aws/,
    ],
    ["no region", "aws:iam/role:Role", {}, {}, /pulumi config set aws:region us-east-1/],
    [
      "a region that is none",
      "aws:iam/role:Role",
      {},
      { "aws:region": "frankfurt" },
      /invalid AWS Region: frankfurt/,
    ],
    [
      "all at once what AWS's plugin and ECR would",
      "aws:ecr/repository:Repository",
      {
        name: "Team/App",
        colour: "blue",
        encryptionConfigurations: [{ encryptionType: "KSM", kmsKye: "arn" }],
        forceDelete: "yes",
        imageScanningConfiguration: {},
        imageTagMutability: "IMMUTABEL",
      },
      region,
      lines(
        'the official plugin does not know the property "colour"',
        'the official plugin does not know the property "encryptionConfigurations[0].kmsKye"; did you mean kmsKey?',
        '"encryptionConfigurations.encryptionType" is KSM; it may be AES256, KMS, KMS_DSSE; did you mean KMS?',
        '"forceDelete" must be a boolean',
        '"imageScanningConfiguration.scanOnPush" is required',
        '"imageTagMutability" is IMMUTABEL; it may be MUTABLE, IMMUTABLE, IMMUTABLE_WITH_EXCLUSION, MUTABLE_WITH_EXCLUSION; did you mean IMMUTABLE?',
        '"name" is Team/App; it must be 2 to 256 lower-case letters',
      ),
    ],
    [
      "what Google's plugin says of a value that is none",
      "gcp:artifactregistry/vpcscConfig:VpcscConfig",
      { vpcscPolicy: "ALOW" },
      { "gcp:project": "images-example", "gcp:region": "europe-west1" },
      /"vpcscPolicy" is ALOW; it may be DENY, ALLOW; did you mean ALLOW\?/,
    ],
    [
      "a document that is none",
      "aws:ecr/lifecyclePolicy:LifecyclePolicy",
      { repository: "app", policy: "rules:" },
      region,
      /"policy" must hold a JSON object/,
    ],
    [
      "no project",
      "gcp:artifactregistry/repository:Repository",
      { repositoryId: "app", format: "DOCKER", location: "europe" },
      {},
      /"project" is required/,
    ],
    [
      "a registry name with a hyphen, and a tier that is none",
      "azure-native:containerregistry:Registry",
      { registryName: "team-images", resourceGroupName: "images", sku: { name: "Basics" } },
      {},
      lines(
        '"registryName" is team-images; it must be 5 to 50 letters and digits',
        '"sku.name" is Basics; it may be Classic, Basic, Standard, Premium; did you mean Basic?',
      ),
    ],
  ])("refuses %s", async (_, token, inputs, config, reason) => {
    registered = () => resource(token, inputs);
    // Nothing is deployed, so that one stack serves all.
    const stack = await (refusing ??= SimulatedStack.create(async () => void registered(), {}));
    await stack.configure(config);
    await expect(stack.preview()).rejects.toThrow(reason);
  });

  test("refuses a second of one name, as the platform does", async () => {
    const type = "aws:ecr/repository:Repository";
    const stack = await stackOf(() =>
      ["a", "b"].map((name) => resource(type, { name: "app" }, name)),
    );
    await expect(stack.up()).rejects.toThrow(/app exists already/);
  });

  describe("with a stack that changes", () => {
    let policy = '{"Version":"2012-10-17","Statement":[]}';
    let description = "before";
    const seen: unknown[] = [];
    let made: Promise<SimulatedStack> | undefined;
    const changing = () =>
      (made ??= SimulatedStack.create(async () => {
        resource("aws:ecr/registryPolicy:RegistryPolicy", { policy }, "document");
        resource("aws:ecr/repository:Repository", { name: "app" }, "named");
        resource("aws:kms/key:Key", {}, "key");
        const role = resource("aws:iam/role:Role", { assumeRolePolicy: "{}", description }, "role");
        role.id.apply((id) => seen.push(id));
      }, region));
    afterAll(async () => (await made)?.remove());
    const madeUp = async () => /role-[0-9a-f]{7}/.exec((await changing()).stateText())?.[0];
    let name: string | undefined;

    test("leaves open in a preview what the platform decides", async () => {
      await (await changing()).preview();
      expect(seen).toEqual([]);
      await (await changing()).up();
      expect(seen).toHaveLength(1);
      name = await madeUp();
      expect(name).toBeDefined();
    });

    test("takes a document for the same however it is laid out", async () => {
      policy = '{ "Statement": [], "Version": "2012-10-17" }';
      expect(changes(await (await changing()).up())).toEqual({});
    });

    test("updates a document that says something else, and a role whose made-up name it keeps", async () => {
      policy = '{ "Statement": [{}], "Version": "2012-10-17" }';
      description = "after";
      expect(changes(await (await changing()).up())).toEqual({
        document: "update",
        role: "update",
      });
      expect(await madeUp()).toBe(name);
    });

    test("moves what is regional when the region changes, and deletes first what keeps its name", async () => {
      await (await changing()).configure({ "aws:region": "eu-west-1" });
      expect(changes(await (await changing()).up())).toEqual({
        document: replace,
        named: deletedFirst,
        key: replace,
      });
    });
  });
});
