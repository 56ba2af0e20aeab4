import * as pulumi from "@pulumi/pulumi";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import type { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import { createHash, generateKeyPairSync } from "node:crypto";
import { asChecked } from "../../components/component/described";
import { checkDescription } from "../../components/description/check";
import type { Target } from "../../components/model/environment";
import { outputsOf, type Registry } from "../../components/registry";
import { assertAccepted } from "./accepted-inputs";
import "./unmapped-stacks";

/** What a target registered with the engine for one resource. */
export interface Registration {
  type: string;
  name: string;
  /** Name of the resource that it is a part of; empty for the component itself. */
  parent: string;
  /** Whether the engine refuses to delete it. */
  protect: boolean;
  /** Whether it stays on the platform when the stack forgets it. */
  retainOnDelete: boolean;
  /** Names of the resources that it waits for beside those in its inputs. */
  dependsOn: string[];
  /** Inputs as plain values; a secret as `[secret]`. */
  inputs: Record<string, unknown>;
}

/** What a stack's config asks the program to register, and what the program yields. */
export interface Registered {
  registrations: Registration[];
  outputs: Record<string, unknown>;
}

// How the SDK writes what JSON cannot say: @pulumi/pulumi/runtime/rpc.js.
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

const folders: Record<Target, () => Promise<{ Registry: RegistryClass }>> = {
  docker: () => import("../../components/docker"),
  kubernetes: () => import("../../components/kubernetes"),
  aws: () => import("../../components/aws"),
  gcp: () => import("../../components/gcp"),
  azure: () => import("../../components/azure"),
};
type RegistryClass = new (name: string, args: never) => Registry;

/** A key that signs tokens: the only one that a component reads, and so a real one. It is only in secrets. */
const signingKey = generateKeyPairSync("ed25519").privateKey.export({
  type: "pkcs8",
  format: "pem",
});

/** Properties that the platforms make up, as far as another resource takes them in: the same for the same resource. */
function computed(type: string, name: string, inputs: Record<string, unknown>) {
  const id = createHash("sha256").update(`${type} ${name}`).digest("hex").slice(0, 12);
  const arn = `arn:aws:stand-in:eu-central-1:123456789012:${name}`;
  return {
    // A stack's id is random too, and is not a secret.
    ...{ arn, registryId: "123456789012", keyId: id },
    result: name.endsWith("-stack-id") ? `id-${id}` : `generated-${id}`,
    bcryptHash: `$2a$10$${id.padEnd(53, ".")}`,
    repositoryUrl: `123456789012.dkr.ecr.eu-central-1.amazonaws.com/${String(inputs.name)}`,
    repositoryUri: `public.ecr.aws/abcd1234/${String(inputs.repositoryName)}`,
    loginServer: `${String(inputs.registryName)}.azurecr.io`,
    keyUri: `https://${String(inputs.vaultName)}.vault.azure.net/keys/${name}`,
    identity: { principalId: id, tenantId: "00000000-0000-0000-0000-000000000002" },
    tenantId: "00000000-0000-0000-0000-000000000002",
    ...{ principalId: id, clientId: id, email: `${name}@project.iam.gserviceaccount.com` },
    ...{ imageId: `sha256:${id}`, member: `serviceAccount:${name}@stand-in` },
    privateKeyPemPkcs8: signingKey,
    ...{ privateKeyPem: "[private key]", certRequestPem: "[request]", certPem: "[certificate]" },
    validityEndTime: "2027-12-24T00:00:00Z",
    name: type.endsWith(":IAMCustomRole")
      ? `projects/project/roles/${String(inputs.roleId)}`
      : (inputs.name ?? name),
  };
}

/**
 * Runs a target's component on a stack's config without an engine, and keeps what it registers. Nothing is asked of a platform, so
 * that preflights do not run.
 * @param values config by key, without `wharf:`
 * @param provider config of the providers, such as `aws:region`
 * @param secretKeys keys of the config that are set as secrets
 * @throws DescriptionError where the config is refused
 */
export async function register(
  values: Record<string, unknown>,
  {
    stack = "shop",
    provider = {},
    secretKeys = [],
  }: { stack?: string; provider?: Record<string, string>; secretKeys?: string[] } = {},
): Promise<Registered> {
  const description = checkDescription({ stack, values, secretKeys: new Set(secretKeys) });
  pulumi.runtime.setAllConfig(provider);
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        assertAccepted(type, name, inputs);
        return {
          id: type.startsWith("azure-native:") ? `/subscriptions/stand-in/${name}` : `${name}-id`,
          state: { ...inputs, ...computed(type, name, inputs), ...given(type, inputs) },
        };
      },
      call: ({ token, inputs }) => answers[token] ?? { ...inputs },
    },
    "wharf",
    stack,
    false,
    "organization",
  );
  const registrations: Registration[] = [];
  const monitor = pulumi.runtime.getMonitor() as unknown as MockMonitor;
  const registerResource = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request: RegisterResourceRequest, callback) => {
    if (request.getType() !== "pulumi:pulumi:Stack") registrations.push(registration(request));
    return registerResource(request, callback);
  };
  const { Registry } = await folders[description.target]();
  const outputs = (await pulumi.runtime.runInPulumiStack(() => {
    const registry = new Registry("registry", asChecked({ ...description, stack }) as never);
    return Promise.resolve(outputsOf(registry));
  })) as Record<string, unknown>;
  // The outputs may be known before the last resource is.
  await pulumi.runtime.disconnect();
  // What waits for another's outputs is registered when these arrive, which is not the same in every run.
  registrations.sort((one, other) =>
    `${one.name} ${one.type}` < `${other.name} ${other.type}` ? -1 : 1,
  );
  return { registrations, outputs };
}

/** What a cluster adds to what it is asked for, as far as another resource takes it in. */
function given(type: string, inputs: Record<string, unknown>) {
  // An existing one is read, not asked for.
  if (type === "kubernetes:core/v1:Secret") return { data: inputs.data ?? {} };
  if (type !== "kubernetes:core/v1:Service") return {};
  const spec = inputs.spec as { clusterIP?: string };
  const clusterIP = spec.clusterIP ?? "10.96.12.34";
  return { spec: { ...spec, clusterIP, clusterIPs: [clusterIP] } };
}

/** What the functions of the providers answer on a machine without a cloud. */
const answers: Record<string, Record<string, unknown>> = {
  "aws:index/getCallerIdentity:getCallerIdentity": { accountId: "123456789012", id: "1" },
  "aws:index/getRegion:getRegion": { name: "eu-central-1", region: "eu-central-1", id: "1" },
  "aws:index/getPartition:getPartition": { partition: "aws", dnsSuffix: "amazonaws.com", id: "1" },
  "gcp:organizations/getProject:getProject": { projectId: "shop-123", number: "123456789012" },
  "azure-native:authorization:getClientConfig": {
    subscriptionId: "00000000-0000-0000-0000-000000000001",
    tenantId: "00000000-0000-0000-0000-000000000002",
    objectId: "00000000-0000-0000-0000-000000000003",
    clientId: "00000000-0000-0000-0000-000000000004",
  },
};

function registration(request: RegisterResourceRequest): Registration {
  const name = (urn: string) => urn.split("::").at(-1) ?? "";
  const inputs = plain(request.getObject()?.toJavaScript() ?? {}) as Record<string, unknown>;
  const own = new Set(
    request
      .getPropertydependenciesMap()
      .toArray()
      .flatMap(([, dependencies]) => (dependencies as { urnsList?: string[] }).urnsList ?? []),
  );
  return {
    type: request.getType(),
    name: request.getName(),
    parent: request.getParent().includes("pulumi:pulumi:Stack::") ? "" : name(request.getParent()),
    protect: request.getProtect() === true,
    retainOnDelete: request.getRetainondelete() === true,
    dependsOn: request
      .getDependenciesList()
      .filter((urn) => !own.has(urn))
      .map(name)
      .sort(),
    inputs,
  };
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  const entries = value as Record<string, unknown>;
  if (entries[signatureKey] === secretSignature) return "[secret]";
  return Object.fromEntries(
    Object.entries(entries)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, part]) => [key, plain(part)]),
  );
}
