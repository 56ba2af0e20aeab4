import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { plannedLosses } from "../../cli/stack/planned-losses";
import { imageHoldersAmong } from "../../components/state/image-holders";
import { replaceImagesVariable } from "../../components/state/kept-images";
import { copyCheckout } from "../support/copied-checkout";
import {
  hidden,
  nameOf,
  providers,
  ReadyStack,
  type Cloud,
  type Moment,
  type Run,
  type StateResource,
} from "../support/ready-stack";

/** A resource as a golden file has it: its name by its type, and beside it what is to be said of it. */
interface Golden {
  parent: string;
  protect?: boolean;
  retainOnDelete?: boolean;
  dependsOn?: string[];
  inputs: Record<string, unknown>;
}

/** What is true of only one cloud. */
interface Facts {
  /** Config that is changed together with the repositories. */
  more?: Record<string, unknown>;
  /** A part of `more` that is set as a secret. */
  secret?: string;
  /** What one more repository, another retention of the build cache and `more` lead to, and nothing else. */
  change: Record<"create" | "update" | "replace", string[]>;
  /** What stands only while the stack is protected. */
  guards?: string[];
  /** The one property of what holds images that wharf:deletion changes. */
  deletedBy?: string;
  /** A resource that holds images. */
  holdsImages: string;
  /** Config that would replace it and what else images depend on, and the property that forces it. */
  replacing: { config: Record<string, unknown>; property: string };
  /** Other config that would replace it by the same property. */
  alsoReplacing?: Record<string, unknown>;
  /** Whether the replacement is carried out once it is agreed to. */
  carriesOut?: true;
  /** Input that carries the description's labels. */
  labels: "labels" | "tags";
  /** Outputs, as far as they are the same at every run. */
  outputs: Record<string, unknown>;
}

const gcpReaders = [
  "admin-group:platform@example.com",
  "pull-group:developers@example.com",
  "pull-serviceAccount:cluster@acme-registry.iam.gserviceaccount.com",
];
const [arn, uuid] = ["arn:aws:", "01234567-89ab-cdef-0123-456789abcdef"];
const facts: Record<Cloud, Facts> = {
  aws: {
    change: {
      create: [
        "registry-lifecycle-shop/worker",
        "registry-policy-shop/worker",
        "registry-repository-shop/worker",
      ],
      update: [],
      // The official plugin has no update of a lifecycle policy.
      replace: ["registry-lifecycle-shop/build-cache"],
    },
    deletedBy: "forceDelete",
    holdsImages: "registry-repository-shop/api",
    replacing: {
      config: { "wharf:encryption": { key: `${arn}kms:eu-central-1:123456789012:key/${uuid}` } },
      property: "encryptionConfigurations",
    },
    labels: "tags",
    outputs: {
      login: expect.stringContaining("aws ecr get-login-password --region eu-central-1"),
      repositories: expect.objectContaining({
        "shop/web": "123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop/web",
      }),
    },
  },
  gcp: {
    change: {
      create: [
        ...gcpReaders.map((reader) => `registry-grant-shop-worker-${reader}`),
        "registry-repository-shop-worker",
      ],
      update: ["registry-repository-shop-build-cache"],
      replace: [],
    },
    deletedBy: "deletionPolicy",
    holdsImages: "registry-repository-shop-api",
    replacing: {
      config: {
        "wharf:encryption": {
          key: "projects/acme-registry/locations/europe-west3/keyRings/shop/cryptoKeys/images",
        },
      },
      property: "kmsKeyName",
    },
    // Without a key as well: Google's own key takes the place of the stack's.
    alsoReplacing: { "wharf:encryption": {} },
    // Artifact Registry refuses a second repository of the same name, so that the old one must be deleted first.
    carriesOut: true,
    labels: "labels",
    outputs: {
      login: "gcloud auth configure-docker europe-west3-docker.pkg.dev",
      repositories: expect.objectContaining({
        "shop/web": "europe-west3-docker.pkg.dev/acme-registry/shop-web/web",
      }),
    },
  },
  azure: {
    more: {
      "wharf:encryption": { key: "create", rotationDays: 180 },
      "wharf:azure": {
        roleAssignmentMode: "AbacRepositoryPermissions",
        webhooks: [
          {
            name: "deploy",
            url: `https://ci.example.com/${hidden}`,
          },
        ],
      },
    },
    // A repository appears at the first push, so that only the task which purges hears of one more.
    // An existing key keeps its rotation, so that the registry moves to another.
    change: {
      create: ["registry-key-180d", "registry-webhook-deploy"],
      update: ["registry-newer-settings", "registry-purge", "registry-registry"],
      replace: [],
    },
    secret: "wharf:azure.webhooks[0].headers.Authorization",
    guards: ["registry-lock"],
    holdsImages: "registry-registry",
    replacing: { config: { "azure-native:location": "westeurope" }, property: "location" },
    labels: "tags",
    outputs: {
      login: expect.stringMatching(/^az acr login --name wharfazure[0-9a-f]{6}$/),
      repositories: expect.objectContaining({
        "shop/web": expect.stringMatching(/^wharfazure[0-9a-f]{6}\.azurecr\.io\/shop\/web$/),
      }),
    },
  },
};

/** The resources of a golden file by type and name. */
function goldenOf(cloud: Cloud): Map<string, Golden> {
  const text = readFileSync(join(__dirname, `../golden/${cloud}.yaml`), "utf8");
  const { resources } = parse(text) as { resources: (Golden & Record<string, unknown>)[] };
  return new Map(
    resources.map((resource) => {
      const [type, name] = Object.entries(resource)[0] ?? [];
      return [`${type} ${String(name)}`, resource];
    }),
  );
}

const identityOf = ({ type, urn }: StateResource) => `${type} ${nameOf(urn)}`;

/** What a resource depends on: its parent, what it waits for, and what its inputs come from. */
function standsOn({ parent, dependencies, propertyDependencies }: StateResource): string[] {
  const ofInputs = Object.values(propertyDependencies ?? {}).flatMap((urns) => urns ?? []);
  return [parent ?? "", ...(dependencies ?? []), ...ofInputs];
}

const namesOf = (steps: Run["steps"]) => steps.map(({ urn }) => nameOf(urn));
const operations = (moments: Moment[]) => [...new Set(moments.map(({ op }) => op))].sort();
const begun = (moments: Moment[], op: string) =>
  moments
    .filter((one) => one.moment === "begins" && one.op === op)
    .map(({ urn }) => nameOf(urn))
    .sort();
const up = ["up", "--yes", "--skip-preview"];

// In this order, on one stack of each cloud.
describe.sequential.each(Object.keys(facts) as Cloud[])("the ready stack on %s", (cloud) => {
  const {
    more,
    secret,
    change,
    guards = [],
    deletedBy,
    holdsImages,
    replacing,
    alsoReplacing,
    carriesOut,
    labels,
    outputs,
  } = facts[cloud];
  let ready: ReadyStack;
  beforeAll(async () => {
    ready = await ReadyStack.create(cloud);
  });
  afterAll(() => ready?.remove());

  test("comes up with what its golden file says, and yields where it is", async () => {
    expect(operations((await ready.run(...up)).moments)).toEqual(["create"]);
    expect(await ready.outputs()).toMatchObject({ target: cloud, ...outputs });
    const golden = goldenOf(cloud);
    const resources = await ready.resources();
    expect(resources.map(identityOf).sort()).toEqual([...golden.keys()].sort());
    for (const resource of resources) {
      const { protect, retainOnDelete, parent, dependsOn, inputs } = golden.get(
        identityOf(resource),
      )!;
      expect(
        {
          protect: resource.protect,
          retainOnDelete: resource.retainOnDelete,
          // The component's own parent is the stack.
          parent: parent === "" ? "" : nameOf(resource.parent ?? ""),
          labels: resource.inputs?.[labels],
        },
        identityOf(resource),
      ).toEqual({ protect, retainOnDelete, parent, labels: inputs[labels] });
      expect(standsOn(resource).map(nameOf)).toEqual(expect.arrayContaining(dependsOn ?? []));
    }
  });

  test("has one provider for all, whose credentials are nowhere in plain text", async () => {
    const { version } = require(`@pulumi/${providers[cloud]}/package.json`) as { version: string };
    const resources = await ready.resources();
    const used = resources.filter(({ provider }) => provider).map(({ provider }) => provider);
    expect(used).toHaveLength(resources.length - 1);
    expect(new Set(used).size).toBe(1);
    expect(used[0]).toContain(
      `pulumi:providers:${providers[cloud]}::default_${version.replaceAll(".", "_")}::`,
    );
    const state = await ready.stateText();
    expect(state).not.toContain(hidden);
    expect(state).toContain("ciphertext");
  });

  test("takes one more repository, another retention and protection, and touches nothing else", async () => {
    const described = (await ready.configured("wharf:repositories")) as object[];
    const repositories = described.map((repository) =>
      "retention" in repository
        ? { ...repository, retention: { keepLast: 0, expireAfterDays: 21 } }
        : repository,
    );
    const one = { name: "shop/worker" };
    await ready.configure({
      "wharf:repositories": [...repositories, one],
      "wharf:deletion": "protect",
      ...more,
    });
    if (secret !== undefined) await ready.hide({ [secret]: `Bearer ${hidden}` });
    const { moments, steps } = await ready.run(...up);
    const otherwiseDeleted = namesOf(deletionAlone(steps));
    expect({
      create: begun(moments, "create"),
      update: begun(moments, "update").filter((name) => !otherwiseDeleted.includes(name)),
      replace: begun(moments, "replace"),
      delete: begun(moments, "delete"),
    }).toEqual({ ...change, create: [...change.create, ...guards].sort(), delete: [] });
    expect(await ready.stateText()).not.toContain(hidden);
    // Two of a kind that share an identifier are one to the platform: the old goes first, or it would take the new along.
    const replacing = moments.map(({ moment, op }) => `${moment} ${op}`);
    expect(replacing.indexOf("ends delete-replaced")).toBeLessThanOrEqual(
      replacing.indexOf("begins create-replacement"),
    );
  });

  test("refuses to go while it is protected", async () => {
    const stood = await ready.resources();
    const holding = stood.filter(({ urn }) => nameOf(urn) === holdsImages);
    expect(holding.map(({ protect }) => protect)).toEqual([true]);
    const { exitCode, said } = await ready.attempt("destroy", "--yes");
    expect(exitCode).not.toBe(0);
    expect(said).toMatch(
      new RegExp(`::${holdsImages}" cannot be deleted\\s+because it is protected`),
    );
    expect(await ready.resources()).toEqual(stood);
  });

  test("is as it was when it is read back, and comes up again without a change but the protection's end", async () => {
    await ready.configure({ "wharf:deletion": "force" });
    const { moments, steps } = await ready.run(...up, "--refresh");
    expect(operations(moments)).toContain("refresh");
    expect(begun(moments, "delete")).toEqual(guards);
    const others = ["refresh", "same", "delete"];
    expect(namesOf(deletionAlone(steps)).includes(holdsImages)).toBe(deletedBy !== undefined);
    expect(steps.filter(({ op }) => !others.includes(op))).toEqual(deletionAlone(steps));
  });

  /** The steps that change nothing but what happens to images when the stack is removed. */
  const deletionAlone = (steps: Run["steps"]) =>
    steps.filter(({ op, diffs }) => op === "update" && diffs?.join() === deletedBy);

  /** Configures the stack otherwise for the time of a test. */
  const configuredAs = async <T>(config: Record<string, unknown>, work: () => Promise<T>) => {
    const before: [string, unknown][] = [];
    for (const key of Object.keys(config)) before.push([key, await ready.configured(key)]);
    await ready.configure(config);
    return work().finally(() => ready.configure(Object.fromEntries(before)));
  };

  test("refuses to replace what holds the images, touches nothing, and names every loss to wharf where it is told to let it pass", async () => {
    const holding = imageHoldersAmong(
      (await ready.resources()).map(({ type, urn, inputs }) => ({
        ...{ type, name: nameOf(urn), properties: inputs },
      })),
    ).map(({ name }) => name);
    expect(holding).toContain(holdsImages);
    const refusal = new RegExp(
      `${holdsImages} the re\\w+ would be replaced, .*accepts ${replacing.property}`,
    );
    if (alsoReplacing !== undefined) {
      await configuredAs(alsoReplacing, async () => {
        const also = await ready.attempt("preview");
        expect(also.moments).toEqual([]);
        expect(also.said.split(/\s+/).join(" ")).toMatch(refusal);
      });
    }
    await configuredAs(replacing.config, async () => {
      const refused = await ready.attempt(...up);
      expect(refused.exitCode).not.toBe(0);
      expect(refused.moments).toEqual([]);
      const words = refused.said.split(/\s+/).join(" ");
      expect(words).toMatch(refusal);
      const named = holding.filter((name) => words.includes(`--replace-images '${name}'`));
      expect(named).toContain(holdsImages);

      const agreed = { [replaceImagesVariable]: holding.join(",") };
      const command = carriesOut ? up : ["preview"];
      const { exitCode, said, steps } = await ready.attemptIn(agreed, ...command);
      expect(exitCode, said).toBe(0);
      // A plain preview tells what a person should know, of which the outputs tell after the up.
      if (!carriesOut) expect(said).toMatch(/mages are deleted with the stack/);
      const { losses } = plannedLosses(steps);
      const loss = losses.find(({ name }) => name === holdsImages);
      expect(loss?.fate).toBe("replaced");
      // What it stands in may force it as well, as a resource group does by its own location.
      expect(loss?.causes).not.toEqual([]);
      // The program by itself finds some of what the plan has, and no more: not what only follows from another loss.
      expect(losses.map(({ name }) => name)).toEqual(expect.arrayContaining(named));
    });
  });

  test("is removed once it may, nothing before what depends on it", async () => {
    const stood = await ready.resources();
    const { moments } = await ready.run("destroy", "--yes", "--skip-preview");
    const at = (moment: Moment["moment"], urn: string) =>
      moments.findIndex((one) => one.moment === moment && one.urn === urn);
    const urns = stood.map(({ urn }) => urn);
    const tooEarly = stood.flatMap((resource) =>
      standsOn(resource)
        .filter((urn) => urns.includes(urn) && at("begins", urn) < at("ends", resource.urn))
        .map((urn) => `${nameOf(urn)} before ${nameOf(resource.urn)}`),
    );
    expect(tooEarly).toEqual([]);
    expect(begun(moments, "delete")).toEqual(urns.map(nameOf).sort());
    expect(await ready.resources()).toEqual([]);
  });
});

describe("wharf preview", () => {
  let checkout: string;
  beforeAll(() => {
    checkout = mkdtempSync(join(tmpdir(), "wharf-preview-"));
    const stacks = Object.keys(facts).map((cloud) => `Pulumi.${cloud}.yaml`);
    copyCheckout(checkout, ["main.js", "package-lock.json", ...stacks]);
  });
  afterAll(() => rmSync(checkout, { recursive: true, force: true }));

  test.each(Object.keys(facts) as Cloud[])(
    "lists what the ready stack on %s would create",
    async (cloud) => {
      const { exitCode, stdout, stderr } = await execa(
        "node",
        ["cli/wharf.js", "preview", "--stack", cloud, "--json"],
        {
          cwd: checkout,
          reject: false,
          env: {
            AWS_ACCESS_KEY_ID: "of no worth",
            AWS_SECRET_ACCESS_KEY: "of no worth",
            GOOGLE_OAUTH_ACCESS_TOKEN: "of no worth",
            ARM_CLIENT_ID: "55555555-5555-5555-5555-555555555555",
            ARM_CLIENT_SECRET: "of no worth",
            ARM_TENANT_ID: "66666666-6666-6666-6666-666666666666",
          },
        },
      );
      expect(exitCode, stderr).toBe(0);
      const changes = JSON.parse(stdout) as { action: string; type: string; name: string }[];
      const created = changes.filter(({ type }) => !type.startsWith("pulumi:"));
      expect(new Set(created.map(({ action }) => action))).toEqual(new Set(["create"]));
      expect(created.map(({ type, name }) => `${type} ${name}`).sort()).toEqual(
        [...goldenOf(cloud).keys()].sort(),
      );
    },
  );
});
