import { createPrivateKey, X509Certificate, type KeyObject } from "node:crypto";
import { isIP } from "node:net";
import { isIssuedBy, issuerAmong, outlivesProblem, subjectOf, validityProblem } from "./validity";
import { removeCommand, setCommand, setSecretCommand } from "../core/messages";
import type { Problem } from "../core/problems";
import { parseChain, unreadableCertificate } from "../model/pem";
import { TlsMode, type TlsSettings } from "../model/tls";
import { isToken } from "../core/tokens";

/**
 * What is wrong with a certificate that the user provides: it must match its key, lead link by link to the CA, be valid now, end
 * no later than the CAs above it, and cover every host by which clients reach the registry. Also refuses files that the mode
 * would leave unused. Of a certificate in a Secret only the cluster knows more.
 */
export function certificateProblems(
  tls: TlsSettings,
  hosts: string[],
  now: Date = new Date(),
): Problem[] {
  if (tls.mode !== TlsMode.Provided || tls.secretName !== undefined) {
    return [...unused(tls), ...issuerProblems(tls), ...clientCaProblems(tls)];
  }
  const problems: Problem[] = [];
  const refuse = (field: keyof TlsSettings, message: string, fix?: string) =>
    problems.push({ key: `wharf:tls.${field}`, message, fix });

  if (tls.certificate === undefined) {
    refuse("certificate", 'is missing; tls.mode "provided" needs it', fromFile("certificate"));
  }
  if (tls.privateKey === undefined) {
    refuse("privateKey", 'is missing; tls.mode "provided" needs it', keyFromFile);
  }
  const chain = parseChain(tls.certificate);
  const [server] = chain;
  if (tls.certificate !== undefined && !isToken(tls.certificate) && server === undefined) {
    refuse("certificate", unreadableCertificate, fromFile("certificate"));
  }
  const key = parseKey(tls.privateKey);
  if (typeof key === "string") refuse("privateKey", key, keyFromFile);

  if (server !== undefined) {
    if (typeof key === "object" && !server.checkPrivateKey(key)) {
      refuse("privateKey", `does not match the certificate of ${subjectOf(server)}`, keyFromFile);
    }
    chain.forEach((certificate, index) => {
      const outside = validityProblem(certificate, now);
      if (outside !== undefined) refuse("certificate", outside, fromFile("certificate"));
      const issuer = chain[index + 1];
      if (issuer !== undefined && !isIssuedBy(certificate, issuer)) {
        refuse(
          "certificate",
          `${subjectOf(certificate)} was not issued by ${subjectOf(issuer)}, the next in the file`,
          fromFile("certificate"),
        );
      }
    });
    const outlives = outlivesProblem(server, chain.slice(1), now);
    if (outlives !== undefined) refuse("certificate", outlives, fromFile("certificate"));
    const uncovered = coverageProblem(server, hosts);
    if (uncovered !== undefined) refuse("certificate", uncovered, fromFile("certificate"));
  }
  if (tls.caCertificate !== undefined && !isToken(tls.caCertificate) && !isToken(tls.certificate)) {
    const message = caProblem(chain, parseChain(tls.caCertificate), now);
    if (message !== undefined) refuse("caCertificate", message, fromFile("caCertificate"));
  }
  return [...problems, ...issuerProblems(tls), ...clientCaProblems(tls)];
}

/** What is wrong with the CAs that clients are to trust for a chain. */
export function caProblem(
  chain: X509Certificate[],
  cas: X509Certificate[],
  now: Date,
): string | undefined {
  const [first] = cas;
  const [server] = chain;
  const last = chain.at(-1);
  if (first === undefined) return unreadableCertificate;
  if (server === undefined || last === undefined) return validityProblem(first, now);
  const ca = issuerAmong(last, cas);
  if (ca === undefined) return `${subjectOf(first)} did not issue ${subjectOf(last)}`;
  // One that is also at the end of the chain was checked there.
  if (ca.fingerprint256 === last.fingerprint256) return undefined;
  return validityProblem(ca, now) ?? outlivesProblem(server, [ca], now);
}

/** cert-manager needs an issuer, and nothing else uses one. */
function issuerProblems({ mode, issuer }: TlsSettings): Problem[] {
  if (mode === TlsMode.CertManager) {
    return issuer !== undefined
      ? []
      : [
          {
            key: "wharf:tls.issuer.name",
            message: 'is missing; tls.mode "cert-manager" needs it',
            fix: setCommand(["tls", "issuer", "name"], "NAME"),
          },
        ];
  }
  return issuer === undefined
    ? []
    : [
        {
          key: "wharf:tls.issuer",
          message: `is set, but tls.mode "${mode}" does not use it`,
          fix: setCommand(["tls", "mode"], TlsMode.CertManager),
        },
      ];
}

/** distribution ends at once where it cannot read the CAs of its clients, and reads them only with TLS on. */
function clientCaProblems({ mode, clientCaCertificates }: TlsSettings): Problem[] {
  const key = "wharf:tls.clientCaCertificates";
  if (clientCaCertificates === undefined) return [];
  if (mode === TlsMode.Off) {
    const fix = removeCommand(["tls", "clientCaCertificates"]);
    return [{ key, message: 'is set, but tls.mode "off" does not use it', fix }];
  }
  return isToken(clientCaCertificates) || parseChain(clientCaCertificates).length > 0
    ? []
    : [{ key, message: unreadableCertificate, fix: fromFile("clientCaCertificates") }];
}

/** Files that would be ignored silently, since the mode creates its own, reads a Secret, or uses none. */
function unused(tls: TlsSettings): Problem[] {
  if (tls.mode === TlsMode.Provided) {
    return (["certificate", "privateKey", "caCertificate"] as const)
      .filter((field) => tls[field] !== undefined)
      .map((field) => ({
        key: `wharf:tls.${field}`,
        message: `is set, but the certificate comes from the Secret ${tls.secretName} (wharf:tls.secretName)`,
        fix: removeCommand(["tls", field]),
      }));
  }
  const files = ["certificate", "privateKey", "secretName"] as const;
  return [...files, ...(tls.mode === TlsMode.Acme ? [] : (["caCertificate"] as const))]
    .filter((field) => tls[field] !== undefined)
    .map((field) => ({
      key: `wharf:tls.${field}`,
      message: `is set, but tls.mode "${tls.mode}" does not use it`,
      fix: setCommand(["tls", "mode"], TlsMode.Provided),
    }));
}

const files = {
  certificate: "tls.crt",
  caCertificate: "ca.crt",
  clientCaCertificates: "client-ca.crt",
} as const;

function fromFile(field: keyof typeof files): string {
  return `pulumi config set --path 'wharf:tls.${field}' < ${files[field]}`;
}

const keyFromFile = `${setSecretCommand(["tls", "privateKey"])} < tls.key`;

/** Which of `hosts` a certificate does not name, and what it names; undefined where it covers them all. */
export function coverageProblem(certificate: X509Certificate, hosts: string[]): string | undefined {
  const missing = hosts.filter((host) => !isToken(host) && !covers(certificate, host));
  return missing.length === 0
    ? undefined
    : `does not cover ${missing.join(", ")}; it names ${certificate.subjectAltName ?? "nothing (it has no subject alternative name)"}`;
}

/** The private key, what is wrong with it, or undefined where there is none. */
function parseKey(pem: string | undefined): KeyObject | string | undefined {
  if (pem === undefined || isToken(pem)) return undefined;
  try {
    return createPrivateKey(pem);
  } catch (error) {
    return /passphrase|interrupted|bad decrypt/i.test(String(error))
      ? "is encrypted with a passphrase; provide it without one, as a secret"
      : "is not a private key in PEM that can be read";
  }
}

/** Whether clients accept the certificate for a host; they read no common name (RFC 9525, section 2). */
export function covers(certificate: X509Certificate, host: string): boolean {
  return isIP(host) === 0
    ? certificate.checkHost(host, { subject: "never" }) !== undefined
    : certificate.checkIP(host) !== undefined;
}
