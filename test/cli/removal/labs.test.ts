import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { extended } from "../../../cli/commands/extend";
import { mustBeConfirmed, refuseByState } from "../../../cli/commands/down";
import { expiryLine, span } from "../../../cli/ui/expiry";
import { verdictOn, type Evidence } from "../../../cli/removal/reaping";
import { reapMessage } from "../../../cli/removal/removal";
import { tollLines, type Toll } from "../../../cli/removal/removal-report";
import type { State, StateResource } from "../../../cli/stack/state";
import { stackTags as awsTags } from "../../../components/aws/names";
import { stackTags as azureTags } from "../../../components/azure/names";
import { checkDescription } from "../../../components/description/check";
import { DescriptionError } from "../../../components/core/problems";
import { expiryLabels } from "../../../components/docker/labels";
import { stackLabels as gcpLabels } from "../../../components/gcp/labels";
import { metadata, objectLabels } from "../../../components/kubernetes/labels";
import { expiryOf, expiryProblems, lifetimeOf } from "../../../components/model/lab";
import type { Description } from "../../../components/description/schema";
import { announce } from "../../support/announce";
import { actionlint } from "../../support/lint/actionlint";
import { kubeconform } from "../../support/lint/kubeconform";

const hourMs = 3_600_000;
const now = Date.parse("2027-01-31T12:00:00.250Z");
const at = (hours: number) =>
  new Date(now - 250 + hours * hourMs).toISOString().replace(".000", "");

const argsOf = (values: Record<string, unknown>, expiresAt?: string): Description => ({
  ...checkDescription({ stack: "shop", values, secretKeys: new Set() }),
  stack: "shop",
  expiresAt,
});

/** What checking a config says, without its head line. */
function problemsOf(values: Record<string, unknown>): string {
  try {
    checkDescription({ stack: "shop", values, secretKeys: new Set() });
    return "";
  } catch (error) {
    if (error instanceof DescriptionError) return error.message.split("\n").slice(2).join("\n");
    throw error;
  }
}

/** What a failing call says. */
function said(call: () => unknown): string {
  try {
    call();
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

describe("when a lab goes", () => {
  const lab = (ttlHours?: number) => ({ lab: { ttlHours } });

  it("is never without ttlHours, whatever stood before", () => {
    expect(expiryOf(lab(), { expiresAt: at(3), lab: { ttlHours: 3 } }, { now })).toBeUndefined();
  });

  it("counts from now at first, in whole seconds", () => {
    expect(expiryOf(lab(8), {}, { now })).toBe("2027-01-31T20:00:00Z");
    // A stack that was no lab has an empty output.
    expect(expiryOf(lab(8), { expiresAt: "", lab: {} }, { now })).toBe(at(8));
  });

  it("stays where it was at a later up, on whatever machine", () => {
    expect(expiryOf(lab(8), { expiresAt: at(2), lab: { ttlHours: 8 } }, { now })).toBe(at(2));
  });

  it("moves with ttlHours as counted from the creation, an extension kept", () => {
    expect(expiryOf(lab(5), { expiresAt: at(2), lab: { ttlHours: 8 } }, { now })).toBe(at(-1));
    expect(expiryOf(lab(8.5), { expiresAt: at(14), lab: { ttlHours: 8 } }, { now })).toBe(at(14.5));
  });

  it("is what the environment tells, over all else", () => {
    const told = "2027-02-01T00:00:00.900Z";
    expect(expiryOf(lab(8), { expiresAt: at(2), lab: { ttlHours: 8 } }, { now, told })).toBe(
      "2027-02-01T00:00:00Z",
    );
  });

  it("stands in the labels of every target, and in no pod's template", () => {
    const values = { lab: { ttlHours: 8 } };
    const expiresAt = "2027-01-31T20:00:00Z";
    const args = argsOf(values, expiresAt);
    expect(awsTags(args)["io.wharf.expires-at"]).toBe(expiresAt);
    expect(azureTags(args)["expires-at"]).toBe(expiresAt);
    expect(gcpLabels(args)["wharf-expires-at"]).toBe("2027-01-31t20-00-00z");
    expect(expiryLabels(args)).toEqual([{ label: "io.wharf.expires-at", value: expiresAt }]);
    expect(metadata(args, "registry").annotations).toEqual({ "io.wharf/expires-at": expiresAt });
    expect(JSON.stringify(objectLabels(args))).not.toContain("2027");
    expect(lifetimeOf(args)).toEqual({ environment: "lab", expiresAt });

    const stays = argsOf({});
    const labels = [
      awsTags(stays),
      azureTags(stays),
      gcpLabels(stays),
      metadata(stays, "registry"),
    ];
    expect(JSON.stringify(labels)).not.toContain("expires");
    expect(expiryLabels(stays)).toEqual([]);
    expect(lifetimeOf(stays)).toEqual({ environment: "lab" });
  });
});

describe("a description that is wrong about a lab", () => {
  const hosts = { endpoint: { hosts: ["registry.example.com"] } };

  it.each([
    [
      "outside of a lab",
      { environment: "prod", ...hosts, lab: { ttlHours: 8 } },
      `  wharf:lab.ttlHours   8 would remove a stack of environment prod; a lab alone goes by itself
                       pulumi config rm --path 'wharf:lab.ttlHours'
`,
    ],
    [
      "no number",
      { lab: { ttlHours: "8h" } },
      `  wharf:lab.ttlHours   "8h" is not a number
`,
    ],
    [
      "no time at all",
      { lab: { ttlHours: 0 } },
      `  wharf:lab.ttlHours   0 is not above 0
`,
    ],
    [
      "longer than a year",
      { lab: { ttlHours: 9000 } },
      `  wharf:lab.ttlHours   9000 is longer than a year; a registry that is to stay is no lab
`,
    ],
    [
      "misspelt",
      { lab: { ttl: 8 } },
      `  wharf:lab.ttl   unknown key; did you mean wharf:lab.ttlHours?
                  pulumi config rm --path 'wharf:lab.ttl'
`,
    ],
    [
      "of a stack that is protected",
      { lab: { ttlHours: 8 }, deletion: "protect" },
      `  wharf:lab.ttlHours   8 is to remove a stack that wharf:deletion, "protect", keeps
                       pulumi config set wharf:deletion force
`,
    ],
  ])("is told so: %s", (_, values, message) => {
    expect(problemsOf(values)).toBe(message);
  });

  it.each([
    ["tomorrow", {}, '"tomorrow" is no time as 2027-01-31T18:00:00Z'],
    ["2027-01-30T00:00:00Z", {}, "2027-01-30T00:00:00Z has passed"],
    [
      "2029-01-30T00:00:00Z",
      {},
      "2029-01-30T00:00:00Z is more than a year away; a registry that is to stay is no lab",
    ],
    [
      at(4),
      { lab: {} },
      "is set, and the lab's description has no wharf:lab.ttlHours that it could extend",
    ],
    [
      at(4),
      { environment: "dev", ...hosts, lab: {} },
      "is set, and a stack of environment dev does not go by itself",
    ],
  ])("refuses the time %s from the environment where %o", (told, values, message) => {
    const args = argsOf({ lab: { ttlHours: 8 }, ...values });
    expect(expiryProblems(args, { now, told })).toEqual([{ key: "WHARF_LAB_EXPIRES_AT", message }]);
    expect(expiryProblems(args, { now, told: "" })).toEqual([]);
  });
});

describe("how long a lab has left", () => {
  it.each([
    [at(5.2), "Lab shop expires in 5 h 12 m."],
    [at(49), "Lab shop expires in 2 d 1 h."],
    [
      at(-3),
      "Lab shop expired 3 h ago: npx wharf extend --stack shop | npx wharf down --stack shop",
    ],
    ["", ""],
  ])("is told in one line of %s", (expiresAt, line) => {
    expect(expiryLine(expiresAt, "shop", now - 250)).toBe(line);
  });

  it.each([
    [0, "1 s"],
    [59_900, "59 s"],
    [60_000, "1 m"],
    [-61_000, "1 m 1 s"],
    [24 * hourMs, "1 d"],
  ])("reads %d ms as %s", (ms, text) => expect(span(ms)).toBe(text));
});

/** A resource as a state holds it. */
const resource = (
  type: string,
  name: string,
  rest: Partial<StateResource> = {},
): StateResource => ({
  urn: `urn:pulumi:shop::wharf::${type}::${name}`,
  type,
  custom: !type.startsWith("wharf:"),
  ...rest,
});
const registry = (inputs: Record<string, unknown>) =>
  resource("wharf:index:DockerRegistry", "registry", { inputs });
const volume = (rest: Partial<StateResource> = {}) =>
  resource("docker:index/volume:Volume", "registry-data", rest);
const stateOf = (...resources: StateResource[]): State => ({ resources, pending: [] });

describe("what wharf reap makes of a state", () => {
  const expired = { environment: "lab", expiresAt: at(-3) };
  const reaps = { lastUpdate: { kind: "destroy", message: reapMessage } };

  it.each<[string, boolean, string, State, Partial<Evidence>]>([
    ["an expired lab", true, "expired 3 h ago", stateOf(registry(expired), volume()), {}],
    [
      "a lab with time left",
      false,
      "it expires in 2 h",
      stateOf(registry({ environment: "lab", expiresAt: at(2) })),
      {},
    ],
    ["a lab that stays", false, "it never expires", stateOf(registry({ environment: "lab" })), {}],
    [
      "prod, whatever else stands there",
      false,
      "it is prod, no lab",
      stateOf(registry({ ...expired, environment: "prod" })),
      {},
    ],
    ["dev", false, "it is dev, no lab", stateOf(registry({ environment: "dev" })), {}],
    [
      "a state that says nothing",
      false,
      "its state does not say what it is for",
      stateOf(registry({}), volume()),
      {},
    ],
    [
      "a program that is not Wharf's",
      false,
      "its state does not say what it is for",
      stateOf(resource("acme:index:Registry", "registry", { inputs: expired }), volume()),
      {},
    ],
    [
      "a lab that holds what is protected",
      false,
      "registry-data is protected",
      stateOf(registry(expired), volume({ protect: true })),
      {},
    ],
    [
      "a lab that somebody works on",
      false,
      "process 4711 on builder works on it; if that is gone: pulumi cancel --stack shop",
      stateOf(registry(expired)),
      { lockedBy: "process 4711 on builder" },
    ],
    [
      "a time that is none",
      false,
      "its state names no time: soon",
      stateOf(registry({ environment: "lab", expiresAt: "soon" })),
      {},
    ],
    [
      "a stack that an earlier run emptied",
      true,
      "an earlier run has emptied it",
      stateOf(),
      reaps,
    ],
    ["an empty stack", false, "it holds nothing", stateOf(), {}],
    [
      "a stack that a person emptied",
      false,
      "it holds nothing",
      stateOf(),
      { lastUpdate: { kind: "destroy", message: "" } },
    ],
  ])("%s: goes is %s", (_, goes, reason, state, rest) => {
    const verdict = verdictOn({ stack: "shop", state, ...rest }, now - 250);
    expect({ goes: verdict.goes, reason: verdict.reason }).toEqual({ goes, reason });
  });
});

describe("what is refused before anything is removed or extended", () => {
  const toll: Toll = {
    environment: "staging",
    target: "docker",
    resources: { Container: 3, Volume: 1 },
    repositories: ["shop/api"],
    contents: { images: 2, repositories: 1, bytes: 12_400_000 },
    imagesGo: true,
    monthlyCost: 12.4,
  };
  const options = { stack: "shop", yes: true };

  it.each<[string, () => unknown, string]>([
    [
      "images outside of a lab by --yes alone",
      () => mustBeConfirmed(options, toll),
      "Stack shop is no lab but staging, so that --yes alone does not remove it with its images. It holds 2 images in 1 repository (12.4 MB). Nothing was changed. Name it once more: npx wharf down --yes --confirm shop --stack shop",
    ],
    [
      "what nobody can count, as images that would be lost",
      () => mustBeConfirmed(options, { ...toll, contents: { unknown: "it does not answer" } }),
      "Stack shop is no lab but staging, so that --yes alone does not remove it with its images. It holds an unknown number of images (it does not answer). Nothing was changed. Name it once more: npx wharf down --yes --confirm shop --stack shop",
    ],
    [
      "images that only their digests name",
      () =>
        mustBeConfirmed(options, {
          ...toll,
          contents: { images: 0, repositories: 0, untagged: 1 },
        }),
      "Stack shop is no lab but staging, so that --yes alone does not remove it with its images. It holds no tagged images, and 1 repository without a tag, which may hold images by digest. Nothing was changed. Name it once more: npx wharf down --yes --confirm shop --stack shop",
    ],
    [
      "another stack's name",
      () => mustBeConfirmed({ ...options, confirm: "shp" }, toll),
      "--confirm shp is not the stack, shop. Nothing was changed.",
    ],
    [
      "prod by --yes alone, also where its images stay",
      () => mustBeConfirmed(options, { ...toll, environment: "prod", imagesGo: false }),
      "Stack shop is no lab but prod, so that --yes alone does not remove it. Nothing was changed. Name it once more: npx wharf down --yes --confirm shop --stack shop",
    ],
    [
      "what stands protected",
      () => refuseByState("shop", { deletion: "force" }, stateOf(volume({ protect: true }))),
      "Stack shop stands protected: docker:index/volume:Volume registry-data may not be deleted. Nothing was changed. Its description says force by now; carry that out first: npx wharf up --stack shop",
    ],
    [
      "images that the description keeps and the state does not",
      () => refuseByState("shop", { deletion: "retain" }, stateOf(volume())),
      "The description of stack shop keeps the images, and the stack stands as one that deletes them. Nothing was changed. Carry the description out first: npx wharf up --stack shop",
    ],
    [
      "to extend what is no lab",
      () => extended("shop", { environment: "prod" }, 4, now),
      "Stack shop is prod, no lab: it does not expire. Nothing was changed.",
    ],
    [
      "to extend what never expires",
      () => extended("shop", { environment: "lab" }, 4, now),
      "Lab shop never expires. Nothing was changed. Give it an end first:\n  pulumi config set --path 'wharf:lab.ttlHours' 8 --stack shop\n  npx wharf up --stack shop",
    ],
    [
      "to extend by nobody knows how much",
      () => extended("shop", { environment: "lab", expiresAt: at(1) }, undefined, now),
      "Nothing says by how many hours: the description of stack shop has no wharf:lab.ttlHours. Nothing was changed. Name them: npx wharf extend --hours 8 --stack shop",
    ],
  ])("%s", (_, call, message) => expect(said(call)).toBe(message));

  it("takes --yes alone where no images are lost, and for a lab", () => {
    const empty = { images: 0, repositories: 0 };
    expect(said(() => mustBeConfirmed(options, { ...toll, contents: empty }))).toBe("");
    expect(said(() => mustBeConfirmed(options, { ...toll, imagesGo: false }))).toBe("");
    expect(said(() => mustBeConfirmed(options, { ...toll, environment: "lab" }))).toBe("");
    expect(said(() => mustBeConfirmed({ ...options, confirm: "shop" }, toll))).toBe("");
    const kept = stateOf(volume({ retainOnDelete: true }));
    expect(said(() => refuseByState("shop", { deletion: "retain" }, kept))).toBe("");
  });

  it("counts hours from the end, or from now where that has passed", () => {
    const lab = (expiresAt: string) => ({ environment: "lab", expiresAt });
    expect(extended("shop", lab(at(2)), 4, now - 250)).toBe("2027-01-31T18:00:00.000Z");
    expect(extended("shop", lab(at(-2)), 4, now - 250)).toBe("2027-01-31T16:00:00.000Z");
  });

  it("shows what goes", () => {
    expect(tollLines("shop", toll)).toBe(`Stack shop (staging, target docker):
  Resources     4: 3 Container, 1 Volume
  Repositories  shop/api
  Images        2 images in 1 repository (12.4 MB), which go with it
  Saves         $12.40 a month`);
  });
});

describe("the ready files of pipelines/lab-reaper", () => {
  const read = (file: string) =>
    readFileSync(join(__dirname, "../../../pipelines/lab-reaper", file), "utf8");

  it("all run the one command that removes", () => {
    for (const file of ["crontab", "wharf-reap.service", "github-actions.yml"])
      expect(read(file)).toContain("npx --no-install wharf reap --yes");
    expect(read("cronjob.yaml")).toContain("[npx, --no-install, wharf, reap, --yes]");
  });

  it("are what GitHub and Kubernetes take", async () => {
    expect(await actionlint([read("github-actions.yml")], announce)).toEqual([[]]);
    const file = join(__dirname, "../../../pipelines/lab-reaper/cronjob.yaml");
    const findings = await kubeconform([file], [], announce);
    expect(findings.filter(({ status }) => status !== "statusValid")).toEqual([]);
  });
});
