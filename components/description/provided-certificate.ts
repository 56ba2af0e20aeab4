import { createPrivateKey, X509Certificate, type KeyObject } from "node:crypto";
import { isIP } from "node:net";
import { removeCommand, setCommand, setSecretCommand } from "./messages";
import type { Problem } from "./problems";
import { TlsMode, type TlsSettings } from "./tls";

const pemBlock = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/**
 * What is wrong with a certificate that the user provides: it must match its key, lead link by link to the CA, be valid
 * now, and cover every host by which clients reach the registry. Also refuses files that the mode would leave unused. Of a
 * certificate in a Secret only the cluster knows more.
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
  if (tls.certificate !== undefined && server === undefined) {
    refuse("certificate", unreadable, fromFile("certificate"));
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
    const uncovered = coverageProblem(server, hosts);
    if (uncovered !== undefined) refuse("certificate", uncovered, fromFile("certificate"));
  }
  if (tls.caCertificate !== undefined) {
    const [ca] = parseChain(tls.caCertificate);
    const last = chain.at(-1);
    if (ca === undefined) {
      refuse("caCertificate", unreadable, fromFile("caCertificate"));
    } else if (
      last !== undefined &&
      last.fingerprint256 !== ca.fingerprint256 &&
      !isIssuedBy(last, ca)
    ) {
      refuse(
        "caCertificate",
        `${subjectOf(ca)} did not issue ${subjectOf(last)}`,
        fromFile("caCertificate"),
      );
    } else {
      const outside = validityProblem(ca, now);
      if (outside !== undefined) refuse("caCertificate", outside, fromFile("caCertificate"));
    }
  }
  return [...problems, ...issuerProblems(tls), ...clientCaProblems(tls)];
}

/** cert-manager needs an issuer, and nothing else asks one. */
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
  return parseChain(clientCaCertificates).length > 0
    ? []
    : [{ key, message: unreadable, fix: fromFile("clientCaCertificates") }];
}

/** Files that would be ignored silently, since the mode makes its own, reads a Secret, or uses none. */
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
  return (["certificate", "privateKey", "caCertificate", "secretName"] as const)
    .filter((field) => tls[field] !== undefined)
    .map((field) => ({
      key: `wharf:tls.${field}`,
      message: `is set, but tls.mode "${tls.mode}" does not use it`,
      fix: setCommand(["tls", "mode"], TlsMode.Provided),
    }));
}

const unreadable = "holds no PEM certificate that can be read";

const files = {
  certificate: "tls.crt",
  caCertificate: "ca.crt",
  clientCaCertificates: "client-ca.crt",
} as const;

function fromFile(field: keyof typeof files): string {
  return `pulumi config set --path 'wharf:tls.${field}' < ${files[field]}`;
}

const keyFromFile = `${setSecretCommand(["tls", "privateKey"])} < tls.key`;

/** What a certificate's names leave out of `hosts`, and what it names; undefined where it covers them all. */
export function coverageProblem(certificate: X509Certificate, hosts: string[]): string | undefined {
  const missing = hosts.filter((host) => !covers(certificate, host));
  return missing.length === 0
    ? undefined
    : `does not cover ${missing.join(", ")}; it names ${certificate.subjectAltName ?? "nothing (it has no subject alternative name)"}`;
}

/** Why a certificate does not hold now; undefined where it does. */
export function validityProblem(certificate: X509Certificate, now: Date): string | undefined {
  const until = new Date(certificate.validTo);
  const from = new Date(certificate.validFrom);
  if (until < now) return `${subjectOf(certificate)} expired on ${day(until)}`;
  return from > now ? `${subjectOf(certificate)} is not valid before ${day(from)}` : undefined;
}

/** The certificates of a PEM text in their order; empty where one of them cannot be read. */
function parseChain(pem: string | undefined): X509Certificate[] {
  try {
    return (pem?.match(pemBlock) ?? []).map((block) => new X509Certificate(block));
  } catch {
    return [];
  }
}

/** The private key, what is wrong with it, or undefined where there is none. */
function parseKey(pem: string | undefined): KeyObject | string | undefined {
  if (pem === undefined) return undefined;
  try {
    return createPrivateKey(pem);
  } catch (error) {
    return /passphrase|interrupted|bad decrypt/i.test(String(error))
      ? "is encrypted with a passphrase; provide it without one, as a secret"
      : "is no private key in PEM that can be read";
  }
}

function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

/** Whether clients accept the certificate for a host; they read no common name (RFC 9525, section 2). */
export function covers(certificate: X509Certificate, host: string): boolean {
  return isIP(host) === 0
    ? certificate.checkHost(host, { subject: "never" }) !== undefined
    : certificate.checkIP(host) !== undefined;
}

function subjectOf(certificate: X509Certificate): string {
  return certificate.subject?.replaceAll("\n", ", ") || "a certificate without a subject";
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}
