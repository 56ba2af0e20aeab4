import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { Agent } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { registryBinary } from "../../components/distribution/software";
import { createCertificate, type LoopbackCertificate } from "../../support/loopback-certificate";
import { ask, startRegistry, until, type RunningRegistry } from "../../support/running-registry";

let directory: string;
let registry: RunningRegistry;
let first: LoopbackCertificate;
let second: LoopbackCertificate;
let served: { certificatePath: string; keyPath: string };

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "wharf-certificate-"));
  const made = (name: string) => {
    mkdirSync(join(directory, name));
    return createCertificate(join(directory, name));
  };
  [first, second, served] = [made("first"), made("second"), made("served")];
  put(first);
  registry = await startRegistry(await registryBinary(), {
    tls: { ...served, minimumVersion: "tls1.2" },
  });
});
afterAll(async () => {
  await registry.stop();
  rmSync(directory, { recursive: true, force: true });
});

function put({ certificatePath, keyPath }: LoopbackCertificate): void {
  copyFileSync(keyPath, served.keyPath);
  copyFileSync(certificatePath, served.certificatePath);
}

/** The certificate that a new connection gets. */
function presented(): Promise<string> {
  const { hostname: host, port } = new URL(registry.url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port: Number(port), rejectUnauthorized: false }, () => {
      const { raw } = socket.getPeerCertificate();
      socket.destroy();
      resolve(raw.toString("base64"));
    });
    socket.on("error", reject);
  });
}

const base64Of = ({ ca }: LoopbackCertificate) => ca.replaceAll(/-----.*-----|\s/g, "");

describe("the registry's certificate", () => {
  it("is replaced while it runs, and open connections go on", async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ping = () => ask(`${registry.url}/v2/`, { agent, ca: first.ca });
    expect((await ping()).status).toBe(200);
    expect(await presented()).toBe(base64Of(first));
    // A key without its certificate does not belong to the certificate, and half of a certificate is none.
    copyFileSync(second.keyPath, served.keyPath);
    writeFileSync(served.certificatePath, second.ca.slice(0, 300));
    await until("the log tells of it", () => /not valid/.test(registry.log()) || undefined);
    expect(await presented()).toBe(base64Of(first));
    put(second);
    await until("new connections get it", async () =>
      (await presented()) === base64Of(second) ? true : undefined,
    );
    // Still the connection of before, which no other certificate would be trusted for.
    expect((await ping()).status).toBe(200);
    expect(registry.log()).toContain("certificate reloaded");
    expect((await ask(`${registry.url}/v2/`, { ca: second.ca })).status).toBe(200);
    agent.destroy();
  });
});
