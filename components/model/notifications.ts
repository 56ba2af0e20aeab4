import { z } from "zod";
import { inputOf } from "../core/tokens";
import { certificateText } from "./pem";

/** Names of this machine, to which HTTP without TLS shows a secret to nobody else. */
const loopback = ["localhost", "127.0.0.1", "[::1]"];

/** Whether a text is an address that a failure may be told: only TLS keeps a secret address secret, except on this machine. */
export function isWebhook(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { hostname, protocol } = new URL(text);
  return protocol === "https:" || (protocol === "http:" && loopback.includes(hostname));
}

/** Stack config `wharf:notifications`: the webhook that hears of runs of timers and of the registry's own schedule. */
export const notificationsSettings = z.strictObject({
  url: inputOf(
    z
      .string()
      .refine(isWebhook, "is not an https:// URL; http:// is for localhost, 127.0.0.1 and [::1]"),
  ).meta({
    description:
      "Address that gets one JSON object by POST for each run that fails, set as a secret, since chat servers let in whoever knows it: https://, or http:// on localhost, which the registry's own schedule does not reach. Required.",
    secret: true,
  }),
  secret: inputOf(z.string().min(16).max(256)).optional().meta({
    description:
      "Key by which the header `X-Wharf-Signature` signs each request, HMAC-SHA-256, 16 to 256 characters, set as a secret. Defaults to no signature.",
    secret: true,
  }),
  caCertificate: inputOf(certificateText).optional().meta({
    description: "CA, PEM, of the address's own server, where no public CA signed its certificate.",
  }),
  onSuccess: z
    .boolean()
    .default(false)
    .meta({ description: "Whether runs that succeed are told as well. Defaults to false." }),
});

/** Who hears of runs that nobody watches. */
export type NotificationsSettings = z.output<typeof notificationsSettings>;

/**
 * The webhook as the registry itself can reach it; undefined where there is none. Localhost is another machine in its container.
 */
export function webhookOfRegistry(
  notifications: NotificationsSettings | undefined,
): NotificationsSettings | undefined {
  return notifications?.url.startsWith("https:") === true ? notifications : undefined;
}
