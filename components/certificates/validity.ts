import type { Rule } from "../core/rule";
import type { SharedDescription } from "../model/description";
import { X509Certificate } from "node:crypto";
import { selfHosted } from "../model/environment";
import { setCommand } from "../core/messages";
import type { Problem } from "../core/problems";
import { parseChain } from "../model/pem";
import { TlsMode, type TlsSettings } from "../model/tls";

/**
 * Variable of the environment under which the stack's own certificates are not renewed. `wharf renew` sees by it what else an
 * `up` would change.
 */
export const keepVariable = "WHARF_KEEP_CERTIFICATES";

const dayMs = 86_400_000;
/** Days that the stack's CA is valid by default; above every `validityDays` that is allowed. */
const caDays = 3650;

/** A certificate's subject on one line. */
export function subjectOf(certificate: X509Certificate): string {
  return certificate.subject?.replaceAll("\n", ", ") || "a certificate without a subject";
}

/** A date as 2027-01-31, in UTC. */
function day(date: Date | string): string {
  return new Date(date).toISOString().slice(0, 10);
}

const endOf = (certificate: X509Certificate) => Date.parse(certificate.validTo);

/** Whether a certificate carries the signature of another one's key, and its name. */
export function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

/**
 * The CA of a bundle that signed a certificate, or is that certificate itself; the one that expires last, since a bundle holds an
 * old CA beside its successor. Undefined where none did.
 */
export function issuerAmong(
  certificate: X509Certificate,
  cas: X509Certificate[],
): X509Certificate | undefined {
  return cas
    .filter((ca) => ca.fingerprint256 === certificate.fingerprint256 || isIssuedBy(certificate, ca))
    .sort((one, other) => endOf(other) - endOf(one))[0];
}

/** Why a certificate is not valid now; undefined where it is. */
export function validityProblem(certificate: X509Certificate, now: Date): string | undefined {
  const until = new Date(certificate.validTo);
  const from = new Date(certificate.validFrom);
  if (until < now) return `${subjectOf(certificate)} expired on ${day(until)}`;
  return from > now ? `${subjectOf(certificate)} is not valid before ${day(from)}` : undefined;
}

/**
 * Why a server's certificate will not be accepted until it expires: one of its issuers expires more than a day before. Those that
 * one script makes for the same number of days expire some moments apart. {@link validityProblem} reports one that has expired.
 */
export function outlivesProblem(
  server: X509Certificate,
  issuers: X509Certificate[],
  now: Date,
): string | undefined {
  const early = issuers.find(
    (issuer) => endOf(server) - endOf(issuer) > dayMs && endOf(issuer) > now.getTime(),
  );
  return (
    early &&
    `${subjectOf(early)} expires on ${day(early.validTo)}, before ${subjectOf(server)}, which expires on ${day(server.validTo)}: clients would refuse both from then on`
  );
}

/**
 * When clients begin to refuse what a server presents, ISO 8601: the first expiry among its certificate, the intermediates, and
 * the CA that clients trust. Empty where there is no certificate that can be read.
 */
export function acceptedUntil(certificate: string, caCertificate: string): string {
  const chain = parseChain(certificate);
  const last = chain.at(-1);
  if (last === undefined) return "";
  const ca = issuerAmong(last, parseChain(caCertificate));
  const ends = [...chain, ...(ca === undefined ? [] : [ca])].map(endOf);
  return new Date(Math.min(...ends)).toISOString();
}

/** Contradictions between how long the stack's own certificates are valid and when they are renewed. */
export function validityDaysProblems(tls: TlsSettings): Problem[] {
  const { caValidityDays, mode, renewBeforeDays, validityDays } = tls;
  const made = mode === TlsMode.SelfSigned || mode === TlsMode.CertManager;
  const problems: Problem[] = [];
  if (made && renewBeforeDays >= validityDays) {
    problems.push({
      key: "wharf:tls.renewBeforeDays",
      message: `${renewBeforeDays} is not below tls.validityDays, ${validityDays}: every up would renew the certificate`,
      fix: setCommand(["tls", "renewBeforeDays"], Math.floor(validityDays / 3)),
    });
  }
  if (mode === TlsMode.SelfSigned && caValidityDays <= validityDays) {
    problems.push({
      key: "wharf:tls.caValidityDays",
      message: `${caValidityDays} is not above tls.validityDays, ${validityDays}: the CA would expire before a certificate that it signs`,
      fix: setCommand(["tls", "caValidityDays"], caDays),
    });
  }
  // cert-manager.io/docs/reference/api-docs: renewBefore is five minutes at least.
  if (mode === TlsMode.CertManager && renewBeforeDays === 0 && validityDays > 1) {
    problems.push({
      key: "wharf:tls.renewBeforeDays",
      message: "cert-manager does not accept 0; it renews a certificate before it expires",
      fix: setCommand(["tls", "renewBeforeDays"], 1),
    });
  }
  return problems;
}

/** How a certificate is renewed, as the stack's outputs remember it. */
export interface CertificateRenewal {
  /** Where the certificate comes from, by the word of `wharf:tls.mode`. */
  mode: TlsMode;
  /** Days before its expiry from which on it is due. */
  daysBefore: number;
  /** What to do where it has not been renewed, as the rest of a line after a colon. */
  advice: string;
}

/** What of a description for Kubernetes says where its Secrets are. */
interface InNamespace {
  kubernetes: { namespace: string };
}

/** How the stack's certificate is renewed; undefined without TLS, and where a cloud renews it. */
export function renewalOf({
  kubernetes: { namespace } = { namespace: "" },
  target,
  tls: { mode, renewBeforeDays: daysBefore, secretName },
}: Pick<SharedDescription, "target" | "tls"> & Partial<InNamespace>):
  CertificateRenewal | undefined {
  if (!selfHosted.includes(target) || mode === TlsMode.Off) return undefined;
  const advice = {
    [TlsMode.SelfSigned]: "npx wharf renew",
    [TlsMode.Provided]:
      secretName === undefined
        ? "put a new one in wharf:tls.certificate and wharf:tls.privateKey, then run up"
        : `put a new one in Secret ${secretName} of namespace ${namespace}`,
    [TlsMode.Acme]: "the ACME server has not renewed it, and the registry's log says why",
    [TlsMode.CertManager]: `cert-manager has not renewed it, and says why: kubectl describe certificate registry-cert --namespace ${namespace}`,
  }[mode];
  return { mode, daysBefore, advice };
}

/** Whether a certificate expires within the days in which it is to be renewed, or has expired. */
export function isDue(
  expiresAt: string,
  { daysBefore }: Pick<CertificateRenewal, "daysBefore">,
  now = Date.now(),
): boolean {
  return expiresAt !== "" && Date.parse(expiresAt) - now <= daysBefore * dayMs;
}

/** The notes on a certificate that was not renewed in time: one, or none before. */
export function renewalNote(
  expiresAt: string,
  renewal: CertificateRenewal | undefined,
  now = Date.now(),
): string[] {
  if (renewal === undefined || !isDue(expiresAt, renewal, now)) return [];
  const verb = Date.parse(expiresAt) > now ? "expires" : "expired";
  return [`The certificate ${verb} on ${day(expiresAt)}: ${renewal.advice}.`];
}

/** Rules of the days in `wharf:tls` that hold on every target. */
export const tlsRules: Rule<SharedDescription>[] = [
  { needs: ["tls"], find: ({ tls }) => validityDaysProblems(tls) },
];
