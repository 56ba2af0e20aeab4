import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey } from "jose";
import { createCertificate } from "../support/loopback-certificate";

/** Somebody whom a token server knows. */
export interface TokenUser {
  password: string;
  /** What they may do in repositories below this name. */
  below: string;
  actions: string[];
}

const [issuer, service] = ["token server of a test", "registry of a test"];

/**
 * A token server on loopback as Docker's token authentication describes one: a client brings a name, a password and what it wants, and
 * gets a token of as much of that as it may.
 */
export class TokenServer {
  private constructor(
    private readonly server: Server,
    private readonly directory: string,
    private readonly users: Record<string, TokenUser>,
    private readonly key: CryptoKey,
    private readonly jwks: string,
  ) {}

  static async start(users: Record<string, TokenUser>): Promise<TokenServer> {
    const directory = await mkdtemp(join(tmpdir(), "wharf-tokens-"));
    const { certificatePath, keyPath } = createCertificate(directory, "DNS:localhost");
    const { privateKey, publicKey } = await generateKeyPair("ES256");
    const jwk = { ...(await exportJWK(publicKey)), kid: "of a test", alg: "ES256", use: "sig" };
    const server = createServer({
      cert: await readFile(certificatePath),
      key: await readFile(keyPath),
    });
    const jwks = JSON.stringify({ keys: [jwk] });
    const tokens = new TokenServer(server, directory, users, privateKey, jwks);
    server.on("request", (request, response) => {
      const [name = "", password] = Buffer.from(
        (request.headers.authorization ?? "").replace(/^Basic /, ""),
        "base64",
      )
        .toString()
        .split(":");
      const user = users[name];
      if (user === undefined || user.password !== password) {
        response.writeHead(401).end();
        return;
      }
      const scopes = new URL(request.url ?? "", "https://localhost").searchParams.getAll("scope");
      void tokens
        .token(
          name,
          scopes.flatMap((scope) => scope.split(" ")),
        )
        .then((token) => {
          response.end(JSON.stringify({ token, access_token: token, expires_in: 300 }));
        });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return tokens;
  }

  /** `wharf:auth` of a registry that this server decides for. */
  get auth(): object {
    const { port } = this.server.address() as AddressInfo;
    const realm = `https://localhost:${port}/token`;
    return { mode: "token", token: { realm, service, issuer, jwks: this.jwks } };
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    await rm(this.directory, { recursive: true });
  }

  /** A token of what a user may of the scopes that are asked for, such as `repository:shop/api:pull,push`. */
  private token(name: string, scopes: string[]): Promise<string> {
    const { below, actions } = this.users[name] as TokenUser;
    const access = scopes.flatMap((scope) => {
      const [type, repository = "", asked = ""] = scope.split(":");
      const may = asked.split(",").filter((action) => actions.includes(action));
      const has = type === "repository" && repository.startsWith(`${below}/`) && may.length > 0;
      return has ? [{ type, name: repository, actions: may }] : [];
    });
    return new SignJWT({ access })
      .setProtectedHeader({ alg: "ES256", kid: "of a test", typ: "JWT" })
      .setIssuer(issuer)
      .setSubject(name)
      .setAudience(service)
      .setJti(randomUUID())
      .setIssuedAt()
      .setNotBefore("0 s")
      .setExpirationTime("5 min")
      .sign(this.key);
  }
}
