import { createPrivateKey, randomUUID, sign, type JsonWebKey } from "node:crypto";
import {
  actions,
  maintenanceUser,
  registryRealm,
  type PolicyRule,
} from "../../components/access/distribution";
import type { StackOutputs } from "../stack/outputs";

/** What a token is for. */
export interface TokenClaims {
  /** User of the registry whose rights bound those of the token. */
  user: string;
  /** What the token may do, as far as the user may. */
  access: PolicyRule[];
  /** Seconds from now until it is refused. */
  seconds: number;
  /** Identifier by which it can be revoked. Defaults to a new one. */
  id?: string;
}

/** How far the clocks of this machine and of the registry may differ, in seconds. */
const skewSeconds = 60;

/**
 * A token that a registry with roles takes as the password of its user: a JSON Web Token signed with the stack's key (RFC 7519, RFC 8037).
 * @param signingKey the stack's output `tokenSigningKey`, a private JWK as JSON
 */
export function signedToken(
  signingKey: string,
  { user, access, seconds, id }: TokenClaims,
): string {
  const key = JSON.parse(signingKey) as JsonWebKey & { kid: string };
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    ...{ iss: "wharf", aud: registryRealm, sub: user, jti: id ?? randomUUID() },
    ...{ iat: now, nbf: now - skewSeconds, exp: now + seconds, access },
  };
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const content = `${part({ alg: "EdDSA", typ: "JWT", kid: key.kid })}.${part(claims)}`;
  const signature = sign(null, Buffer.from(content), createPrivateKey({ key, format: "jwk" }));
  return `${content}.${signature.toString("base64url")}`;
}

/** How long a command may work on a registry, in seconds. */
const commandSeconds = 3600;

/**
 * Whom a command works as on a registry that Wharf runs: with roles as Wharf's own user, who may do everything, by a token that ends with
 * the command; else as any user, who may do everything as well. Undefined where nobody logs in, or a token server says who does.
 * @param seconds how long the token is valid
 */
export function commandLogin(
  { credentials, tokenSigningKey }: Pick<StackOutputs, "credentials" | "tokenSigningKey">,
  seconds = commandSeconds,
): { user: string; password: string } | undefined {
  if (tokenSigningKey !== undefined && tokenSigningKey !== "") {
    const access = [{ repositories: ["**"], actions: [...actions] }];
    const claims = { user: maintenanceUser, access, seconds };
    return { user: maintenanceUser, password: signedToken(tokenSigningKey, claims) };
  }
  const [first] = Object.entries(credentials);
  return first && { user: first[0], password: first[1] };
}
