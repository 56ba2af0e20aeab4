import {
  createHash,
  createPublicKey,
  randomBytes,
  type JsonWebKey,
  type KeyObject,
} from "node:crypto";
import { keyAlgorithm } from "./keys";

/** A key pair in OpenSSH's formats; every field is "" for P224, which OpenSSH does not know. */
export interface OpenSshKey {
  privateKey: string;
  /** One line as in `authorized_keys`, with a newline and no comment. */
  publicKey: string;
  fingerprintMd5: string;
  fingerprintSha256: string;
}

// RFC 5656 names the curves in its own way.
const curves: Record<string, string> = {
  "P-256": "nistp256",
  "P-384": "nistp384",
  "P-521": "nistp521",
};

/** Writes a private key and its public half as OpenSSH does (PROTOCOL.key, RFC 4253 6.6, RFC 8709). */
export function openSshKey(key: KeyObject): OpenSshKey {
  if (key.asymmetricKeyDetails?.namedCurve === "secp224r1") {
    return { privateKey: "", publicKey: "", fingerprintMd5: "", fingerprintSha256: "" };
  }
  const { type, publicFields, privateFields } = fields(key);
  const publicBlob = Buffer.concat([string(type), ...publicFields]);
  const md5 = createHash("md5").update(publicBlob).digest("hex");
  const sha256 = createHash("sha256").update(publicBlob).digest("base64").replace(/=+$/, "");
  return {
    privateKey: privateKeyFile(type, publicBlob, privateFields),
    publicKey: `${type} ${publicBlob.toString("base64")}\n`,
    fingerprintMd5: (md5.match(/../g) ?? []).join(":"),
    fingerprintSha256: `SHA256:${sha256}`,
  };
}

function fields(key: KeyObject): { type: string; publicFields: Buffer[]; privateFields: Buffer[] } {
  const jwk = key.export({ format: "jwk" });
  switch (keyAlgorithm(key)) {
    case "RSA":
      return {
        type: "ssh-rsa",
        publicFields: [integer(jwk, "e"), integer(jwk, "n")],
        privateFields: (["n", "e", "d", "qi", "p", "q"] as const).map((name) => integer(jwk, name)),
      };
    case "ECDSA": {
      const curve = curves[jwk.crv ?? ""] ?? "";
      const spki = createPublicKey(key).export({ format: "der", type: "spki" });
      // The uncompressed point ends the key info: 0x04, then both coordinates.
      const point = spki.subarray(spki.length - 2 * bytes(jwk, "x").length - 1);
      return {
        type: `ecdsa-sha2-${curve}`,
        publicFields: [string(curve), string(point)],
        privateFields: [string(curve), string(point), integer(jwk, "d")],
      };
    }
    case "ED25519": {
      const seed = bytes(jwk, "d");
      const point = bytes(jwk, "x");
      return {
        type: "ssh-ed25519",
        publicFields: [string(point)],
        privateFields: [string(point), string(Buffer.concat([seed, point]))],
      };
    }
  }
}

function privateKeyFile(type: string, publicBlob: Buffer, privateFields: Buffer[]): string {
  // The same four random bytes twice show a reader that decryption went well.
  const check = randomBytes(4);
  const secret = Buffer.concat([check, check, string(type), ...privateFields, string("")]);
  const padding = Buffer.from(
    Array.from({ length: (8 - (secret.length % 8)) % 8 }, (_, at) => at + 1),
  );
  const one = Buffer.from([0, 0, 0, 1]);
  const file = Buffer.concat([
    Buffer.from("openssh-key-v1\0"),
    string("none"),
    string("none"),
    string(""),
    one,
    string(publicBlob),
    string(Buffer.concat([secret, padding])),
  ]);
  const lines = file.toString("base64").match(/.{1,64}/g) ?? [];
  const [begin, end] = ["BEGIN", "END"].map((word) => `-----${word} OPENSSH PRIVATE KEY-----`);
  return `${begin}\n${lines.join("\n")}\n${end}\n`;
}

function bytes(jwk: JsonWebKey, name: keyof JsonWebKey): Buffer {
  return Buffer.from(String(jwk[name] ?? ""), "base64url");
}

// RFC 4251 5: a string is its length and its bytes; an integer is a string without leading zeros,
// but for one that keeps the sign positive.
function string(value: Buffer | string): Buffer {
  const content = Buffer.from(value as string);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  return Buffer.concat([length, content]);
}

function integer(jwk: JsonWebKey, name: keyof JsonWebKey): Buffer {
  const value = bytes(jwk, name);
  const first = value.findIndex((byte) => byte !== 0);
  const trimmed = value.subarray(Math.max(first, 0));
  const negative = (trimmed[0] ?? 0) >= 0x80;
  return string(negative ? Buffer.concat([Buffer.from([0]), trimmed]) : trimmed);
}
