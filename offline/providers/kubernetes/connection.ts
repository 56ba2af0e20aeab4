import { readFileSync, existsSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import { homedir } from "node:os";
import { join } from "node:path";
import { KubeConfig } from "@kubernetes/client-node";
import type { Values } from "../values";

/** How long the API server may take to answer a request other than a watch, in milliseconds. */
const answerWithinMs = 30_000;

/** Where the provider finds its cluster; every part may be left out. */
export interface ClusterChoice {
  /** A path or the contents of a kubeconfig; by default KUBECONFIG, then ~/.kube/config, then the Pod's service account. */
  kubeconfig?: string;
  context?: string;
  cluster?: string;
}

/** The API server refused a request; the message is its own, which is a sentence. */
export class ApiError extends Error {
  constructor(
    /** The HTTP status code. */
    readonly code: number,
    /** Kubernetes' name for the kind of error, such as `AlreadyExists`. */
    readonly reason: string,
    message: string,
  ) {
    super(message);
  }
}

/** The API server could not be reached at all. */
export class Unreachable extends Error {}

/** A request to the API server. */
export interface Ask {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  query?: Record<string, string | undefined>;
  body?: unknown;
  contentType?: string;
  signal?: AbortSignal;
}

/**
 * Loads the kubeconfig.
 *
 * @throws {Unreachable} where there is none or it names no cluster
 */
export function loadKubeConfig({ kubeconfig, context, cluster }: ClusterChoice): KubeConfig {
  const config = new KubeConfig();
  try {
    if (kubeconfig) {
      const path = kubeconfig.replace(/^~(?=$|\/)/, homedir());
      if (existsSync(path)) config.loadFromFile(path);
      else config.loadFromString(kubeconfig);
    } else config.loadFromDefault();
  } catch (error) {
    throw new Unreachable(`the kubeconfig cannot be read: ${oneLine(error)}`);
  }
  if (context !== undefined) {
    if (!config.getContextObject(context)) {
      const known = config.getContexts().map(({ name }) => name);
      throw new Unreachable(
        `the kubeconfig has no context "${context}"; it has ${known.join(", ") || "none"}`,
      );
    }
    config.setCurrentContext(context);
  }
  if (cluster !== undefined) {
    const name = config.getCurrentContext();
    config.contexts = config
      .getContexts()
      .map((each) => (each.name === name ? { ...each, cluster } : each));
  }
  if (!config.getCurrentCluster()) {
    throw new Unreachable(
      cluster === undefined
        ? "no kubeconfig names a cluster: set kubernetes:kubeconfig, KUBECONFIG or ~/.kube/config"
        : `the kubeconfig has no cluster "${cluster}"`,
    );
  }
  return config;
}

function oneLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split("\n", 1)[0] ?? "";
}

/** Speaks HTTP with the API server of one cluster, as the kubeconfig's user. */
export class Connection {
  private agent: http.Agent | undefined;
  private credentials = "";

  constructor(private readonly config: KubeConfig) {}

  /** The address of the API server. */
  get server(): string {
    return this.config.getCurrentCluster()?.server ?? "";
  }

  /** Asks the API server and returns its answer. @throws {ApiError | Unreachable} */
  async ask(path: string, ask: Ask = {}): Promise<Values> {
    const response = await this.send(path, ask, answerWithinMs);
    response.setEncoding("utf8");
    let text = "";
    for await (const chunk of response) text += chunk as string;
    const code = response.statusCode ?? 0;
    const answer = parse(text);
    if (code < 200 || code > 299) {
      const message = typeof answer?.message === "string" ? answer.message : text.trim();
      const reason = typeof answer?.reason === "string" ? answer.reason : "";
      throw new ApiError(code, reason, message || `the API server answered with HTTP ${code}`);
    }
    return answer ?? {};
  }

  /** Hands over the objects of a watch, one by one, until the API server ends it or `signal` aborts. */
  async *watch(path: string, ask: Ask): AsyncGenerator<Values> {
    const query = { ...ask.query, watch: "true", allowWatchBookmarks: "true" };
    const response = await this.send(path, { ...ask, query });
    if (response.statusCode !== 200) {
      response.resume();
      throw new ApiError(response.statusCode ?? 0, "", `HTTP ${response.statusCode} for a watch`);
    }
    response.setEncoding("utf8");
    let rest = "";
    try {
      for await (const chunk of response) {
        const lines = (rest + (chunk as string)).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) {
          const event = parse(line);
          if (event) yield event;
        }
      }
    } finally {
      response.destroy();
    }
  }

  private async send(path: string, ask: Ask, timeout?: number): Promise<http.IncomingMessage> {
    const { method = "GET", body, signal } = ask;
    const url = new URL(this.server.replace(/\/$/, "") + path);
    for (const [name, value] of Object.entries(ask.query ?? {})) {
      if (value !== undefined) url.searchParams.set(name, value);
    }
    const options = await this.authenticated();
    const content = body === undefined ? undefined : JSON.stringify(body);
    const headers = {
      ...options.headers,
      Accept: "application/json",
      ...(content && { "Content-Type": ask.contentType ?? "application/json" }),
      ...(content && { "Content-Length": Buffer.byteLength(content) }),
    };
    const { request } = url.protocol === "http:" ? http : https;
    return await new Promise((resolve, reject) => {
      const sent = request(url, { ...options, headers, method, signal, timeout }, resolve);
      sent.on("timeout", () =>
        sent.destroy(new Error(`no answer within ${answerWithinMs / 1000} seconds`)),
      );
      sent.on("error", (error) =>
        reject(
          signal?.aborted
            ? error
            : new Unreachable(`${this.server} cannot be reached: ${oneLine(error)}`),
        ),
      );
      sent.end(content);
    });
  }

  // An agent per set of credentials keeps the connections open; those that a program hands out change.
  private async authenticated(): Promise<https.RequestOptions> {
    const options: https.RequestOptions = {};
    await this.config.applyToHTTPSOptions(options);
    const { cert, key, ca, agent } = options;
    const credentials = JSON.stringify([cert, key, ca].map((part) => part?.toString()));
    if (this.agent === undefined || credentials !== this.credentials) {
      this.credentials = credentials;
      this.agent = agent as http.Agent;
      if (!this.config.getCurrentCluster()?.proxyUrl) {
        const settings = { ...(agent as https.Agent).options, keepAlive: true };
        this.agent = this.server.startsWith("http:")
          ? new http.Agent({ keepAlive: true })
          : new https.Agent(settings);
      }
    }
    return { ...options, agent: this.agent };
  }
}

function parse(text: string): Values | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Values) : undefined;
  } catch {
    return undefined;
  }
}

/** The namespace of the kubeconfig's context, else the one that a Pod runs in. */
export function contextNamespace(config: KubeConfig): string | undefined {
  const { namespace } = config.getContextObject(config.getCurrentContext()) ?? {};
  if (namespace) return namespace;
  const file = join("/var/run/secrets/kubernetes.io/serviceaccount", "namespace");
  return config.getCurrentContext() === "inClusterContext" && existsSync(file)
    ? readFileSync(file, "utf8").trim()
    : undefined;
}
