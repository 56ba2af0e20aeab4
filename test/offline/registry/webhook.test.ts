import { createHmac } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { afterEach, beforeEach, expect, it } from "vitest";
import { askCollections } from "../../../cli/collection/collector";
import { statusText } from "../../../cli/commands/collect";
import type { StackOutputs } from "../../../cli/stack/outputs";
import { createCertificate } from "../../support/loopback-certificate";
import { until } from "../../support/running-registry";
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

/** One request that the webhook took. */
interface Heard {
  event: { outcome: string; message?: string; text: string };
  signature: string | string[] | undefined;
  expected: string;
}

let directory: string;
let server: Server;
/** The CA by which the program trusts the webhook. */
let certificatePath: string;
/** How many requests are turned away before one is taken. */
let refusals: number;
let heard: Heard[];
let registry: CollectingRegistry | undefined;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "wharf-webhook-"));
  const files = createCertificate(directory);
  certificatePath = files.certificatePath;
  const tls = { cert: readFileSync(certificatePath), key: readFileSync(files.keyPath) };
  [refusals, heard] = [0, []];
  server = createServer(tls, (request, response) => {
    void buffer(request).then((body) => {
      response.statusCode = refusals-- > 0 ? 503 : 204;
      if (response.statusCode === 204) {
        const hmac = createHmac("sha256", secret).update(body).digest("hex");
        heard.push({
          event: JSON.parse(String(body)) as Heard["event"],
          signature: request.headers["x-wharf-signature"],
          expected: `sha256=${hmac}`,
        });
      }
      response.end();
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
});
afterEach(async () => {
  await registry?.stop();
  registry = undefined;
  server.close();
  rmSync(directory, { recursive: true, force: true });
});

/** Rules that delete two of three images every second, with the webhook under an address that nobody else is to know. */
const rules = (mostPercent: number) => ({
  ...keepOnly,
  mostPercent,
  schedule: "@every 1s",
  notify: {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}/hook/hidden`,
    secret,
    onSuccess: true,
    stack: "prod",
  },
});

it("hears, signed, that a run of the registry's own schedule would delete too much, and later that one succeeded", async () => {
  refusals = 1;
  const running = await CollectingRegistry.start(
    { ...keepOnly, graceSeconds: 0 },
    { env: { SSL_CERT_FILE: certificatePath } },
  );
  registry = running;
  await running.push("shop/api", ["kept"], "keep-1");
  for (const tag of ["v1", "v2"]) await running.push("shop/api", [tag], tag);
  running.write(rules(50));
  const told = (outcome: string) =>
    until(`the webhook hears that a run ${outcome}`, () =>
      heard.find(({ event }) => event.outcome === outcome),
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
