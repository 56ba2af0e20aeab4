import { isIP } from "node:net";
import { keyOf, removeCommand, setCommand } from "../core/messages";
import type { Problem } from "../core/problems";
import type { Rule } from "../core/rule";
import { isToken } from "../core/tokens";
import type { SharedDescription } from "../model/description";
import { TlsMode } from "../model/tls";

/** What keeps an ACME server from issuing a certificate to a registry on a Docker host, by the challenge tls-alpn-01 (RFC 8737). */
function acmeProblems(d: SharedDescription): Problem[] {
  const { endpoint, pullThroughCaches, storage, tls } = d;
  if (tls.mode !== TlsMode.Acme) {
    return tls.acme === undefined
      ? []
      : [
          {
            key: keyOf(["tls", "acme"]),
            message: `is set, but tls.mode "${tls.mode}" does not use it`,
            fix: setCommand(["tls", "mode"], TlsMode.Acme),
          },
        ];
  }
  const problems: Problem[] = endpoint.hosts.flatMap((host, index) =>
    isToken(host) || (isIP(host) === 0 && host.includes("."))
      ? []
      : [
          {
            key: keyOf(["endpoint", "hosts", index]),
            message: `"${host}" is not a DNS name of several parts, and tls.mode "acme" asks for a certificate of each host`,
            fix: removeCommand(["endpoint", "hosts", index]),
          },
        ],
  );
  if (endpoint.hosts.length === 0) {
    problems.push({
      key: keyOf(["endpoint", "hosts"]),
      message: 'is empty; with tls.mode "acme" name the DNS names that the certificate is for',
      fix: setCommand(["endpoint", "hosts", 0], "registry.example.com"),
    });
  }
  if (storage.kind !== "volume") {
    problems.push({
      key: keyOf(["tls", "mode"]),
      message: `"acme" keeps the certificate on the volume of the images, which storage.kind "${storage.kind}" does not have; name files of your own`,
      fix: setCommand(["tls", "mode"], TlsMode.Provided),
    });
  }
  if (tls.clientCaCertificates !== undefined) {
    problems.push({
      key: keyOf(["tls", "clientCaCertificates"]),
      message: 'refuses the ACME server of tls.mode "acme", which connects without a certificate',
      fix: removeCommand(["tls", "clientCaCertificates"]),
    });
  }
  if (pullThroughCaches.length > 0) {
    problems.push({
      key: keyOf(["pullThroughCaches"]),
      message: 'have ports of their own, for which tls.mode "acme" gets no certificate',
      fix: removeCommand(["pullThroughCaches"]),
    });
  }
  return problems;
}

/** Rules of certificates that the registry itself asks an ACME server for. */
export const acmeRules: Rule<SharedDescription>[] = [
  { needs: ["tls", "endpoint", "storage", "pullThroughCaches"], find: acmeProblems },
];
