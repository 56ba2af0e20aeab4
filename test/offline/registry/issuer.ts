import { sign, type KeyObject } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCertificate } from "../../support/loopback-certificate";

export const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** A token, signed as its header says; without a key it has no signature. */
export function tokenOf(
  header: { alg: string; kid?: string },
  claims: object,
  key?: KeyObject,
): string {
  const text = `${base64({ typ: "JWT", ...header })}.${base64(claims)}`;
  if (key === undefined) return `${text}.`;
  const options = header.alg === "ES256" ? { key, dsaEncoding: "ieee-p1363" as const } : key;
  const hash = header.alg === "EdDSA" ? null : "sha256";
  return `${text}.${sign(hash, Buffer.from(text), options).toString("base64url")}`;
}

/** A public key as a policy or an issuer publishes it. */
export const jwkOf = (key: KeyObject, more: object) => ({
  ...key.export({ format: "jwk" }),
  ...more,
});

/** An issuer of OIDC tokens on loopback, which publishes its keys under `/keys`. */
export class Issuer {
  /** Paths that it was asked for. */
  readonly asked: string[] = [];
  private port = 0;

  private constructor(
    private readonly server: Server,
    private readonly directory: string,
    /** CA of its certificate, PEM. */
    readonly ca: string,
  ) {}

  static async start(...keys: object[]): Promise<Issuer> {
    const directory = mkdtempSync(join(tmpdir(), "wharf-issuer-"));
    const { ca, certificatePath, keyPath } = createCertificate(directory);
    const tls = { cert: readFileSync(certificatePath), key: readFileSync(keyPath) };
    const issuer = new Issuer(createServer(tls), directory, ca);
    issuer.server.on("request", ({ url = "" }, response) => {
      issuer.asked.push(url);
      const answers: Record<string, object> = {
        "/.well-known/openid-configuration": { issuer: issuer.url, jwks_uri: `${issuer.url}/keys` },
        "/keys": { keys },
      };
      response.statusCode = url in answers ? 200 : 404;
      response.end(JSON.stringify(answers[url] ?? {}));
    });
    await issuer.listen();
    return issuer;
  }

  get url(): string {
    return `https://127.0.0.1:${this.port}`;
  }

  /** Answers again, at the port that it had. */
  async listen(): Promise<void> {
    await once(this.server.listen(this.port, "127.0.0.1"), "listening");
    this.port = (this.server.address() as AddressInfo).port;
  }

  /** Answers no more. */
  async leave(): Promise<void> {
    await new Promise((resolve) => this.server.close(resolve));
  }

  async stop(): Promise<void> {
    if (this.server.listening) await this.leave();
    rmSync(this.directory, { recursive: true, force: true });
  }
}
