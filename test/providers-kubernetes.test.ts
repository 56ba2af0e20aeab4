import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { LocalWorkspace, PulumiCommand, Stack, type EngineEvent } from "@pulumi/pulumi/automation";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findInstallation } from "../offline/installation";
import { canonicalQuantity } from "../offline/providers/kubernetes/quantities";
import { bundleProviders, standInLauncher } from "../offline/stand-ins";
import { announce } from "./announce";
import { Cluster } from "./cluster/cluster";

const namespace = `wharf-test-providers-${process.pid}`;
const unreachable = `
apiVersion: v1
kind: Config
clusters: [{ name: none, cluster: { server: "https://127.0.0.1:1" } }]
users: [{ name: none, user: {} }]
contexts: [{ name: none, context: { cluster: none, user: none } }]
current-context: none
`;

/** What the program asks for; tests change it between updates. */
interface Wanted {
  image: string;
  password: string;
  level: string;
  schedule: string;
  patched: boolean;
  timeoutSeconds: number;
}

let cluster: Cluster;
let directory: string;
let stack: Stack;
let wanted: Wanted;

function program(): Promise<void> {
  const team = new kubernetes.core.v1.Namespace("team", { metadata: { name: namespace } });
  const metadata = { namespace: team.metadata.name };
  const settings = new kubernetes.core.v1.ConfigMap("settings", {
    metadata: { ...metadata, labels: {} },
    data: {
      "config.yml": `{version: 0.1, log: {level: ${wanted.level}}, storage: {inmemory: {}}, http: {addr: ":5000"}}`,
    },
  });
  new kubernetes.core.v1.Secret("users", {
    metadata: { ...metadata, name: "users" },
    stringData: { password: wanted.password },
  });
  new kubernetes.batch.v1.CronJob("cleaning", {
    metadata: { ...metadata, name: "cleaning" },
    spec: {
      schedule: wanted.schedule,
      jobTemplate: {
        spec: {
          template: {
            spec: {
              restartPolicy: "Never",
              containers: [{ name: "clean", image: wanted.image }],
            },
          },
        },
      },
    },
  });
  const labels = { app: "registry" };
  new kubernetes.apps.v1.Deployment("registry", {
    metadata: {
      ...metadata,
      name: "registry",
      annotations: { "pulumi.com/timeoutSeconds": String(wanted.timeoutSeconds) },
    },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          hostNetwork: false,
          containers: [
            {
              name: "registry",
              image: wanted.image,
              args: ["serve", "/settings/config.yml"],
              env: [{ name: "REGISTRY_HTTP_SECRET", value: pulumi.secret("only-in-memory") }],
              resources: { requests: { cpu: "0.01", memory: "65536Ki" } },
              readinessProbe: { httpGet: { path: "/v2/", port: 5000 }, periodSeconds: 1 },
              volumeMounts: [{ name: "settings", mountPath: "/settings" }],
            },
          ],
          volumes: [{ name: "settings", configMap: { name: settings.metadata.name } }],
        },
      },
    },
  });
  if (wanted.patched) {
    new kubernetes.core.v1.ServiceAccountPatch("account", {
      metadata: { ...metadata, name: "default" },
      automountServiceAccountToken: false,
    });
  }
  return Promise.resolve();
}

/** Runs the engine; returns the operations by resource name, and what it said on the way. */
async function run(
  command: "preview" | "up" | "refresh" | "destroy",
): Promise<{ steps: Record<string, string>; said: string }> {
  const events: EngineEvent[] = [];
  let failure = "";
  await stack[command]({ onEvent: (event) => events.push(event) }).catch((error: unknown) => {
    failure = String(error);
  });
  const steps: Record<string, string> = {};
  for (const { resourcePreEvent } of events) {
    const { op = "", urn = "", type = "" } = resourcePreEvent?.metadata ?? {};
    if (["", "same", "refresh"].includes(op) || type.startsWith("pulumi:")) continue;
    const name = urn.split("::").pop() ?? "";
    steps[name] = [steps[name], op].filter(Boolean).join(", ");
  }
  const messages = events.map(({ diagnosticEvent }) =>
    diagnosticEvent?.ephemeral ? "" : (diagnosticEvent?.message ?? ""),
  );
  return { steps, said: [...messages, failure].join("\n") };
}

function kubectl(...args: string[]): Promise<string> {
  return cluster.kubectl(`--namespace=${namespace}`, ...args);
}

function stateText(): string {
  return readFileSync(path.join(directory, "state/.pulumi/stacks/objects/test.json"), "utf8");
}

beforeAll(async () => {
  cluster = await Cluster.start();
  const image = await cluster.importRegistry();
  wanted = {
    image,
    password: "hunter2",
    level: "info",
    schedule: "0 4 * * *",
    patched: true,
    timeoutSeconds: 120,
  };
  directory = mkdtempSync(path.join(tmpdir(), "wharf-kubernetes-"));
  const { binDirectory } = await findInstallation(announce);
  const { version } = require("@pulumi/kubernetes/package.json") as { version: string };
  const plugin = path.join(directory, `home/plugins/resource-kubernetes-v${version}`);
  mkdirSync(plugin, { recursive: true });
  mkdirSync(path.join(directory, "state"));
  const launcher = standInLauncher(await bundleProviders(), "kubernetes");
  writeFileSync(path.join(plugin, "pulumi-resource-kubernetes"), launcher, { mode: 0o755 });
  const workspace = await LocalWorkspace.create({
    program,
    pulumiCommand: await PulumiCommand.get({ root: path.dirname(binDirectory) }),
    projectSettings: { name: "objects", runtime: "nodejs" },
    envVars: {
      KUBECONFIG: cluster.kubeconfig,
      PULUMI_HOME: path.join(directory, "home"),
      PULUMI_BACKEND_URL: `file://${path.join(directory, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "objects",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "1",
      PULUMI_SKIP_UPDATE_CHECK: "1",
    },
  });
  stack = await Stack.create("test", workspace);
});

afterAll(async () => {
  await Promise.allSettled([
    cluster?.kubectl("delete", "namespace", namespace, "--ignore-not-found"),
  ]);
  await cluster?.stop();
  if (directory) rmSync(directory, { recursive: true, force: true });
});

describe("quantities are written as the API server writes them", () => {
  test.each([
    ["0.5", "500m"],
    ["1000m", "1"],
    ["1024Mi", "1Gi"],
    ["1.5Gi", "1536Mi"],
    ["0.5Ki", "512"],
    ["1e4", "10e3"],
    ["100000", "100k"],
    ["some", undefined],
  ])("%s is %s", (text, expected) => {
    expect(canonicalQuantity(text)).toBe(expected);
  });
});

describe("a stack on the stand-in", () => {
  test("without a cluster a preview goes on, with a warning", async () => {
    await stack.setConfig("kubernetes:kubeconfig", { value: unreachable });
    const { steps, said } = await run("preview");
    await stack.removeConfig("kubernetes:kubeconfig");
    expect(steps.registry).toBe("create");
    expect(said).toContain("configured Kubernetes cluster is unreachable: https://127.0.0.1:1");
  });

  test("is created, and then neither an update nor a refresh finds a difference", async () => {
    const { steps, said } = await run("up");
    expect(steps, said).toMatchObject({ team: "create", registry: "create", account: "create" });
    expect((await run("preview")).steps).toEqual({});
    expect((await run("refresh")).steps).toEqual({});
    expect((await run("preview")).steps).toEqual({});
    expect(
      await kubectl("get", "deployment", "registry", "-o=jsonpath={.status.readyReplicas}"),
    ).toBe("1");
  });

  test("keeps secrets out of the state", () => {
    const encoded = Buffer.from(wanted.password).toString("base64");
    for (const secret of [wanted.password, encoded, "only-in-memory"]) {
      expect(stateText()).not.toContain(secret);
    }
  });

  test("a named Secret goes before its replacement comes, a made-up name comes first", async () => {
    wanted = { ...wanted, password: "correct horse", level: "warn" };
    const { steps, said } = await run("up");
    expect(steps.users, said).toBe("delete-replaced, replace, create-replacement");
    expect(steps.settings).toBe("create-replacement, replace, delete-replaced");
    expect(steps.registry).toBe("update");
    expect((await run("preview")).steps).toEqual({});
  });

  test("what kubectl changed or removed is seen by a refresh and set right", async () => {
    await kubectl(
      "patch",
      "cronjob",
      "cleaning",
      "--type=merge",
      `--patch={"spec":{"schedule":"5 5 * * *"}}`,
    );
    await kubectl("delete", "secret", "users");
    expect((await run("preview")).steps).toEqual({});
    await run("refresh");
    expect((await run("up")).steps).toEqual({ cleaning: "update", users: "create" });
    expect(await kubectl("get", "cronjob", "cleaning", "-o=jsonpath={.spec.schedule}")).toBe(
      wanted.schedule,
    );
  });

  test("a field that another manager holds is a conflict, told with its owner", async () => {
    const change = [
      "--type=merge",
      `--patch={"spec":{"schedule":"7 7 * * *"}}`,
      "--field-manager=gitops",
    ];
    await kubectl("patch", "cronjob", "cleaning", ...change);
    wanted = { ...wanted, schedule: "1 1 * * *" };
    const { said } = await run("up");
    expect(said).toMatch(/apply conflict on CronJob .*conflict with "gitops".*\.spec\.schedule/s);
    wanted = { ...wanted, schedule: "7 7 * * *" };
    await run("up");
  });

  test("a rollout that fails tells why, stays in the state, and the next update goes on", async () => {
    const { image } = wanted;
    wanted = { ...wanted, image: "nowhere.invalid/none:1", timeoutSeconds: 15 };
    const { said } = await run("up");
    expect(said).toMatch(/Deployment .*registry is in the cluster, but not ready/);
    expect(said).toMatch(/the container "registry" waits \((ErrImagePull|ImagePullBackOff)\)/);
    wanted = { ...wanted, image, timeoutSeconds: 120 };
    expect((await run("up")).steps.registry).toBe("update");
    expect((await run("preview")).steps).toEqual({});
  });

  test("what an interrupted update left is taken over, what others made is not", async () => {
    const deployment = await stack.exportStack();
    const { resources } = deployment.deployment as { resources: { urn: string }[] };
    const kept = resources.filter(({ urn }) => !/::(registry|account)$/.test(urn));
    await stack.importStack({
      ...deployment,
      deployment: { ...deployment.deployment, resources: kept },
    });
    const { steps, said } = await run("up");
    expect(steps, said).toEqual({ registry: "create", account: "create" });
    expect(said).not.toContain("exists already");
    const without = kept.filter(({ urn }) => !urn.endsWith("::users"));
    await kubectl("delete", "secret", "users");
    await kubectl("create", "secret", "generic", "users");
    await stack.importStack({
      ...deployment,
      deployment: { ...deployment.deployment, resources: without },
    });
    expect((await run("up")).said).toContain(
      `Secret ${namespace}/users exists already in the cluster, and this stack did not create it`,
    );
    await kubectl("delete", "secret", "users");
    await run("up");
  });

  test("a patch is released, and all else goes, its dependents first", async () => {
    const account = [
      "get",
      "serviceaccount",
      "default",
      "-o=jsonpath={.automountServiceAccountToken}",
    ];
    expect(await kubectl(...account)).toBe("false");
    wanted = { ...wanted, patched: false };
    expect((await run("up")).steps).toEqual({ account: "delete" });
    expect(await kubectl(...account)).toBe("");
    const { said } = await run("destroy");
    expect(said.trim()).toBe("");
    expect(await cluster.kubectl("get", "namespace", namespace, "--ignore-not-found")).toBe("");
  });
});
