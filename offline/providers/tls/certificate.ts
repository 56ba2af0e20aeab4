import { randomBytes, type KeyObject } from "node:crypto";
import { AsnConvert } from "@peculiar/asn1-schema";
import * as asn1 from "@peculiar/asn1-x509";
import type { Properties } from "../properties";
import type { ExtraChange, Found } from "../resource";
import { number, text, type Value, type Values } from "../values";
import { checkUses } from "./extensions";
import { bytes, publicKeyInfo, signatureAlgorithm, signWith } from "./keys";
import { toPem } from "./pem";

const hour = 60 * 60 * 1000;

function isHours(value: Value): string | undefined {
  return Number.isInteger(value) && Number(value) >= 0
    ? undefined
    : "must be a whole number from 0";
}

/** What self-signed and locally signed certificates have in common. */
export const certificateProperties: Properties = {
  allowedUses: { type: "list", required: true, replaces: true, check: checkUses },
  earlyRenewalHours: { type: "number", default: 0, check: isHours },
  isCaCertificate: { type: "boolean", default: false, replaces: true },
  maxPathLength: { type: "number", computed: true, replaces: true },
  setSubjectKeyId: { type: "boolean", default: false, replaces: true },
  validityPeriodHours: { type: "number", required: true, replaces: true, check: isHours },
  certPem: { type: "string", output: true },
  readyForRenewal: { type: "boolean", output: true },
  validityEndTime: { type: "string", output: true },
  validityStartTime: { type: "string", output: true },
};

/** Who issues a certificate to whom, and what it says. */
export interface Issuance {
  subject: asn1.Name;
  issuer: asn1.Name;
  /** The holder's public key. */
  publicKey: KeyObject;
  /** The issuer's private key. */
  signingKey: KeyObject;
  extensions: asn1.Extension[];
}

/** Issues a certificate, valid from now, and returns it with the properties that describe it. */
export function issue(planned: Values, issuance: Issuance): Found {
  const start = new Date();
  const end = new Date(start.getTime() + number(planned, "validityPeriodHours") * hour);
  const serialNumber = randomBytes(16);
  // RFC 5280 4.1.2.2: positive, so the first bit is 0; the second is 1, so that no length is lost.
  serialNumber[0] = ((serialNumber[0] ?? 0) & 0x3f) | 0x40;
  const algorithm = signatureAlgorithm(issuance.signingKey);
  const content = new asn1.TBSCertificate({
    version: asn1.Version.v3,
    serialNumber: bytes(serialNumber),
    signature: algorithm,
    issuer: issuance.issuer,
    validity: new asn1.Validity({ notBefore: wholeSeconds(start), notAfter: wholeSeconds(end) }),
    subject: issuance.subject,
    subjectPublicKeyInfo: AsnConvert.parse(
      publicKeyInfo(issuance.publicKey),
      asn1.SubjectPublicKeyInfo,
    ),
    extensions: new asn1.Extensions(issuance.extensions),
  });
  const certificate = new asn1.Certificate({
    tbsCertificate: content,
    signatureAlgorithm: algorithm,
    signatureValue: signWith(issuance.signingKey, AsnConvert.serialize(content)),
  });
  const id = BigInt(`0x${serialNumber.toString("hex")}`).toString();
  const state: Values = {
    ...planned,
    id,
    certPem: toPem("CERTIFICATE", AsnConvert.serialize(certificate)),
    readyForRenewal: isDue(end, planned),
    validityEndTime: end.toISOString(),
    validityStartTime: start.toISOString(),
  };
  return { id, state };
}

// GeneralizedTime, used from 2050 on, must have no fraction of a second (RFC 5280 4.1.2.5.2).
function wholeSeconds(date: Date): Date {
  return new Date(Math.floor(date.getTime() / 1000) * 1000);
}

function isDue(end: Date, values: Values): boolean {
  return Date.now() >= end.getTime() - number(values, "earlyRenewalHours") * hour;
}

/**
 * A certificate within `earlyRenewalHours` of its end is replaced at the next `up`, as the official
 * plugin does it, with the hours that the program now gives.
 */
export function renewal(state: Values, planned: Values): ExtraChange[] {
  const end = new Date(text(state, "validityEndTime"));
  if (isDue(end, planned)) {
    return [{ property: "readyForRenewal", replaces: true }];
  }
  return state.readyForRenewal === true ? [{ property: "readyForRenewal", replaces: false }] : [];
}

/** A certificate lives in the state alone; reading it notes whether it is due for renewal. */
export function readCertificate(id: string, state: Values): Found {
  const due = isDue(new Date(text(state, "validityEndTime")), state);
  return { id, state: { ...state, readyForRenewal: due || state.readyForRenewal === true } };
}

/** Only `earlyRenewalHours` changes in place. */
export function updateCertificate(state: Values, planned: Values): Values {
  const updated = { ...state, ...planned };
  return { ...updated, readyForRenewal: isDue(new Date(text(state, "validityEndTime")), updated) };
}
