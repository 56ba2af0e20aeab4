import { createDecipheriv, pbkdf2 } from "node:crypto";
import { promisify } from "node:util";

/** A state's file, as far as it is read here. */
interface StateFile {
  checkpoint: {
    latest: {
      secrets_providers: { state: { salt: string } };
      resources?: { type: string; outputs?: Record<string, unknown> }[];
    };
  };
}

/** How a state marks a secret (SigKey in Pulumi's sdk/go/common/resource/sig). */
const mark = "4dabf18193072939515e22adb298388d";

/** Keys by passphrase and salt, each a fifth of a second of processor time. */
const keys = new Map<string, Promise<Buffer>>();

/** The key that Pulumi derives of a passphrase (sdk/go/common/resource/config/crypt.go). */
function keyOf(passphrase: string, salt: string): Promise<Buffer> {
  const known = `${passphrase} ${salt}`;
  const derived =
    keys.get(known) ??
    promisify(pbkdf2)(passphrase, Buffer.from(salt, "base64"), 1_000_000, 32, "sha256");
  keys.set(known, derived);
  return derived;
}

/**
 * The outputs of a stack out of its state's file, secrets in plaintext: what `wharf outputs --json --show-secrets` prints, without two
 * processes for it.
 */
export async function openedOutputs(
  text: string,
  passphrase: string,
): Promise<Record<string, unknown>> {
  const { latest } = (JSON.parse(text) as StateFile).checkpoint;
  const [, salt = ""] = latest.secrets_providers.state.salt.split(":");
  const key = await keyOf(passphrase, salt);
  const stack = latest.resources?.find(({ type }) => type === "pulumi:pulumi:Stack");
  return JSON.parse(JSON.stringify(stack?.outputs), (_, part: unknown) =>
    isSecret(part) ? (JSON.parse(opened(part.ciphertext, key)) as unknown) : part,
  ) as Record<string, unknown>;
}

function isSecret(part: unknown): part is { ciphertext: string } {
  return typeof part === "object" && part !== null && mark in part;
}

/** `v1:<nonce>:<what AES-GCM made of it, and its tag>`. */
function opened(ciphertext: string, key: Buffer): string {
  const [, nonce = "", sealed = ""] = ciphertext.split(":");
  const bytes = Buffer.from(sealed, "base64");
  const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64"));
  decipher.setAuthTag(bytes.subarray(-16));
  return decipher.update(bytes.subarray(0, -16), undefined, "utf8") + decipher.final("utf8");
}
