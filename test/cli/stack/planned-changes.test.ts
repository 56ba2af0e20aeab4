import type { EngineEvent } from "@pulumi/pulumi/automation";
import { describe, expect, it } from "vitest";
import { expiringUsers } from "../../../cli/stack/expiring-users";
import { changeLine, Operations } from "../../../cli/stack/operations";
import { StackConfig } from "../../../cli/stack/stack-config";

const silent = { live: false, line: () => undefined, update: () => undefined } as never;
const urn = "urn:pulumi:shop::wharf::aws:ecr/repository:Repository::registry-repository-app";

/** A run of the engine of which the events are given, in the form of its event log. */
function followed(...events: object[]): Operations {
  const operations = new Operations(silent, {
    signal: new AbortController().signal,
    heard: () => undefined,
  });
  for (const event of events) operations.onEvent(event as EngineEvent);
  return operations;
}

const step = (op: string, more: object) => ({
  resourcePreEvent: {
    metadata: { op, urn, type: "aws:ecr/repository:Repository", new: { custom: true }, ...more },
  },
});
const said = (severity: string, message: string) => ({
  diagnosticEvent: { severity, message: `<{%reset%}>${message}<{%reset%}>\n` },
});

describe("a plan", () => {
  it("says by which properties a resource is replaced, over all steps of the replacement", () => {
    const [change] = followed(
      step("create-replacement", { keys: ["encryptionConfigurations"] }),
      step("replace", {
        detailedDiff: { name: { diffKind: "update-replace" }, tags: { diffKind: "update" } },
      }),
    ).changes();
    expect(change).toMatchObject({ because: ["encryptionConfigurations", "name"] });
    expect(changeLine(change!)).toBe(
      "  ± replaced  aws:Repository           registry-repository-app (encryptionConfigurations, name changed)",
    );
  });

  it("says of an update only what it is", () => {
    const [change] = followed(
      step("update", { detailedDiff: { tags: { diffKind: "update" } } }),
    ).changes();
    expect(change).not.toHaveProperty("because");
  });

  it("holds notes and warnings once each, and no debug message", () => {
    const { notes } = followed(
      said("info", "A login expires after 12 hours."),
      said("warning", "engine is called distribution now."),
      said("info", "A login expires after 12 hours."),
      said("debug", "Registering resource"),
    );
    expect(notes).toEqual([
      "A login expires after 12 hours.",
      "engine is called distribution now.",
    ]);
  });
});

describe("users that expire", () => {
  const users = (expires: string) =>
    new StackConfig(
      "shop",
      `config:\n  wharf:users: [{ name: ana }, { name: ci, expires: ${expires} }]\n`,
    );
  const now = Date.parse("2027-01-20T00:00:00Z");

  it.each([
    ["2027-02-03", "expires in 14 d"],
    ["2027-01-21", "expires in 1 d"],
    ["2027-01-20", "expired 1 s ago"],
    ["2027-01-10", "expired 10 d ago"],
  ])("on %s are told", (day, when) => {
    expect(expiringUsers(users(day), now)).toEqual([
      `User ci ${when}; a later day: pulumi config set --path 'wharf:users[1].expires' 2027-04-20 --stack shop`,
    ]);
  });

  it("later than in 14 days are not told", () => {
    expect(expiringUsers(users("2027-02-04"), now)).toEqual([]);
  });
});
