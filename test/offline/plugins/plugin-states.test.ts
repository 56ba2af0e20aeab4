import { copyFile, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { LocalWorkspace, PulumiCommand, Stack } from "@pulumi/pulumi/automation";
import type { Deployment } from "@pulumi/pulumi/automation";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { createCertificate } from "../../../components/certificates/server-certificate";
import { KeyAlgorithm, TlsMode } from "../../../components/model/tls";
import { createUsers } from "../../../components/distribution/users";
import type { Description } from "../../../components/description/schema";
import { createStackId } from "../../../components/state/stack-id";
import { buildPlugins, sdkVersion } from "../../../offline/plugins/built-plugins";
import { findEngine } from "../../../offline/engine/engine";
import { announce } from "../../support/announce";

const providers = ["random", "tls"] as const;

/** What Wharf registers of the two providers: a CA and its certificate, a password, a salt, an id. */
async function program(): Promise<void> {
  const tls = {
    mode: TlsMode.SelfSigned,
    keyAlgorithm: KeyAlgorithm.EcdsaP256,
    // No day comes on which this state's certificates are due.
    ...{ validityDays: 36_500, renewBeforeDays: 1, caValidityDays: 73_100 },
  };
  const args = { stack: "test", tls } as Description;
  createCertificate("registry", ["localhost", "127.0.0.1"], args, {});
  const users = [
    { name: "ci", rotation: 1 },
    { name: "given", password: "of no worth" },
  ];
  const auth = { mode: "htpasswd" };
  createUsers("registry", { users, auth } as Description, {});
  createStackId("registry", {});
  await Promise.resolve();
}

let directory: string;
let stack: Stack;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "wharf-states-"));
  vi.stubEnv("WHARF_OFFICIAL_PLUGINS", undefined);
  await mkdir(join(directory, "state"));
  const { binDirectory, env } = await engine();
  const workspace = await LocalWorkspace.create({
    program,
    pulumiCommand: await PulumiCommand.get({ root: dirname(binDirectory) }),
    projectSettings: { name: "states", runtime: "nodejs" },
    envVars: {
      ...env,
      PULUMI_BACKEND_URL: `file://${join(directory, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "of no worth",
    },
  });
  stack = await Stack.create("test", workspace);
  await stack.importStack(await stateOfStandIns());
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(directory, { recursive: true, force: true });
});

/** The state, as if made with the SDKs that are installed now. */
async function stateOfStandIns(): Promise<Deployment> {
  let text = await readFile(join(__dirname, "state-of-stand-ins.json"), "utf8");
  for (const [name, version] of [
    ["random", "4.21.2"],
    ["tls", "5.6.1"],
  ] as const) {
    const underscored = (one: string) => one.replaceAll(".", "_");
    text = text
      .replaceAll(version, sdkVersion(name))
      .replaceAll(`default_${underscored(version)}`, `default_${underscored(sdkVersion(name))}`);
  }
  const { version, deployment } = JSON.parse(text) as Deployment;
  return { version, deployment };
}

const engine = () => findEngine(join(directory, ".wharf"), announce, { providers });

// The stand-ins are gone since these plugins are built; stacks that they made are not.
it("a state of the former stand-ins goes on under the genuine plugins, wherever those come from", async () => {
  expect((await stack.preview({ refresh: true, expectNoChanges: true })).changeSummary).toEqual({
    same: 9,
  });
  await stack.up({ expectNoChanges: true });

  // As on an open network, to which a stack may move.
  const official = join(directory, "official");
  await mkdir(official);
  for (const [name, built] of await buildPlugins(providers, announce))
    await copyFile(built, join(official, `pulumi-resource-${name}`));
  vi.stubEnv("WHARF_OFFICIAL_PLUGINS", official);
  const { plugins } = await engine();
  expect(plugins.map(({ origin }) => origin)).toEqual(["official", "official"]);
  await stack.up({ refresh: true, expectNoChanges: true });
});
