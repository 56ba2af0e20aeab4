import { isIP } from "node:net";
import type { ConfigInputs, TlsInput } from "./config-inputs";
import type { DistributionSettings } from "../model/distribution/settings";
import type { Headers, HttpConfig, TlsConfig } from "./config-yml";

/** The port of the registry in its container. */
export const registryPort = 5000;

/** The port of health, metrics and Go's own debugging in the container. */
export const debugPort = 5001;

/** A year, as https://hstspreload.org recommends at least. */
const strictTransportSecurity = "max-age=31536000";

/**
 * Whether browsers may be told to use HTTPS only. Not for `localhost`, where it would apply to every other server of that machine
 * too, and not for IP addresses, where it has no meaning (RFC 6797, section 8.3).
 */
function canOrderHttps(hosts: string[]): boolean {
  const names = hosts.filter((host) => isIP(host.replace(/^\[|\]$/g, "")) === 0);
  return names.length > 0 && names.every((name) => !/(^|\.)localhost$/i.test(name));
}

/** Headers as distribution reads them, each with one value. */
export function headerLists(headers: Record<string, string>): Headers {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
}

/** The settings' headers over the ones that are always sent; names are compared without case. */
function responseHeaders(inputs: ConfigInputs): Headers {
  const own = inputs.distribution.http.headers;
  const named = new Set(Object.keys(own).map((name) => name.toLowerCase()));
  const always: Record<string, string> = { "X-Content-Type-Options": "nosniff" };
  if (inputs.tls !== undefined && canOrderHttps(inputs.hosts)) {
    always["Strict-Transport-Security"] = strictTransportSecurity;
  }
  const unnamed = Object.entries(always).filter(([name]) => !named.has(name.toLowerCase()));
  return headerLists({ ...Object.fromEntries(unnamed), ...own });
}

/** The URL that Location headers start with; distribution leaves the prefix out unless it is set here. */
function externalUrl({ http }: DistributionSettings): string | undefined {
  return http.externalUrl === undefined || http.prefix === undefined
    ? http.externalUrl
    : new URL(http.prefix, http.externalUrl).href;
}

/** Where the certificate comes from: distribution calls any ACME server by the name of the first. */
function certificateConfig(tls: TlsInput): Pick<TlsConfig, "certificate" | "key" | "letsencrypt"> {
  if (!("acme" in tls)) return { certificate: tls.certificatePath, key: tls.keyPath };
  const { cachePath, directory, email, names } = tls.acme;
  return { letsencrypt: { cachefile: cachePath, hosts: names, directoryurl: directory, email } };
}

/** The `http` block of config.yml. */
export function httpConfig(inputs: ConfigInputs): HttpConfig {
  const { http, metrics } = inputs.distribution;
  const { tls } = inputs;
  return {
    addr: inputs.address ?? `:${registryPort}`,
    host: externalUrl(inputs.distribution),
    prefix: http.prefix,
    secret: inputs.httpSecret,
    relativeurls: http.relativeUrls,
    draintimeout: `${http.drainTimeoutSeconds}s`,
    tls: tls && {
      ...certificateConfig(tls),
      minimumtls: tls.minimumVersion,
      ciphersuites: tls.cipherSuites,
      clientcas: tls.clientCaPaths,
      clientauth: tls.clientAuth,
    },
    headers: responseHeaders(inputs),
    debug: {
      addr: inputs.debugAddress ?? `${metrics.enabled ? "" : "127.0.0.1"}:${debugPort}`,
      prometheus: metrics.enabled ? { enabled: true, path: metrics.path } : { enabled: false },
    },
    http2: { disabled: !http.http2 },
  };
}
