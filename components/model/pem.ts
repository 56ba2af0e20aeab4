import { X509Certificate } from "node:crypto";
import { z } from "zod";

const certificateBlock = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** The certificates of a PEM text in their order; empty where one of them cannot be read. */
export function parseChain(pem: string | undefined): X509Certificate[] {
  try {
    return (pem?.match(certificateBlock) ?? []).map((block) => new X509Certificate(block));
  } catch {
    return [];
  }
}

/** What is said of a text in which `parseChain` finds nothing. */
export const unreadableCertificate = "holds no PEM certificate that can be read";

/** Schema of a text of certificates, each of which can be read: one that was cut off would fail only where it is used. */
export const certificateText = z
  .string()
  .refine((text) => parseChain(text).length > 0, unreadableCertificate);
