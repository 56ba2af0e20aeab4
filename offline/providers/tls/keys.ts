import { createPrivateKey, createPublicKey, sign, type KeyObject } from "node:crypto";
import { AlgorithmIdentifier } from "@peculiar/asn1-x509";

/** The kinds of key, named as the official plugin names them. */
export type KeyAlgorithm = "RSA" | "ECDSA" | "ED25519";

/** The kind of a key; throws for one that certificates are not made with here. */
export function keyAlgorithm(key: KeyObject): KeyAlgorithm {
  switch (key.asymmetricKeyType) {
    case "rsa":
      return "RSA";
    case "ec":
      return "ECDSA";
    case "ed25519":
      return "ED25519";
    default:
      throw new Error(`A key of the kind ${key.asymmetricKeyType ?? "secret"} cannot sign here.`);
  }
}

/** Reads a private key in PEM: PKCS#1, SEC 1 or PKCS#8, unencrypted. */
export function readPrivateKey(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    throw new Error("The private key is not an unencrypted private key in PEM format.");
  }
}

/** A public key, or the public half of a private one, as SubjectPublicKeyInfo in DER. */
export function publicKeyInfo(key: KeyObject): Buffer {
  const publicKey = key.type === "public" ? key : createPublicKey(key);
  return publicKey.export({ format: "der", type: "spki" });
}

// Signatures as Go's crypto/x509 picks them: SHA-256 with RSA, with a curve the hash of its size.
const ecdsaSignatures: Record<string, { oid: string; hash: string }> = {
  secp384r1: { oid: "1.2.840.10045.4.3.3", hash: "sha384" },
  secp521r1: { oid: "1.2.840.10045.4.3.4", hash: "sha512" },
};
const ecdsaWithSha256 = { oid: "1.2.840.10045.4.3.2", hash: "sha256" };
const rsaWithSha256 = { oid: "1.2.840.113549.1.1.11", hash: "sha256" };
const ed25519 = { oid: "1.3.101.112", hash: undefined };

function signature(key: KeyObject): { oid: string; hash: string | undefined } {
  switch (keyAlgorithm(key)) {
    case "RSA":
      return rsaWithSha256;
    case "ECDSA":
      return ecdsaSignatures[key.asymmetricKeyDetails?.namedCurve ?? ""] ?? ecdsaWithSha256;
    case "ED25519":
      return ed25519;
  }
}

/** How a signature of this key is named in a certificate. */
export function signatureAlgorithm(key: KeyObject): AlgorithmIdentifier {
  const { oid } = signature(key);
  // RFC 4055 5: RSA's parameters are an ASN.1 NULL; the others have none.
  const parameters = oid === rsaWithSha256.oid ? new Uint8Array([5, 0]).buffer : undefined;
  return new AlgorithmIdentifier({ algorithm: oid, ...(parameters && { parameters }) });
}

/** Signs what a certificate or a request says. */
export function signWith(key: KeyObject, content: ArrayBuffer): ArrayBuffer {
  return bytes(sign(signature(key).hash, Buffer.from(content), key));
}

/** A copy of a buffer's bytes in the form that the ASN.1 library takes. */
export function bytes(buffer: Buffer): ArrayBuffer {
  return new Uint8Array(buffer).buffer;
}
