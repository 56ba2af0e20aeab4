import { once } from "node:events";
import { isIP } from "node:net";
import { connect } from "node:tls";
import { isDue } from "../../components/certificates/validity";
import { TlsMode } from "../../components/model/tls";
import { distanceTo } from "../ui/expiry";
import type { StackOutputs } from "../stack/outputs";
import type { Session } from "../ui/session";
import { command } from "../stack/stack";

/** What is read of a stack's outputs to tell when its certificate ends. */
export type CertificateOutputs = Partial<
  Pick<StackOutputs, "endpoint" | "certificateExpiresAt" | "certificateRenewal">
>;

const askForMs = 2000;

/** One line on a certificate that is to be renewed, with what does so; empty where it has time left, or there is none. */
export function certificateLine(
  { certificateExpiresAt: expiresAt = "", certificateRenewal }: CertificateOutputs,
  stack: string,
  now = Date.now(),
): string {
  if (certificateRenewal === undefined || !isDue(expiresAt, certificateRenewal, now)) return "";
  const verb = Date.parse(expiresAt) > now ? "ends" : "ended";
  const { advice, mode } = certificateRenewal;
  const remedy = mode === TlsMode.SelfSigned ? command("renew", stack) : advice;
  return `The certificate of stack ${stack} ${verb} ${distanceTo(expiresAt, now)}: ${remedy}`;
}

/** Tells of a certificate that is to be renewed, beside a command's own result. */
export async function noteCertificate(
  session: Session,
  outputs: CertificateOutputs,
): Promise<void> {
  const { stack, json } = session.options;
  if (json) return;
  const { line } = await whenPresented(outputs, stack);
  if (line !== "") session.progress.line(line);
}

/**
 * The line on a stack's certificate, and the day on which that ends. What the outputs say may be old, since a Secret is renewed
 * without an `up`: before a warning the registry is asked which certificate it presents.
 */
export async function whenPresented(
  outputs: CertificateOutputs,
  stack: string,
): Promise<{ line: string; until: string }> {
  const { certificateExpiresAt = "", endpoint = "" } = outputs;
  const line = certificateLine(outputs, stack);
  const presented = line === "" ? undefined : await presentedUntil(endpoint);
  if (presented === undefined) return { line, until: certificateExpiresAt.slice(0, 10) };
  const now = { ...outputs, certificateExpiresAt: presented };
  return { line: certificateLine(now, stack), until: presented.slice(0, 10) };
}

/** When the certificate ends that a server presents, ISO 8601; undefined where none answers in time. */
async function presentedUntil(endpoint: string): Promise<string | undefined> {
  if (!endpoint.startsWith("https:")) return undefined;
  const { hostname, port } = new URL(endpoint);
  const host = hostname.replace(/^\[|\]$/g, "");
  const socket = connect({
    host,
    port: Number(port || "443"),
    ...(isIP(host) === 0 && { servername: host }),
    // Nothing is sent and nothing believed but a date; one that has ended would not verify.
    rejectUnauthorized: false,
  });
  try {
    await once(socket, "secureConnect", { signal: AbortSignal.timeout(askForMs) });
    return new Date(socket.getPeerCertificate().valid_to).toISOString();
  } catch {
    return undefined;
  } finally {
    socket.destroy();
  }
}
