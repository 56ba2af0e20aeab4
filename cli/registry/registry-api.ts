import { setMaxListeners } from "node:events";
import { createSecureContext, rootCertificates } from "node:tls";
import { errors, Pool, type Dispatcher } from "undici";
import type { z } from "zod";
import { Failure } from "../failure";

/** How far a registry's answers are followed. What is beyond a bound is unknown: it is never cut off and never waited for. */
export interface Limits {
  /** Requests at the same time. A registry with htpasswd spends some 80 ms of a CPU on the password of each one. */
  parallel: number;
  /** Milliseconds until a connection is made. */
  connectMs: number;
  /** Milliseconds until an answer begins, and between two pieces of it. */
  answerMs: number;
  /** Milliseconds that all requests of a client may take together. */
  totalMs: number;
  /** Bytes of one answer's body. A manifest may have 4 MiB (distribution's `maxManifestBodySize`). */
  bodyBytes: number;
  /** Bytes of all bodies together. */
  totalBytes: number;
  /** Pages of one list. */
  pages: number;
  /** Redirects of one request. */
  redirects: number;
}

/** Bounds for a question that a person, or an unattended run, waits for. */
export const limits: Limits = {
  parallel: 4,
  connectMs: 5000,
  answerMs: 5000,
  totalMs: 60_000,
  bodyBytes: 4 * 2 ** 20,
  totalBytes: 256 * 2 ** 20,
  pages: 1000,
  redirects: 3,
};

/** Where a registry answers, and as whom it is asked. */
export interface RegistryAddress {
  /** Its URL; requests go only to its scheme, host and port. */
  endpoint: string;
  /** CA of its certificate, PEM; empty where Node.js knows it. */
  caCertificate: string;
  /** DNS name that its certificate must have; defaults to the host of `endpoint`. */
  serverName?: string;
  /** Path under which the API answers, as `wharf:distribution.http.prefix` has it: `/registry/`. Defaults to `/`. */
  prefix?: string;
  /** Name and password, sent with every request. Defaults to none. */
  login?: { user: string; password: string };
}

/** An answer, its body read to the end. */
export interface Answer {
  /** URL that answered. */
  url: URL;
  status: number;
  headers: Dispatcher.ResponseData["headers"];
  body: Buffer;
}

/** What a request carries. */
export interface RequestOptions {
  headers?: Record<string, string>;
  body?: string | Buffer;
  /** Whether a redirect is followed. Defaults to true. */
  follow?: boolean;
}

/** A registry that does not answer, answers with what nobody asked for, or with more than the bounds. */
export class RegistryFailure extends Failure {
  override name = "RegistryFailure";
}

const redirects = [301, 302, 303, 307, 308];

/**
 * A registry's HTTP API (OCI distribution specification 1.1) at one address. The registry is not trusted: the password goes to
 * its own scheme, host and port and nowhere else, whatever a `Link`, a `Location` or a `WWW-Authenticate` says, and what it sends
 * is read up to the bounds. It is to be closed.
 */
export class RegistryApi {
  private readonly pool: Pool;
  private readonly base: URL;
  private readonly deadline: AbortSignal;
  private received = 0;

  constructor(
    private readonly address: RegistryAddress,
    private readonly bounds: Limits = limits,
  ) {
    this.base = new URL(address.endpoint);
    const { caCertificate, serverName } = address;
    this.pool = new Pool(this.base.origin, {
      connections: bounds.parallel,
      pipelining: 1,
      headersTimeout: bounds.answerMs,
      bodyTimeout: bounds.answerMs,
      maxResponseSize: bounds.bodyBytes,
      connect: {
        timeout: bounds.connectMs,
        servername: serverName,
        // Made once: every connection would read all of the root certificates again.
        secureContext:
          caCertificate === ""
            ? undefined
            : createSecureContext({ ca: [caCertificate, ...rootCertificates] }),
      },
    });
    this.deadline = AbortSignal.timeout(bounds.totalMs);
    // Every request that waits for its turn listens to it.
    setMaxListeners(0, this.deadline);
  }

  /**
   * One request; a redirect of GET and HEAD is followed within the same origin, unless it is to be given back.
   * @param path path below the prefix, `/v2/...`, or an absolute URL that the registry gave, such as an upload's `Location`
   * @throws RegistryFailure where no whole answer comes within the bounds, or it leads to another origin
   */
  async send(
    method: Dispatcher.HttpMethod,
    path: string | URL,
    options: RequestOptions = {},
  ): Promise<Answer> {
    let url = typeof path === "string" && path.startsWith("/") ? this.at(path) : new URL(path);
    for (let followed = 0; ; followed++) {
      const answer = await this.once(method, url, options);
      const { location } = answer.headers;
      const leads =
        options.follow !== false &&
        ["GET", "HEAD"].includes(method) &&
        redirects.includes(answer.status);
      if (!leads || typeof location !== "string") return answer;
      if (followed === this.bounds.redirects) throw failure(url, "redirects too often");
      url = this.resolve(location, url);
    }
  }

  /**
   * GET of what must be there.
   * @throws RegistryFailure also where the answer is any other than 200
   */
  async get(path: string | URL, headers: Record<string, string> = {}): Promise<Answer> {
    const answer = await this.send("GET", path, { headers });
    if (answer.status !== 200) throw failure(answer.url, `answered ${answer.status}`);
    return answer;
  }

  /**
   * Every page of a list; undefined where the first one is not there (404).
   * @throws RegistryFailure where a page is not what `schema` says, and as `send` does
   */
  async pages<T>(path: string, schema: z.ZodType<T>): Promise<T[] | undefined> {
    const found: T[] = [];
    let next: URL | undefined = this.at(path);
    while (next !== undefined) {
      if (found.length === this.bounds.pages) {
        throw failure(next, `has more than ${this.bounds.pages} pages`);
      }
      const answer: Answer = await this.send("GET", next);
      if (answer.status === 404 && found.length === 0) return undefined;
      if (answer.status !== 200) throw failure(answer.url, `answered ${answer.status}`);
      found.push(parsed(answer, schema));
      // RFC 8288, as the distribution specification uses it: one link, to the next page.
      const link = /<([^>]*)>\s*;\s*rel="?next"?/.exec(String(answer.headers.link ?? ""))?.[1];
      next = link === undefined ? undefined : this.resolve(link, answer.url);
    }
    return found;
  }

  /** Ends every connection; requests under way fail. */
  async close(): Promise<void> {
    // Node.js reads the trace of what ends a stream, and to find its lines in the sources takes half a second.
    await this.pool.destroy(Object.assign(new Error("The connection was closed."), { stack: "" }));
  }

  private at(path: string): URL {
    const { prefix = "/" } = this.address;
    return new URL(prefix.replace(/\/$/, "") + path, this.base);
  }

  /** A place that the registry names, which must be its own. */
  private resolve(reference: string, from: URL): URL {
    if (!URL.canParse(reference, from.href))
      throw failure(from, "names a next page without a valid address");
    return this.own(new URL(reference, from), from);
  }

  private own(url: URL, from: URL): URL {
    if (url.origin === this.base.origin) return url;
    throw failure(from, `leads to another address, ${url.origin}, which Wharf does not follow`);
  }

  private async once(
    method: Dispatcher.HttpMethod,
    url: URL,
    { headers, body }: RequestOptions,
  ): Promise<Answer> {
    this.own(url, this.base);
    const { login } = this.address;
    const authorization =
      login && `Basic ${Buffer.from(`${login.user}:${login.password}`).toString("base64")}`;
    try {
      const response = await this.pool.request({
        method,
        path: url.pathname + url.search,
        headers: { ...headers, ...(authorization !== undefined && { authorization }) },
        body,
        signal: this.deadline,
      });
      const bytes = Buffer.from(await response.body.arrayBuffer());
      this.received += bytes.length;
      if (this.received > this.bounds.totalBytes) {
        throw failure(url, `is beyond ${this.bounds.totalBytes} bytes in all`);
      }
      return { url, status: response.statusCode, headers: response.headers, body: bytes };
    } catch (error) {
      throw error instanceof RegistryFailure ? error : failure(url, this.reason(error));
    }
  }

  /** What went wrong, after the address. */
  private reason(error: unknown): string {
    if (this.deadline.aborted) return `was not answered in ${this.bounds.totalMs / 1000} s in all`;
    if (error instanceof errors.ResponseExceededMaxSizeError) {
      return `answers with more than ${this.bounds.bodyBytes} bytes`;
    }
    const timedOut = [
      errors.HeadersTimeoutError,
      errors.BodyTimeoutError,
      errors.ConnectTimeoutError,
    ];
    if (timedOut.some((kind) => error instanceof kind)) return "does not answer in time";
    const { code, message } = error as NodeJS.ErrnoException;
    // Several addresses of a name fail with an error each and no message over all.
    return `does not answer: ${message || code || "no connection"}`;
  }
}

/**
 * The JSON of an answer's body.
 * @throws RegistryFailure where it is not JSON, or not of the shape
 */
export function parsed<T>({ url, body }: Pick<Answer, "url" | "body">, schema: z.ZodType<T>): T {
  let json: unknown;
  try {
    json = JSON.parse(body.toString("utf8"));
  } catch {
    throw failure(url, "answers with what is not JSON");
  }
  const checked = schema.safeParse(json);
  if (!checked.success) throw failure(url, "does not answer as a registry does");
  return checked.data;
}

/** Most characters of a path that are shown: it may be the registry's own choice. */
const shownPath = 200;

function failure({ origin, pathname }: URL, what: string): RegistryFailure {
  return new RegistryFailure(`${origin}${pathname.slice(0, shownPath)} ${what}`);
}
