import { createHmac } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer as createPlainServer, type RequestListener, type Server } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import type { LoopbackCertificate } from "./loopback-certificate";

/** One request that a webhook took. */
export interface Heard {
  body: string;
  /** Its header `X-Wharf-Signature`. */
  signature: string | string[] | undefined;
}

/** A server on loopback that hears what is told to it. */
export class WebhookListener {
  readonly heard: Heard[] = [];
  /** How many requests are turned away before one is taken. */
  refusals = 0;

  private constructor(
    private readonly server: Server,
    private readonly scheme: "http" | "https",
  ) {}

  /** @param certificate of 127.0.0.1; without one it listens unencrypted */
  static async start(certificate?: LoopbackCertificate): Promise<WebhookListener> {
    const take: RequestListener = (request, response) => {
      void buffer(request).then((body) => {
        response.statusCode = listener.refusals-- > 0 ? 503 : 204;
        if (response.statusCode === 204) {
          const signature = request.headers["x-wharf-signature"];
          listener.heard.push({ body: String(body), signature });
        }
        response.end();
      });
    };
    const listener =
      certificate === undefined
        ? new WebhookListener(createPlainServer(take), "http")
        : new WebhookListener(
            createServer({ cert: certificate.ca, key: readFileSync(certificate.keyPath) }, take),
            "https",
          );
    await once(listener.server.listen(0, "127.0.0.1"), "listening");
    return listener;
  }

  /** Its address, with a path that nobody else is to know. */
  url(path: string): string {
    return `${this.scheme}://127.0.0.1:${(this.server.address() as AddressInfo).port}${path}`;
  }

  stop(): void {
    this.server.close();
  }
}

/** What a request's signature is to be. */
export function signatureOf(body: string, secret: string): string {
  return `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
}
