import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import type { ClientRequest, IncomingMessage } from "node:http";
import { request } from "node:https";

const mebibyte = 2 ** 20;
const size = 50;

/** A push of one blob of 50 MiB by the registry's API (OCI distribution specification 1.1, "Pushing a blob in chunks"). */
export class Upload {
  private readonly digest = createHash("sha256");

  private constructor(
    private readonly location: URL,
    private readonly options: { ca: string; auth: string },
    private readonly patch: ClientRequest,
  ) {}

  /** Begins as user `admin` and sends all but the last MiB. */
  static async start(
    host: string,
    repository: string,
    password: string,
    ca: string,
  ): Promise<Upload> {
    const options = { ca, auth: `admin:${password}` };
    const session = request(`https://${host}/v2/${repository}/blobs/uploads/`, {
      ...options,
      method: "POST",
    });
    const location = new URL(String((await answer(session.end())).headers.location));
    const patch = request(location, {
      ...options,
      method: "PATCH",
      headers: { "Content-Type": "application/octet-stream", "Content-Length": size * mebibyte },
    });
    const upload = new Upload(location, options, patch);
    for (let sent = 0; sent < size - 1; sent++) await upload.send(randomBytes(mebibyte));
    return upload;
  }

  /** Sends the last MiB and closes the blob; the status of that, 201 where the registry has it whole. */
  async finish(): Promise<number> {
    await this.send(randomBytes(mebibyte));
    const patched = await answer(this.patch.end());
    const location = new URL(String(patched.headers.location), this.location);
    location.searchParams.set("digest", `sha256:${this.digest.digest("hex")}`);
    return (
      (await answer(request(location, { ...this.options, method: "PUT" }).end())).statusCode ?? 0
    );
  }

  private async send(bytes: Buffer): Promise<void> {
    this.digest.update(bytes);
    if (!this.patch.write(bytes)) await once(this.patch, "drain");
  }
}

async function answer(sent: ClientRequest): Promise<IncomingMessage> {
  const [message] = (await once(sent, "response")) as [IncomingMessage];
  message.resume();
  await once(message, "end");
  return message;
}
