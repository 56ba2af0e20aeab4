import http from "node:http";
import https from "node:https";
import { readFileSync } from "node:fs";
import type { ClusterAccess } from "./kubeconfig";

/** How long the API server may take to answer, in milliseconds. */
const answerWithinMs = 10_000;

/** An answer of the API server. */
export interface Answer<Body> {
  /** HTTP status. */
  status: number;
  /** The object, or the API's Status with a `message`. */
  body: Body & { message?: string };
}

/** Asks the API server of one cluster as the kubeconfig's user. */
export class Api {
  private constructor(
    private readonly server: string,
    private readonly options: https.RequestOptions,
  ) {}

  /**
   * Prepares the connection; runs the kubeconfig's own program where that hands out the credentials.
   * @throws Error where that program fails
   */
  static async connect({ cluster, user }: ClusterAccess): Promise<Api> {
    const options: https.RequestOptions = {
      ca: contents(cluster.caFile, cluster.caData),
      cert: contents(user?.certFile, user?.certData),
      key: contents(user?.keyFile, user?.keyData),
      servername: cluster.tlsServerName,
      headers: {
        Accept: "application/json",
        ...(user?.token && { Authorization: `Bearer ${user.token}` }),
        ...(user?.impersonateUser && { "Impersonate-User": user.impersonateUser }),
      },
      ...(user?.username && { auth: `${user.username}:${user.password ?? ""}` }),
      ...(cluster.skipTLSVerify && { rejectUnauthorized: false }),
    };
    if (user?.exec !== undefined) {
      const { ExecAuth } = await import("@kubernetes/client-node/dist/exec_auth.js");
      await new ExecAuth().applyAuthentication(user, options);
    }
    const plain = cluster.server.startsWith("http:");
    const { ca, cert, key, servername, rejectUnauthorized } = options;
    const agent = plain
      ? new http.Agent({ keepAlive: true })
      : new https.Agent({ keepAlive: true, ca, cert, key, servername, rejectUnauthorized });
    return new Api(cluster.server.replace(/\/$/, ""), { ...options, agent });
  }

  /** Closes the connections, which would keep the program from ending. */
  close(): void {
    (this.options.agent as http.Agent).destroy();
  }

  /** What stands at a path; any status is an answer. @throws Error where no answer comes */
  async get<Body>(path: string): Promise<Answer<Body>> {
    return this.ask("GET", path);
  }

  /** Asks for something that nothing is stored of: a review, or a creation with `?dryRun=All`. @throws Error where no answer comes */
  async review<Body>(path: string, body: unknown): Promise<Answer<Body>> {
    return this.ask("POST", path, body);
  }

  /** Makes an object; any status is an answer. @throws Error where no answer comes */
  async create<Body>(path: string, object: unknown): Promise<Answer<Body>> {
    return this.ask("POST", path, object);
  }

  /** Deletes an object, with a second for its containers to end; any status is an answer. @throws Error where no answer comes */
  async remove(path: string): Promise<Answer<unknown>> {
    return this.ask("DELETE", `${path}?gracePeriodSeconds=1`);
  }

  private ask<Body>(method: string, path: string, body?: unknown): Promise<Answer<Body>> {
    const url = this.server + path;
    const content = body === undefined ? undefined : JSON.stringify(body);
    const headers = {
      ...this.options.headers,
      ...(content !== undefined && {
        "Content-Type": "application/json",
        "Content-Length": Buffer.byteLength(content),
      }),
    };
    const { request } = url.startsWith("http:") ? http : https;
    return new Promise((resolve, reject) => {
      const sent = request(
        url,
        { ...this.options, headers, method, timeout: answerWithinMs },
        (response) => {
          response.setEncoding("utf8");
          let text = "";
          response.on("data", (chunk: string) => (text += chunk));
          response.on("error", reject);
          response.on("end", () =>
            resolve({ status: response.statusCode ?? 0, body: parsed<Body>(text) }),
          );
        },
      );
      sent.on("timeout", () =>
        sent.destroy(new Error(`no answer within ${answerWithinMs / 1000} s`)),
      );
      sent.on("error", reject);
      sent.end(content);
    });
  }
}

/** What a kubeconfig holds itself, in base64, or names a file of. */
function contents(file: string | undefined, data: string | undefined): Buffer | undefined {
  if (data !== undefined && data !== "") return Buffer.from(data, "base64");
  return file === undefined || file === "" ? undefined : readFileSync(file);
}

function parsed<Body>(text: string): Body & { message?: string } {
  try {
    return JSON.parse(text) as Body & { message?: string };
  } catch {
    return { message: text.trim() } as Body & { message?: string };
  }
}
