import { createHash, createPrivateKey } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { PrivateKey } from "@pulumi/tls/privateKey";

/** Key of the stack that signs short-lived tokens of its users (Ed25519, RFC 8037). */
export interface SigningKey {
  /** The key as a JWK in JSON, a secret. */
  privateKey: pulumi.Output<string>;
  /** Its public half as a JWK. */
  publicKey: pulumi.Output<Record<string, string>>;
}

/** Creates the key; it stays in the state until it is replaced, which ends every token that it signed. */
export function createSigningKey(name: string, opts: pulumi.CustomResourceOptions): SigningKey {
  const key = new PrivateKey(name, { algorithm: "ED25519" }, opts);
  const pair = key.privateKeyPemPkcs8.apply(keyPair);
  return {
    privateKey: pulumi.secret(pair.apply(({ privateKey }) => JSON.stringify(privateKey))),
    publicKey: pulumi.unsecret(pair.apply(({ publicKey }) => publicKey)),
  };
}

/** Both halves of a private key in PEM as JWKs, whose `kid` is the thumbprint of RFC 7638. */
function keyPair(pem: string): Record<"privateKey" | "publicKey", Record<string, string>> {
  const { kty = "", crv = "", x = "", d = "" } = createPrivateKey(pem).export({ format: "jwk" });
  const kid = createHash("sha256").update(JSON.stringify({ crv, kty, x })).digest("base64url");
  const publicKey = { kty, crv, x, kid, alg: "EdDSA", use: "sig" };
  return { publicKey, privateKey: { ...publicKey, d } };
}
