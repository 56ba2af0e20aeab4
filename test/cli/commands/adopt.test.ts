import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { stringify } from "yaml";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ScratchClone, type Ended } from "../../support/scratch-clone";

/** An object on the simulated platform, as its stand-in keeps it. */
interface CloudObject {
  type: string;
  id: string;
  inputs: Record<string, unknown>;
  state: Record<string, unknown>;
}

let clone: ScratchClone;
/** Each test has a platform and a backend of its own. */
let round = 0;

beforeAll(() => {
  clone = new ScratchClone();
});
afterAll(() => clone?.remove());
beforeEach(() => {
  round += 1;
  mkdirSync(clone.at(`state-${round}`));
});
const stacks = ["team", "other"];
afterEach(() => stacks.forEach((stack) => clone.run("rm", ["-f", `Pulumi.${stack}.yaml`])));

function wharf(words: string): Ended {
  return clone.wharf(words, {
    WHARF_SIMULATE_CLOUDS: "1",
    // What is created stays known to the platform, whatever a state says, and cannot be created twice.
    WHARF_SIMULATED_STATE: clone.at(`cloud-${round}`),
    PULUMI_BACKEND_URL: `file://${clone.at(`state-${round}`)}`,
    PULUMI_CONFIG_PASSPHRASE: "of the test",
    GOOGLE_OAUTH_ACCESS_TOKEN: "none",
    ARM_CLIENT_ID: "55555555-5555-5555-5555-555555555555",
    ARM_TENANT_ID: "66666666-6666-6666-6666-666666666666",
    ARM_CLIENT_SECRET: "none",
  });
}

/** Runs a command that must succeed, and gives its answer. */
function answerOf<T>(words: string): T {
  const { status, stdout, stderr } = wharf(`${words} --json`);
  if (status !== 0) throw new Error(stdout + stderr);
  return JSON.parse(stdout) as T;
}

const describeStack = (stack: string, config: Record<string, unknown>) =>
  clone.write(`Pulumi.${stack}.yaml`, stringify({ config }));

function objects(): CloudObject[] {
  const directory = clone.at(`cloud-${round}`);
  return readdirSync(directory)
    .map((file) => JSON.parse(readFileSync(`${directory}/${file}`, "utf8")) as CloudObject)
    .sort((one, other) => one.id.localeCompare(other.id));
}

/** Changes what exists behind the back of every stack. */
function changeObjects(change: (object: CloudObject) => void): void {
  const directory = clone.at(`cloud-${round}`);
  for (const file of readdirSync(directory)) {
    const object = JSON.parse(readFileSync(`${directory}/${file}`, "utf8")) as CloudObject;
    change(object);
    writeFileSync(`${directory}/${file}`, JSON.stringify(object));
  }
}

interface Up {
  changes: { type: string; name: string; action: string }[];
}

const shared = {
  "wharf:environment": "staging",
  "wharf:repositories": [{ name: "shop/api" }],
  "wharf:encryption": { key: "create" },
};
const descriptions = {
  aws: { ...shared, "wharf:target": "aws", "aws:region": "eu-central-1" },
  gcp: {
    ...shared,
    "wharf:target": "gcp",
    "gcp:project": "acme-registry",
    "gcp:region": "europe-west3",
    "wharf:identities": [{ name: "ci", project: "acme/shop", push: ["shop/api"] }],
  },
  azure: {
    ...shared,
    "wharf:target": "azure",
    "azure-native:location": "westeurope",
    "azure-native:subscriptionId": "00000000-0000-0000-0000-000000000000",
  },
};

describe.each(Object.entries(descriptions))("on %s", (cloud, description) => {
  it("down keeps the images, and the next up takes over what holds them, with their key", () => {
    describeStack("team", description);
    answerOf<Up>("up --stack team --yes");
    answerOf("down --stack team --yes");
    const kept = objects();
    expect(kept.length).toBeGreaterThan(1);
    const named = kept.filter(({ type }) => !type.includes("IAMMember"));

    // What a preview says of it, and finds after it, is the same on every cloud.
    if (cloud === "aws") {
      const { stdout: preview } = wharf("preview --stack team");
      for (const { id } of named) {
        expect(preview).toContain(`${id} was kept by an earlier stack team: up takes it over.`);
      }
      expect(objects()).toEqual(kept);
    }

    const { status, stdout, stderr } = wharf("up --stack team --yes");
    expect(status, stdout + stderr).toBe(0);
    const [taken = "", made = ""] = stdout.split("\nAn earlier stack team kept these.");
    for (const { id } of named) expect(taken).toContain(id);
    expect(made).toMatch(/\d+ created in /);
    const standing = objects();
    for (const { type, id, inputs } of kept) {
      expect(standing.find((one) => one.type === type && one.id === id)?.inputs).toEqual(inputs);
    }
    if (cloud === "aws") {
      expect(wharf("preview --stack team").stdout).toContain(
        "Stack team is as described: nothing to change.",
      );
    }
  });
});

describe("what exists without Wharf", () => {
  // Encrypted by the platform's own key, as what is made by hand.
  const plain = { ...descriptions.aws, "wharf:encryption": {} };

  /** Leaves repositories that somebody made by hand: no tags, tags that move. */
  function leaveAsMadeByHand(): void {
    answerOf("down --stack other --yes");
    changeObjects(({ type, inputs, state }) => {
      for (const one of [inputs, state]) {
        delete one.tags;
        delete one.tagsAll;
        if (type === "aws:ecr/repository:Repository") one.imageTagMutability = "MUTABLE";
      }
    });
  }

  it("is another stack's where its labels say so; else up refuses it before anything is touched, and adopt takes it into the stack unchanged", () => {
    describeStack("other", plain);
    answerOf("up --stack other --yes");
    const others = objects();
    describeStack("team", plain);
    for (const command of ["up", "adopt"]) {
      const { status, stderr } = wharf(`${command} --stack team --yes`);
      expect(status).toBe(2);
      expect(stderr).toContain(
        "  Repository shop/api of stack other\nThese are another stack's by their labels. Nothing was changed.",
      );
    }
    expect(objects()).toEqual(others);

    leaveAsMadeByHand();
    const before = objects();

    const refused = wharf("up --stack team --yes");
    expect(refused.status).toBe(2);
    expect(refused.stderr).toMatch(
      /Repository shop\/api\n[^]*no label says that stack team created it\. Nothing was changed\. To take it into the stack with the images: npx wharf adopt --stack team\. Else choose other names\./,
    );
    expect(objects()).toEqual(before);

    const { imported } = answerOf<{ imported: { id: string; differing: string[] }[] }>(
      "adopt --stack team --yes",
    );
    expect(imported.find(({ id }) => id === "shop/api")?.differing).toEqual(
      expect.arrayContaining(["imageTagMutability", "tags"]),
    );
    expect(objects()).toEqual(before);

    const { changes } = answerOf<Up>("up --stack team --yes");
    expect(changes.filter(({ type }) => type === "aws:ecr/repository:Repository")).toEqual([
      expect.objectContaining({ action: "update", name: "registry-repository-shop/api" }),
    ]);
    const [repository] = objects().filter(({ type }) => type === "aws:ecr/repository:Repository");
    expect(repository?.inputs).toMatchObject({
      imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
      tags: { "io.wharf.stack": "team" },
    });
  });

  it("is nothing on an empty platform, of which no stack is left", () => {
    describeStack("team", plain);
    expect(wharf("adopt --stack team --yes").stdout).toContain(
      "Nothing of what stack team would create exists already.",
    );
    expect(wharf("outputs --stack team").stderr).toContain("Stack team is not up");
  });
});
