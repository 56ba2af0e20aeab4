import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkDescription } from "../../components/description/check";
import { Target } from "../../components/model/environment";
import { DescriptionError } from "../../components/core/problems";
import { configOf } from "../support/ready-config";
import { ReadyStack } from "../support/ready-stack";

const targets = Object.values(Target);

/** What checking a config says; empty where nothing is wrong. */
function report(values: Record<string, unknown>): string {
  try {
    checkDescription({ stack: "shop", values, secretKeys: new Set() });
    return "";
  } catch (error) {
    if (error instanceof DescriptionError) return error.message;
    throw error;
  }
}

/** A text as its words, whatever lies between them. */
const words = (text: string) => text.split(/\s+/).join(" ");

/** What a stack's state holds. The engine encrypts its secrets again whenever it writes them. */
async function withoutCiphers(ready: ReadyStack): Promise<unknown> {
  const text = JSON.stringify(await ready.resources());
  return JSON.parse(text.replaceAll(/"ciphertext":"[^"]*"/g, '"ciphertext":""'));
}

describe("a stack that is deployed on AWS", () => {
  let ready: ReadyStack;
  beforeAll(async () => {
    ready = await ReadyStack.create("aws");
    await ready.run("up", "--yes", "--skip-preview");
  });
  afterAll(() => ready?.remove());

  test("refuses to be put on Google Cloud, tells how to do it, and stays", async () => {
    await ready.configure({ ...configOf("gcp"), "gcp:accessToken": "of no worth" });
    const stood = await withoutCiphers(ready);
    const { exitCode, said, moments } = await ready.attempt("up", "--yes", "--skip-preview");
    expect(exitCode).not.toBe(0);
    expect(words(said)).toContain(
      "The description of stack aws has 1 problem. Nothing was changed. " +
        'wharf:target "gcp" is not the target that the stack is deployed on, aws: its registry and the images in it would be deleted. ' +
        "Describe gcp in a stack of its own (pulumi stack init aws-gcp --copy-config-from aws), copy the images, and remove this one " +
        "pulumi config set wharf:target aws",
    );
    expect(moments).toEqual([]);
    expect(await withoutCiphers(ready)).toEqual(stood);
  });

  test("is as it was once it is described for AWS again", async () => {
    await ready.configure(configOf("aws"));
    await ready.run("preview", "--expect-no-changes");
  });
});

describe("a description without a platform's words", () => {
  const described = {
    environment: "dev",
    repositories: [{ name: "shop/api" }, { name: "shop/web" }],
    labels: { team: "shop" },
    deletion: "retain",
  };

  test("fits every cloud, and in a lab every target, by changing only wharf:target", () => {
    const lab = { ...described, environment: "lab" };
    expect(targets.map((target) => report({ ...lab, target }))).toEqual(targets.map(() => ""));
    const clouds = [Target.Aws, Target.Gcp, Target.Azure];
    expect(clouds.map((target) => report({ ...described, target }))).toEqual(["", "", ""]);
  });
});

describe("a description in the words of a registry that one runs oneself", () => {
  const described = {
    environment: "dev",
    repositories: [{ name: "shop/api" }],
    users: [{ name: "ci" }, { name: "developer" }],
    endpoint: { hosts: ["registry.example.com"], port: 443 },
    tls: { validityDays: 90 },
    storage: { kind: "volume", sizeGiB: 100 },
    distribution: { delete: false },
    resources: { memoryMiB: 1024 },
  };

  test("is carried out by docker and kubernetes alike", () => {
    expect(report({ ...described, target: "docker" })).toBe("");
    expect(report({ ...described, target: "kubernetes" })).toBe("");
  });

  test.each(["aws", "gcp", "azure"])("gives one list of what to change for %s", async (target) => {
    await expect(report({ ...described, target })).toMatchFileSnapshot(
      join(__dirname, `../golden/switching-to-${target}.txt`),
    );
  });
});
