import { describe, expect, it } from "vitest";
import { stackTags as awsTags } from "../../components/aws/names";
import { stackTags as azureTags } from "../../components/azure/names";
import { checkDescription } from "../../components/description/check";
import { DescriptionError } from "../../components/core/problems";
import { expiryLabels } from "../../components/docker/labels";
import { stackLabels as gcpLabels } from "../../components/gcp/labels";
import { metadata, objectLabels } from "../../components/kubernetes/labels";
import { expiryOf, expiryProblems, lifetimeOf } from "../../components/model/lab";
import type { Description } from "../../components/description/schema";

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

describe("when a lab expires", () => {
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
      `  wharf:lab.ttlHours   8 would remove a stack of environment prod; only a lab expires
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
      `  wharf:lab.ttlHours   9000 is longer than a year; a registry that stays is not a lab
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
      `  wharf:lab.ttlHours   8 would remove a stack that wharf:deletion, "protect", keeps
                       pulumi config set wharf:deletion force
`,
    ],
  ])("is told so: %s", (_, values, message) => {
    expect(problemsOf(values)).toBe(message);
  });

  it.each([
    ["tomorrow", {}, '"tomorrow" is not a time such as 2027-01-31T18:00:00Z'],
    ["2027-01-30T00:00:00Z", {}, "2027-01-30T00:00:00Z has passed"],
    [
      "2029-01-30T00:00:00Z",
      {},
      "2029-01-30T00:00:00Z is more than a year away; a registry that stays is not a lab",
    ],
    [
      at(4),
      { lab: {} },
      "is set, and the lab's description has no wharf:lab.ttlHours that it could extend",
    ],
    [
      at(4),
      { environment: "dev", ...hosts, lab: {} },
      "is set, and a stack of environment dev does not expire",
    ],
  ])("refuses the time %s from the environment where %o", (told, values, message) => {
    const args = argsOf({ lab: { ttlHours: 8 }, ...values });
    expect(expiryProblems(args, { now, told })).toEqual([{ key: "WHARF_LAB_EXPIRES_AT", message }]);
    expect(expiryProblems(args, { now, told: "" })).toEqual([]);
  });
});
