import { execa } from "execa";
import { join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { Target } from "../components/model/environment";

const project = join(__dirname, "..");

/** The SDK of every provider, and the targets that may load it. */
const sdks: Record<string, readonly Target[]> = {
  "@pulumi/docker": [Target.Docker],
  "@pulumi/kubernetes": [Target.Kubernetes],
  "@kubernetes/client-node": [Target.Kubernetes],
  "@pulumi/aws": [Target.Aws],
  "@pulumi/gcp": [Target.Gcp],
  "@pulumi/azure-native": [Target.Azure],
};

/** SDKs whose root holds every service of a platform, which takes seconds and hundreds of megabytes to load. */
const large = ["@pulumi/kubernetes", "@pulumi/aws", "@pulumi/gcp", "@pulumi/azure-native"];

// The program as Pulumi's language host runs it, by main.js, but that the engine is played by mocks.
const script = `
const pulumi = require("@pulumi/pulumi");
const [target, ...entries] = process.argv.slice(1);
pulumi.runtime.setAllConfig(Object.fromEntries(entries.map((entry) => entry.split("="))));
pulumi.runtime.setMocks(
  {
    newResource: ({ name, inputs }) => ({ id: name, state: { ...inputs, repositoryUrl: "host/" + name } }),
    call: ({ token, inputs }) => (token.includes("readStack") ? { outputs: {} } : { ...inputs, accountId: "123456789012", number: "1" }),
  },
  "wharf", "shop", false, "organization",
);
const tell = (ended) => process.stdout.write(JSON.stringify({ ended, files: Object.keys(require.cache) }));
require("./main.js")().then(() => tell("done"), (error) => tell(error.message));
`;

/** What the config of a stack needs beside its target. */
const config: Record<Target, Record<string, string>> = {
  docker: {},
  kubernetes: {},
  aws: { "aws:region": "eu-central-1" },
  gcp: { "gcp:project": "shop-123", "gcp:region": "europe-west3" },
  azure: {
    "azure-native:location": "germanywestcentral",
    "azure-native:subscriptionId": "00000000-0000-0000-0000-000000000001",
  },
};

/** Runs the program for a target; tells how it ended and which files of which packages it loaded. */
async function load(target: Target): Promise<{ ended: string; files: string[] }> {
  const entries = Object.entries({ "wharf:target": target, ...config[target] });
  const { stdout } = await execa(
    "node",
    ["--eval", script, target, ...entries.map(([key, value]) => `${key}=${value}`)],
    {
      cwd: project,
      env: {
        AWS_ACCESS_KEY_ID: "of no worth",
        AWS_SECRET_ACCESS_KEY: "of no worth",
        GOOGLE_OAUTH_ACCESS_TOKEN: "of no worth",
        ARM_CLIENT_ID: "55555555-5555-5555-5555-555555555555",
        ARM_CLIENT_SECRET: "of no worth",
        ARM_TENANT_ID: "66666666-6666-6666-6666-666666666666",
        // No engine and no cluster is asked for: what these two targets load, they have loaded before they ask.
        DOCKER_HOST: "tcp://127.0.0.1:1",
        KUBECONFIG: "/dev/null",
      },
    },
  );
  const { ended, files } = JSON.parse(stdout) as { ended: string; files: string[] };
  return { ended, files: files.map((file) => relative(join(project, "node_modules"), file)) };
}

describe.each(Object.values(Target))("the program for %s", (target) => {
  test("loads its own platform's SDK and no other, and of it what it needs", async () => {
    const { ended, files } = await load(target);
    if (target in { aws: 0, gcp: 0, azure: 0 }) expect(ended).toBe("done");
    const loaded = Object.keys(sdks).filter((name) =>
      files.some((file) => file.startsWith(`${name}/`)),
    );
    expect(loaded).toEqual(Object.keys(sdks).filter((name) => sdks[name]?.includes(target)));
    // A package's root, or the index of a service, brings all that is below it.
    const indexes = files.filter(
      (file) =>
        large.some((name) => file.startsWith(`${name}/`)) &&
        file.endsWith("/index.js") &&
        !file.includes("/types/"),
    );
    expect(indexes).toEqual([]);
  });
});

test("the policy pack loads neither the TypeScript compiler nor npm's arborist, which Pulumi's SDK requires", async () => {
  const started = `
    require("./policies/start.js");
    const loaded = Object.entries(require.cache).map(([file, { exports }]) => [file, typeof exports]);
    require("fs").writeSync(2, JSON.stringify(loaded));
    process.exit();
  `;
  const { stderr } = await execa("node", ["--eval", started, "127.0.0.1:1", "."], { cwd: project });
  const loaded = JSON.parse(stderr) as [string, string][];
  const of = (folder: string) => loaded.filter(([file]) => file.includes(folder));
  expect(of("/@pulumi/policy/").length).toBeGreaterThan(0);
  // Each is in its place by what loads it when it is used, which is a function; the compiler itself is an object.
  expect(of("/@npmcli/arborist/")).toHaveLength(1);
  expect(of("/node_modules/typescript/").map(([, type]) => type)).toEqual(["function"]);
});
