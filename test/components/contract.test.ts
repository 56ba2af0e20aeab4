import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Target } from "../../components/model/environment";
import { goldenText } from "../support/golden-text";
import { configOf, registerConfig } from "../support/ready-config";
import { register, type Registration } from "../support/registrations";

/** What is true of only one target: its component, the plugins it may use, and the type that holds its images. */
const facts: Record<Target, { component: string; plugins: string[]; holdsImages: string }> = {
  docker: {
    component: "wharf:index:DockerRegistry",
    plugins: ["docker", "random", "tls"],
    holdsImages: "docker:index/volume:Volume registry-data",
  },
  kubernetes: {
    component: "wharf:index:KubernetesRegistry",
    plugins: ["kubernetes", "random", "tls"],
    holdsImages: "kubernetes:core/v1:PersistentVolumeClaim",
  },
  aws: {
    component: "wharf:index:AwsRegistry",
    plugins: ["aws"],
    holdsImages: "aws:ecr/repository:Repository",
  },
  gcp: {
    component: "wharf:index:GcpRegistry",
    plugins: ["gcp"],
    holdsImages: "gcp:artifactregistry/repository:Repository",
  },
  azure: {
    component: "wharf:index:AzureRegistry",
    plugins: ["azure-native", "random"],
    holdsImages: "azure-native:containerregistry:Registry",
  },
};

/** Settings of the providers without which a cloud does not know where. */
const provider = {
  "aws:region": "eu-central-1",
  "gcp:project": "shop-123",
  "gcp:region": "europe-west3",
  "azure-native:location": "germanywestcentral",
  "azure-native:subscriptionId": "00000000-0000-0000-0000-000000000001",
};

const outputKeys = [
  ...["target", "endpoint", "server", "hosts", "repositories", "repositoryIds"],
  ...["login", "push", "pull"],
  ...[
    "caCertificate",
    "credentials",
    "tokenSigningKey",
    "certificateExpiresAt",
    "builds",
    "workflows",
    "mirrors",
  ],
  ...["expiresAt", "monthlyCost", "notes"],
];

/** A description that says nothing of any platform. */
const common = {
  repositories: [{ name: "shop/api" }, { name: "shop/web" }],
  labels: { team: "shop" },
};
const outsideALab = { endpoint: { hosts: ["registry.example.com"] } };
const selfHosted: string[] = [Target.Docker, Target.Kubernetes];

const described = (target: Target, environment: string) => ({
  ...{ target, environment, ...common },
  ...(environment !== "lab" && selfHosted.includes(target) && outsideALab),
});

const imagesOf = (target: Target, registrations: Registration[]) =>
  registrations.filter(({ type, name }) => `${type} ${name}`.startsWith(facts[target].holdsImages));

describe.each(Object.values(Target))("the target %s", (target) => {
  const { component, plugins } = facts[target];

  it("yields the outputs of the contract, for the repositories that were described", async () => {
    const { outputs } = await register(described(target, "dev"), { provider });
    expect(Object.keys(outputs)).toEqual(outputKeys);
    expect(Object.values(outputs).filter((value) => value === undefined)).toEqual([]);
    expect(outputs.target).toBe(target);
    const { endpoint, hosts, repositories, login, push, pull } = outputs as {
      endpoint: string;
      hosts: string[];
      repositories: Record<string, string>;
      login: string;
      push: string;
      pull: string;
    };
    expect(Object.keys(repositories)).toEqual(["shop/api", "shop/web"]);
    expect(new URL(endpoint).protocol).toBe("https:");
    expect(hosts).toContain(new URL(endpoint).host);
    for (const address of Object.values(repositories)) {
      expect(hosts).toContain(address.split("/")[0]);
    }
    expect(login).toContain(hosts[0]?.split(".")[0]);
    expect(push).toContain(`docker push ${repositories["shop/api"]}`);
    expect(pull).toContain(`docker pull ${repositories["shop/api"]}`);
  });

  it("registers one component, whose children carry its name and are the target's own", async () => {
    const { registrations } = await register(described(target, "dev"), { provider });
    const components = registrations.filter(({ type }) => type.startsWith("wharf:"));
    expect(components.map(({ type, name, parent }) => [type, name, parent])).toEqual([
      [component, "registry", ""],
    ]);
    const children = registrations.filter(({ type }) => !type.startsWith("wharf:"));
    expect(children.length).toBeGreaterThan(1);
    expect(children.filter(({ parent }) => parent === "")).toEqual([]);
    expect(children.filter(({ name }) => !name.startsWith("registry-"))).toEqual([]);
    expect(children.filter(({ type }) => !plugins.includes(type.split(":")[0] ?? ""))).toEqual([]);
    const identities = children.map(({ type, name }) => `${type} ${name}`);
    expect(identities).toEqual([...new Set(identities)]);
  });

  it("labels everything that takes labels", async () => {
    const { registrations } = await register(described(target, "dev"), { provider });
    const labelled = registrations.filter(
      ({ inputs }) =>
        JSON.stringify(inputs).includes('"team"') || "tags" in inputs || "labels" in inputs,
    );
    expect(imagesOf(target, registrations).filter((one) => !labelled.includes(one))).toEqual([]);
    expect(labelled.filter(({ inputs }) => !JSON.stringify(inputs).includes("shop"))).toEqual([]);
  });

  it.each([
    ["lab", { protect: false, retainOnDelete: false }],
    ["dev", { protect: false, retainOnDelete: true }],
    ["prod", { protect: true, retainOnDelete: false }],
  ])("holds images in %s as the environment says", async (environment, expected) => {
    const { registrations } = await register(described(target, environment), { provider });
    const holding = imagesOf(target, registrations);
    expect(holding.length).toBeGreaterThan(0);
    for (const { protect, retainOnDelete } of holding) {
      expect({ protect, retainOnDelete }).toEqual(expected);
    }
  });

  it("registers the same a second time", async () => {
    const first = await register(described(target, "prod"), { provider });
    const second = await register(described(target, "prod"), { provider });
    expect(second).toEqual(first);
  });
});

describe("the ready stack", () => {
  it.each([
    [Target.Docker, "dev"],
    [Target.Kubernetes, "kubernetes"],
    [Target.Aws, "aws"],
    [Target.Gcp, "gcp"],
    [Target.Azure, "azure"],
  ])(
    "for %s registers what its golden file says; `npx vitest run test/components/contract -u` writes it again",
    async (target, stack) => {
      const { registrations, outputs } = await registerConfig(stack, {
        ...provider,
        ...configOf(stack),
      });
      expect(outputs.target).toBe(target);
      await expect(goldenText({ registrations, outputs })).toMatchFileSnapshot(
        join(__dirname, `../golden/${stack}.yaml`),
      );
    },
  );
});
