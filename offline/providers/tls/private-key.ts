import { createHash, createPublicKey, generateKeyPair, type KeyObject } from "node:crypto";
import { promisify } from "node:util";
import type { Resource } from "../resource";
import { number, text, type Values } from "../values";
import { openSshKey } from "./openssh";

const generate = promisify(generateKeyPair);

// Node's names for the curves that the official plugin offers.
const curves: Record<string, string> = {
  P224: "secp224r1",
  P256: "prime256v1",
  P384: "secp384r1",
  P521: "secp521r1",
};

/** A private key in every format that the official plugin gives; any change makes a new key. */
export const privateKey: Resource = {
  properties: {
    algorithm: {
      type: "string",
      required: true,
      replaces: true,
      check: (value) =>
        ["RSA", "ECDSA", "ED25519"].includes(String(value))
          ? undefined
          : 'must be "RSA", "ECDSA" or "ED25519"',
    },
    ecdsaCurve: {
      type: "string",
      default: "P224",
      replaces: true,
      check: (value) =>
        curves[String(value)] ? undefined : `must be one of ${Object.keys(curves).join(", ")}`,
    },
    rsaBits: {
      type: "number",
      default: 2048,
      replaces: true,
      // Smaller keys are refused by the official plugin's cryptography, too.
      check: (value) => (Number(value) >= 1024 ? undefined : "must be at least 1024"),
    },
    privateKeyOpenssh: { type: "string", output: true },
    privateKeyPem: { type: "string", output: true },
    privateKeyPemPkcs8: { type: "string", output: true },
    publicKeyFingerprintMd5: { type: "string", output: true },
    publicKeyFingerprintSha256: { type: "string", output: true },
    publicKeyOpenssh: { type: "string", output: true },
    publicKeyPem: { type: "string", output: true },
  },
  secrets: ["privateKeyOpenssh", "privateKeyPem", "privateKeyPemPkcs8"],
  stateVersion: 1,
  async create(planned: Values) {
    const key = await generateKey(planned);
    const publicKey = createPublicKey(key);
    const spki = publicKey.export({ format: "der", type: "spki" });
    const id = createHash("sha1").update(spki).digest("hex");
    const openSsh = openSshKey(key);
    const state: Values = {
      ...planned,
      id,
      privateKeyOpenssh: openSsh.privateKey,
      privateKeyPem: traditionalPem(key),
      privateKeyPemPkcs8: key.export({ format: "pem", type: "pkcs8" }) as string,
      publicKeyFingerprintMd5: openSsh.fingerprintMd5,
      publicKeyFingerprintSha256: openSsh.fingerprintSha256,
      publicKeyOpenssh: openSsh.publicKey,
      publicKeyPem: publicKey.export({ format: "pem", type: "spki" }) as string,
    };
    return { id, state };
  },
  read: async (id, state) => ({ id, state }),
  update: async (_id, state, planned) => ({ ...state, ...planned }),
  delete: async () => {},
};

async function generateKey(planned: Values): Promise<KeyObject> {
  switch (text(planned, "algorithm")) {
    case "RSA":
      return (await generate("rsa", { modulusLength: number(planned, "rsaBits") })).privateKey;
    case "ECDSA": {
      const namedCurve = curves[text(planned, "ecdsaCurve")] ?? "";
      return (await generate("ec", { namedCurve })).privateKey;
    }
    default:
      return (await generate("ed25519")).privateKey;
  }
}

// PKCS#1 for RSA, SEC 1 for elliptic curves; an Ed25519 key has no older form than PKCS#8.
function traditionalPem(key: KeyObject): string {
  const types = { rsa: "pkcs1", ec: "sec1" } as const;
  const type = types[key.asymmetricKeyType as keyof typeof types] ?? "pkcs8";
  return key.export({ format: "pem", type }) as string;
}
