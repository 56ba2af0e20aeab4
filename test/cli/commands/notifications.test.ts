import { createHmac } from "node:crypto";
import { once } from "node:events";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { execa } from "execa";
import { expect, it } from "vitest";
import { findInstallation } from "../../../offline/engine/installation";
import { announce } from "../../support/announce";
import { copyCheckout } from "../../support/copied-checkout";
import { PlainCli } from "../../support/plain-cli";

const stack = "shop";
const secret = "signs what the webhook hears";

it("hears of a command of a stack that encrypts the webhook's address, though the stack is not up", async () => {
  const heard: { body: string; signature?: string | string[] }[] = [];
  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      heard.push({ body: String(body), signature: request.headers["x-wharf-signature"] });
      response.end();
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook/hidden`;
  const cli = await PlainCli.create(await findInstallation(announce), stack, { target: "docker" });
  const copy = mkdtempSync(join(tmpdir(), "wharf-notifications-"));
  const wharf = (passphrase: string) =>
    execa("node", ["cli/wharf.js", "renew", "--stack", stack, "--yes"], {
      ...{ cwd: copy, all: true, reject: false },
      env: {
        PULUMI_BACKEND_URL: `file://${join(copy, "state")}`,
        PULUMI_CONFIG_PASSPHRASE: passphrase,
      },
    });
  try {
    await cli.setSecret("notifications.url", url);
    await cli.setSecret("notifications.secret", secret);
    copyCheckout(copy, ["package-lock.json"]);
    mkdirSync(join(copy, "state"));
    const file = `Pulumi.${stack}.yaml`;
    copyFileSync(join(cli.directory, file), join(copy, file));

    const run = await wharf("of no worth");
    expect(run.exitCode, run.all).toBe(1);
    expect(run.all).not.toContain("hidden");
    expect(heard, run.all).toHaveLength(1);
    const [{ body, signature } = { body: "" }] = heard;
    expect(JSON.parse(body)).toMatchObject({
      ...{ task: "renew", stack, outcome: "failed" },
      message: expect.stringContaining(`Stack ${stack} is not up.`),
    });
    const expected = createHmac("sha256", secret).update(body).digest("hex");
    expect(signature).toBe(`sha256=${expected}`);

    // Nobody can tell whom, and the command's own failure stays what it was.
    const locked = await wharf("another one");
    expect(locked.exitCode, locked.all).toBe(1);
    expect(locked.all).toContain("This run was not told to the webhook: ");
    expect(heard).toHaveLength(1);
  } finally {
    server.close();
    await cli.remove();
    rmSync(copy, { recursive: true });
  }
});
