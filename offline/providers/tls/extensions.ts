import { createHash, type KeyObject } from "node:crypto";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import * as asn1 from "@peculiar/asn1-x509";
import { flag, number, texts, type Values } from "../values";
import { bytes, keyAlgorithm, publicKeyInfo } from "./keys";

const { KeyUsageFlags } = asn1;

// RFC 5280 4.2.1.3, by the official plugin's names.
const keyUsages: Record<string, number> = {
  cert_signing: KeyUsageFlags.keyCertSign,
  content_commitment: KeyUsageFlags.nonRepudiation,
  crl_signing: KeyUsageFlags.cRLSign,
  data_encipherment: KeyUsageFlags.dataEncipherment,
  decipher_only: KeyUsageFlags.decipherOnly,
  digital_signature: KeyUsageFlags.digitalSignature,
  encipher_only: KeyUsageFlags.encipherOnly,
  key_agreement: KeyUsageFlags.keyAgreement,
  key_encipherment: KeyUsageFlags.keyEncipherment,
};

// RFC 5280 4.2.1.12 and the vendors' own, by the official plugin's names.
const extendedKeyUsages: Record<string, string> = {
  any_extended: "2.5.29.37.0",
  client_auth: "1.3.6.1.5.5.7.3.2",
  code_signing: "1.3.6.1.5.5.7.3.3",
  email_protection: "1.3.6.1.5.5.7.3.4",
  ipsec_end_system: "1.3.6.1.5.5.7.3.5",
  ipsec_tunnel: "1.3.6.1.5.5.7.3.6",
  ipsec_user: "1.3.6.1.5.5.7.3.7",
  microsoft_commercial_code_signing: "1.3.6.1.4.1.311.2.1.22",
  microsoft_kernel_code_signing: "1.3.6.1.4.1.311.61.1.1",
  microsoft_server_gated_crypto: "1.3.6.1.4.1.311.10.3.3",
  netscape_server_gated_crypto: "2.16.840.1.113730.4.1",
  ocsp_signing: "1.3.6.1.5.5.7.3.9",
  server_auth: "1.3.6.1.5.5.7.3.1",
  timestamping: "1.3.6.1.5.5.7.3.8",
};

/** Says what is wrong with the allowed uses, or nothing. */
export function checkUses(uses: Values[string]): string | undefined {
  const known = { ...keyUsages, ...extendedKeyUsages };
  const wrong = Array.isArray(uses)
    ? uses.find((use) => typeof use === "string" && known[use] === undefined)
    : undefined;
  return wrong === undefined
    ? undefined
    : `has "${String(wrong)}"; known are ${Object.keys(known).sort().join(", ")}`;
}

/** Wraps an extension's value. */
export function extension(id: string, value: object, critical: boolean): asn1.Extension {
  const extnValue = new OctetString(AsnConvert.serialize(value));
  return new asn1.Extension({ extnID: id, critical, extnValue });
}

/** The names and addresses that a certificate covers; critical where they are all it says. */
export function alternativeNamesExtension(
  names: asn1.GeneralName[],
  subject: asn1.Name,
): asn1.Extension[] {
  const critical = subject.length === 0;
  const value = new asn1.SubjectAlternativeName(names);
  return names.length === 0 ? [] : [extension(asn1.id_ce_subjectAltName, value, critical)];
}

/** What a certificate may be used for, and by whom it may be followed, in Go's order. */
export function useExtensions(planned: Values): asn1.Extension[] {
  const uses = texts(planned, "allowedUses");
  const usage = uses.reduce((all, use) => all | (keyUsages[use] ?? 0), 0);
  const extended = uses.flatMap((use) => extendedKeyUsages[use] ?? []);
  const isCa = flag(planned, "isCaCertificate");
  // Go takes a path length of 0 in a template for "none given", and so does the official plugin.
  const pathLength = number(planned, "maxPathLength");
  const constraints = new asn1.BasicConstraints({
    cA: isCa,
    ...(isCa && pathLength > 0 && { pathLenConstraint: pathLength }),
  });
  const all: asn1.Extension[] = [];
  if (usage !== 0) {
    all.push(extension(asn1.id_ce_keyUsage, new asn1.KeyUsage(usage), true));
  }
  if (extended.length > 0) {
    all.push(extension(asn1.id_ce_extKeyUsage, new asn1.ExtendedKeyUsage(extended), false));
  }
  all.push(extension(asn1.id_ce_basicConstraints, constraints, true));
  return all;
}

/** Names the certificate's own key and, where the issuer's is named, the issuer's. */
export function keyIdExtensions(
  subjectKeyId: ArrayBuffer | undefined,
  authorityKeyId: ArrayBuffer | undefined,
): asn1.Extension[] {
  const all: asn1.Extension[] = [];
  if (subjectKeyId !== undefined) {
    const value = new asn1.SubjectKeyIdentifier(subjectKeyId);
    all.push(extension(asn1.id_ce_subjectKeyIdentifier, value, false));
  }
  if (authorityKeyId !== undefined) {
    const keyIdentifier = new asn1.KeyIdentifier(authorityKeyId);
    const value = new asn1.AuthorityKeyIdentifier({ keyIdentifier });
    all.push(extension(asn1.id_ce_authorityKeyIdentifier, value, false));
  }
  return all;
}

/** The SHA-1 hash that names a public key in certificates (RFC 5280 4.2.1.2). */
export function keyId(key: KeyObject): ArrayBuffer {
  const info = AsnConvert.parse(publicKeyInfo(key), asn1.SubjectPublicKeyInfo);
  const content = Buffer.from(info.subjectPublicKey);
  // The official plugin hashes an Ed25519 key as an octet string, with its two bytes of header.
  const header = Buffer.from(keyAlgorithm(key) === "ED25519" ? [4, content.length] : []);
  return bytes(createHash("sha1").update(header).update(content).digest());
}
