import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey } from "jose";
import { expect } from "vitest";
import { createCertificate } from "../support/loopback-certificate";
import type { DockerEngine } from "./docker-engine";

const port = 8443;

/** Serves files of its directory over HTTPS, those that are asked for by the issuer's paths. */
const server = `
const { readFileSync } = require("node:fs");
const [directory, address, port] = process.argv.slice(2);
const file = (name) => readFileSync(directory + "/" + name);
require("node:https")
  .createServer({ cert: file("server.crt"), key: file("server.key") }, ({ url }, response) => {
    const known = /\\/(openid-configuration|jwks)$/.exec(url);
    response.statusCode = known ? 200 : 404;
    response.end(known ? file(known[1] + ".json") : "");
  })
  .listen(Number(port), address);
`;

/**
 * An issuer of OpenID Connect tokens with GitHub's claims, as GitHub Enterprise Server is one. It runs on an engine that has a network
 * of its own, at the address by which its containers reach the machine.
 */
export class OidcIssuer {
  private constructor(
    readonly url: string,
    /** CA of its certificate, PEM. */
    readonly ca: string,
    private readonly key: CryptoKey,
    private readonly process: ReturnType<DockerEngine["command"]>,
  ) {}

  static async start(engine: DockerEngine): Promise<OidcIssuer> {
    const shown = await engine.command("ip", ["-4", "-json", "address", "show", "docker0"]);
    const [{ addr_info }] = JSON.parse(String(shown.stdout)) as [
      { addr_info: { local: string }[] },
    ];
    const address = addr_info[0]?.local ?? "";
    const url = `https://${address}:${port}/_services/token`;
    const { ca } = createCertificate(engine.directory, `IP:${address}`);
    const { privateKey, publicKey } = await generateKeyPair("RS256");
    const write = (name: string, contents: object) =>
      writeFile(join(engine.directory, `${name}.json`), JSON.stringify(contents));
    const jwk = { ...(await exportJWK(publicKey)), kid: "issuer", alg: "RS256", use: "sig" };
    await write("jwks", { keys: [jwk] });
    await write("openid-configuration", { issuer: url, jwks_uri: `${url}/jwks` });
    const script = join(engine.directory, "issuer.cjs");
    await writeFile(script, server);
    const process = engine.command("node", [script, engine.directory, address, String(port)], {
      reject: false,
    });
    const issuer = new OidcIssuer(url, ca, privateKey, process);
    const asks = ["--silent", "--fail", "--insecure", `${url}/jwks`];
    await expect.poll(() => engine.command("curl", asks), { timeout: 30_000 }).toBeTruthy();
    return issuer;
  }

  /** A token of five minutes of a workflow of acme/shop on main, with other claims where they are given. */
  token(audience: string, claims: Record<string, string> = {}): Promise<string> {
    const { repository = "acme/shop", ref = "refs/heads/main" } = claims;
    return new SignJWT({ sub: `repo:${repository}:ref:${ref}`, repository, ref, ...claims })
      .setProtectedHeader({ alg: "RS256", kid: "issuer" })
      .setIssuer(this.url)
      .setAudience(audience)
      .setIssuedAt()
      .setNotBefore("0 s")
      .setExpirationTime("5 min")
      .sign(this.key);
  }

  async stop(): Promise<void> {
    this.process.kill();
    await this.process;
  }
}
