import { request } from "node:http";
import { connect } from "node:net";
import pRetry from "p-retry";
import type { Announce } from "./announce";

/** How long a host may take to accept a connection before it counts as unreachable, in milliseconds. */
const patienceMs = 3_000;

/**
 * Whether a host accepts connections within three seconds, by the proxy of `HTTPS_PROXY` where one is set (and `NO_PROXY` does not
 * name the host).
 *
 * @param authority `host` or `host:port`; the port defaults to 443
 */
export function isReachable(authority: string): Promise<boolean> {
  const { hostname, port } = new URL(`https://${authority}`);
  const proxy = proxyFor(hostname);
  const target = { host: hostname, port: Number(port || 443) };
  return proxy === undefined ? accepts(target) : acceptsThrough(proxy, target);
}

/** Whether any of several hosts is reachable; asks all at once. */
export async function isAnyReachable(authorities: string[]): Promise<boolean> {
  return (await Promise.all(authorities.map(isReachable))).includes(true);
}

interface Target {
  host: string;
  port: number;
}

function accepts(target: Target): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(target);
    const settle = (reachable: boolean) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(reachable);
    };
    // The socket's own timeout does not run while a name is being looked up.
    const timer = setTimeout(() => settle(false), patienceMs);
    socket.once("connect", () => settle(true)).once("error", () => settle(false));
  });
}

function acceptsThrough(proxy: URL, { host, port }: Target): Promise<boolean> {
  return new Promise((resolve) => {
    const credentials = decodeURIComponent(`${proxy.username}:${proxy.password}`);
    const asked = request({
      host: proxy.hostname,
      port: proxy.port || 80,
      method: "CONNECT",
      path: `${host}:${port}`,
      headers: proxy.username
        ? { "proxy-authorization": `Basic ${Buffer.from(credentials).toString("base64")}` }
        : {},
    });
    const settle = (reachable: boolean) => {
      clearTimeout(timer);
      asked.destroy();
      resolve(reachable);
    };
    const timer = setTimeout(() => settle(false), patienceMs);
    asked.once("connect", ({ statusCode }) => settle(statusCode === 200));
    asked.once("response", () => settle(false)).once("error", () => settle(false));
    asked.end();
  });
}

/** The proxy by which a host is reached over HTTPS, as `HTTPS_PROXY` and `NO_PROXY` say in either spelling; undefined for none. */
export function proxyFor(host: string): URL | undefined {
  const { env } = process;
  const proxy = env.HTTPS_PROXY || env.https_proxy;
  if (!proxy) return undefined;
  const direct = (env.NO_PROXY || env.no_proxy || "").split(",").map((name) => name.trim());
  const bypassed = direct.some(
    (name) =>
      name === "*" || (name !== "" && `.${host}`.endsWith(`.${name.replace(/^\*?\./, "")}`)),
  );
  return bypassed ? undefined : new URL(proxy.includes("://") ? proxy : `http://${proxy}`);
}

/** How often what met an outage is tried again: after 1, 2, 4, 8 and 16 seconds, so that one of half a minute is outlasted. */
export const outageRetries = 5;

/** How Go says that a server was not reached or left, which may pass. */
const outage =
  /dial tcp|i\/o timeout|TLS handshake timeout|connection reset|unexpected EOF|: 50[234] /i;

/**
 * Does something that needs the network, again where that is away for a moment: a build of minutes is not to fail by a second without
 * an answer. What was downloaded by then need not be downloaded again.
 */
export function outlastOutage<T>(get: () => Promise<T>, announce?: Announce): Promise<T> {
  return pRetry(get, {
    retries: outageRetries,
    shouldRetry: ({ error }) => outage.test(error.message),
    onFailedAttempt: ({ attemptNumber, error, retriesLeft }) => {
      if (retriesLeft === 0 || !outage.test(error.message)) return;
      announce?.update(`the network is away, tried again in ${2 ** (attemptNumber - 1)} s`);
    },
  });
}
