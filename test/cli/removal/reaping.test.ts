import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { verdictOn, type Evidence } from "../../../cli/removal/reaping";
import { reapMessage } from "../../../cli/removal/removal";
import type { State } from "../../../cli/stack/state";
import { announce } from "../../support/announce";
import { actionlint } from "../../support/lint/actionlint";
import { kubeconform } from "../../support/lint/kubeconform";
import { registry, resource, stateOf, volume } from "./resources";

const hourMs = 3_600_000;
const now = Date.parse("2027-01-31T12:00:00.250Z");
const at = (hours: number) =>
  new Date(now - 250 + hours * hourMs).toISOString().replace(".000", "");

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
      "prod, whatever else it says",
      false,
      "it is prod, not a lab",
      stateOf(registry({ ...expired, environment: "prod" })),
      {},
    ],
    ["dev", false, "it is dev, not a lab", stateOf(registry({ environment: "dev" })), {}],
    [
      "a state that says nothing",
      false,
      "its state does not say which environment it is",
      stateOf(registry({}), volume()),
      {},
    ],
    [
      "a program that is not Wharf's",
      false,
      "its state does not say which environment it is",
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
      "process 4711 on builder works on it; if that has ended: pulumi cancel --stack shop",
      stateOf(registry(expired)),
      { lockedBy: "process 4711 on builder" },
    ],
    [
      "a time that is none",
      false,
      "the time in its state is not valid: soon",
      stateOf(registry({ environment: "lab", expiresAt: "soon" })),
      {},
    ],
    [
      "a stack that an earlier run emptied",
      true,
      "an earlier run has removed its resources",
      stateOf(),
      reaps,
    ],
    ["an empty stack", false, "it has no resources", stateOf(), {}],
    [
      "a stack that a person emptied",
      false,
      "it has no resources",
      stateOf(),
      { lastUpdate: { kind: "destroy", message: "" } },
    ],
  ])("%s: goes is %s", (_, goes, reason, state, rest) => {
    const verdict = verdictOn({ stack: "shop", state, ...rest }, now - 250);
    expect({ goes: verdict.goes, reason: verdict.reason }).toEqual({ goes, reason });
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
