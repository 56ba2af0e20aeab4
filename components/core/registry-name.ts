import type * as pulumi from "@pulumi/pulumi";
import { isIP } from "node:net";

/** Port that a client takes where the name of a registry has none (distribution's reference grammar leaves that to HTTPS). */
const httpsPort = 443;

/**
 * A DNS name or IP address in the one form that stands in names, certificates and settings: DNS names in lower case, since they
 * are compared without case by DNS (RFC 4343) and with it by Docker's config.json; IPv6 as RFC 5952 writes it.
 */
export function canonicalHost(host: string): string {
  if (isIP(host) !== 6) return host.toLowerCase();
  return new URL(`http://[${host}]`).hostname.slice(1, -1);
}

/** A host as it stands in a URL or an image name: IPv6 addresses in brackets. */
export function hostInUrl(host: string): string {
  return isIP(host) === 6 ? `[${host}]` : host;
}

/**
 * The name of a registry as it stands before the first `/` of an image's name, and as clients look up by it what they know of the
 * registry. All of them compare it letter by letter: Docker the keys of config.json and the directories in certs.d, containerd its
 * directories too, Kubernetes the keys of a pull secret. `host` and `host:443` are two registries to them, so there is one form
 * here for all: HTTPS's own port is left out.
 *
 * It stays where a client would read the name otherwise: without TLS, where no port means 443 and then 80, and after a host of one
 * label, since `registry/app` is the image `registry/app` of Docker Hub (distribution's reference/normalize.go,
 * `splitDockerDomain`: a name of a registry has a dot or a colon, or is `localhost`).
 * @param host DNS name or IP address, IPv6 without brackets
 * @param port port that clients connect to
 * @param tls whether it speaks TLS there
 */
export function registryName(host: string, port: number, tls: boolean): string {
  const canonical = canonicalHost(host);
  const named = hostInUrl(canonical);
  const recognised = /[.:]/.test(canonical) || canonical === "localhost";
  return tls && port === httpsPort && recognised ? named : `${named}:${port}`;
}

/**
 * The name of the registry at a URL, in that same form.
 * @param endpoint `https://host`, `https://host:port` or the same with http; a path is left out
 */
export function registryNameOf(endpoint: string): string {
  const { hostname, port, protocol } = new URL(endpoint);
  const tls = protocol === "https:";
  // URL leaves out a port that is its scheme's own.
  return registryName(hostname.replace(/^\[|\]$/g, ""), Number(port || (tls ? 443 : 80)), tls);
}

/** Host and port of a registry's URL, as `docker login` takes them. */
export function serverOf(endpoint: pulumi.Output<string>): pulumi.Output<string> {
  return endpoint.apply((url) => url.replace(/^https?:\/\//, ""));
}
