import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { execa } from "execa";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { copyCheckout } from "../../support/copied-checkout";
import { createCertificate } from "../../support/loopback-certificate";
import { signatureOf, WebhookListener } from "../../support/webhook-listener";

const checkout = resolve(__dirname, "../../..");

describe("the webhook of failures", () => {
  let listener: WebhookListener;
  let url: string;

  beforeEach(async () => {
    listener = await WebhookListener.start();
    url = listener.url("/hook/secret");
  });
  afterEach(() => listener.stop());

  const wharf = (env: Record<string, string>, ...args: string[]) =>
    execa("node", ["cli/wharf.js", ...args], { cwd: checkout, env, all: true, reject: false });

  it("hears once, signed, that a backup failed, also from a server that is away at first", async () => {
    listener.refusals = 1;
    const secret = "of the webhook";
    const env = { WHARF_NOTIFICATIONS_URL: url, WHARF_NOTIFICATIONS_SECRET: secret };
    const run = await wharf(env, "backup", "--registry", "localhost:1", "--to", "ftp://nas");
    expect(run.exitCode, run.all).toBe(2);
    expect(run.all).not.toContain("hook/secret");
    expect(listener.heard).toHaveLength(1);
    const [{ body, signature } = { body: "" }] = listener.heard;
    expect(JSON.parse(body)).toMatchObject({
      ...{ version: 1, task: "backup", outcome: "failed", exitCode: 2 },
      message: expect.stringContaining('"ftp://nas" begins with ftp://'),
      text: expect.stringContaining("wharf backup failed"),
    });
    expect(signature).toBe(signatureOf(body, secret));
  });

  describe("in a checkout", () => {
    let copy: string;
    beforeAll(() => {
      copy = mkdtempSync(join(tmpdir(), "wharf-webhook-"));
      copyCheckout(copy);
    });
    afterAll(() => rmSync(copy, { recursive: true }));

    const run = (env: Record<string, string>, ...words: string[]) =>
      execa("node", ["cli/wharf.js", ...words], { cwd: copy, env, all: true, reject: false });
    const events = () => listener.heard.map(({ body }) => JSON.parse(body) as unknown);

    it("hears of a stack's commands where its description names it, and of nothing else", async () => {
      // What `up` refuses, since it is not encrypted: then no engine is needed to read it.
      const described = (address: string) =>
        writeFileSync(
          join(copy, "Pulumi.shop.yaml"),
          `config: { "wharf:notifications": { url: "${address}" } }\n`,
        );
      const backup = ["backup", "--stack", "shop", "--to", "ftp://nas"];
      described(url);
      await run({}, ...backup);
      await run({}, ...backup, "--registry", "localhost:1");
      await run({}, "backup", "list", "--stack", "shop", "--from", "ftp://nas");
      expect(events()).toEqual([
        expect.objectContaining({ task: "backup", stack: "shop", exitCode: 2 }),
      ]);
      described("http://hooks.example.com/secret");
      const { all } = await run({}, ...backup);
      expect(all).toContain("wharf:notifications.url is not an https:// URL");
      expect(all).not.toContain("hooks.example.com");
    });

    it("hears it over TLS by the CA of its own server that the description names", async () => {
      const certificate = createCertificate(copy);
      const secure = await WebhookListener.start(certificate);
      const described = (more: object) => {
        const notifications = { url: secure.url("/hook/secret"), ...more };
        const config = { "wharf:notifications": notifications };
        writeFileSync(join(copy, "Pulumi.shop.yaml"), JSON.stringify({ config }));
      };
      try {
        described({});
        const untrusted = await run({}, "backup", "--stack", "shop", "--to", "ftp://nas");
        expect(untrusted.all).toContain("This run was not told to the webhook: self-signed");
        expect(secure.heard).toEqual([]);
        described({ caCertificate: certificate.ca });
        await run({}, "backup", "--stack", "shop", "--to", "ftp://nas");
        expect(secure.heard).toHaveLength(1);
      } finally {
        secure.stop();
      }
    });

    it("hears of success where it asks", async () => {
      const env = { WHARF_NOTIFICATIONS_URL: url };
      const silent = await run(env, "reap");
      expect(silent.exitCode, silent.all).toBe(0);
      expect(listener.heard).toEqual([]);
      await run({ ...env, WHARF_NOTIFICATIONS_ON_SUCCESS: "true" }, "reap");
      expect(events()).toEqual([
        expect.objectContaining({ task: "reap", outcome: "succeeded", exitCode: 0 }),
      ]);
      const wrong = await run({ ...env, WHARF_NOTIFICATIONS_ON_SUCCESS: "yes" }, "reap");
      expect(wrong.all).toContain("WHARF_NOTIFICATIONS_ON_SUCCESS is neither true nor false");
    });
  });

  it("hears nothing of what people run, and an address without TLS is refused without being printed", async () => {
    const env = { WHARF_NOTIFICATIONS_URL: url };
    expect((await wharf(env, "explain", "nowhere")).exitCode).toBe(2);
    const elsewhere = { WHARF_NOTIFICATIONS_URL: "http://hooks.example.com/secret" };
    const run = await wharf(elsewhere, "drill", "--registry", "localhost:1", "--from", "ftp://nas");
    expect(run.exitCode).toBe(2);
    expect(run.all).toContain("WHARF_NOTIFICATIONS_URL begins with http://; only https://");
    expect(run.all).not.toContain("hooks.example.com");
    expect(listener.heard).toEqual([]);
  });
});
