import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { askCollections } from "../../../cli/collection/collector";
import { statusText } from "../../../cli/commands/collect";
import type { StackOutputs } from "../../../cli/stack/outputs";
import { createCertificate } from "../../support/loopback-certificate";
import { until } from "../../support/running-registry";
import { signatureOf, WebhookListener } from "../../support/webhook-listener";
import { CollectingRegistry, keepOnly } from "./collecting-registry";
import { passwordOf } from "./roles-registry";

/** What `wharf collect --status` prints of it. */
async function statusOf(running: CollectingRegistry): Promise<string> {
  const [, address] = /"listening on ([\d.:]+)"/.exec(running.log()) ?? [];
  const outputs = { endpoint: `http://${address}`, caCertificate: "" };
  const credentials = { admin: passwordOf("admin") };
  return statusText(
    await askCollections({ ...outputs, credentials } as unknown as StackOutputs, {}),
  );
}

const secret = "signs what the webhook hears";

let directory: string;
let listener: WebhookListener;
/** The CA by which the program trusts the webhook. */
let caCertificate: string;
let registry: CollectingRegistry | undefined;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "wharf-webhook-"));
  const certificate = createCertificate(directory);
  caCertificate = certificate.ca;
  listener = await WebhookListener.start(certificate);
});
afterEach(async () => {
  await registry?.stop();
  registry = undefined;
  listener.stop();
  rmSync(directory, { recursive: true, force: true });
});

/** Rules that delete two of three images every second, with the webhook under an address that nobody else is to know. */
const rules = (mostPercent: number) => ({
  ...keepOnly,
  mostPercent,
  schedule: "@every 1s",
  notify: {
    url: listener.url("/hook/hidden"),
    secret,
    caCertificate,
    onSuccess: true,
    stack: "prod",
  },
});

it("hears, signed, that a run of the registry's own schedule would delete too much, and later that one succeeded", async () => {
  listener.refusals = 1;
  const running = await CollectingRegistry.start({ ...keepOnly, graceSeconds: 0 });
  registry = running;
  await running.push("shop/api", ["kept"], "keep-1");
  for (const tag of ["v1", "v2"]) await running.push("shop/api", [tag], tag);
  running.write(rules(50));
  const told = (outcome: string) =>
    until(`the webhook hears that a run ${outcome}`, () =>
      listener.heard
        .map(({ body, signature }) => ({
          event: JSON.parse(body) as { outcome: string; message?: string; text: string },
          signature,
          expected: signatureOf(body, secret),
        }))
        .find(({ event }) => event.outcome === outcome),
    );
  const failed = await told("failed");
  expect(failed.signature).toBe(failed.expected);
  expect(failed.event).toMatchObject({
    ...{ version: 1, task: "collect", stack: "prod", by: "schedule" },
    message: expect.stringContaining("too much would be deleted"),
    text: expect.stringContaining("the collection of stack prod failed: "),
  });
  await running.pull("shop/api", "v1");
  expect(await statusOf(running)).toMatch(
    /^Schedule {3}@every 1s \(UTC\), next at [^]*^Last run {3}by its schedule, ended at .*\n +It failed: too much would be deleted/m,
  );
  // A dry run says nothing of how collections go: `wharf collect` begins with one.
  running.write({ ...rules(50), schedule: undefined });
  await until(
    "the schedule is gone",
    async () => /^Schedule {3}none/.test(await statusOf(running)) || undefined,
  );
  expect(await running.collect({ dryRun: true, overLimit: true })).toMatchObject({ by: "admin" });
  expect(await statusOf(running)).toMatch(
    /^Last run {3}by its schedule, ended at .*\n +It failed: too much would be deleted/m,
  );
  running.write(rules(100));
  const succeeded = await told("succeeded");
  expect(succeeded.signature).toBe(succeeded.expected);
  expect(succeeded.event.text).toMatch(/succeeded: 2 images deleted, [1-9]\d* bytes freed/);
  await expect(running.pull("shop/api", "v1")).rejects.toThrow("404");
  expect(running.log()).not.toContain("hidden");
  running.write("{}");
  await until("the rules are read", async () => {
    const said = await statusOf(running);
    return (
      /^Rules {6}not valid, so that nothing is deleted: .*\nLast run {3}by its schedule/.test(
        said,
      ) || undefined
    );
  });
});
