import { createPublicKey } from "node:crypto";
import { AsnConvert } from "@peculiar/asn1-schema";
import { CertificationRequest } from "@peculiar/asn1-csr";
import {
  Certificate,
  Extensions,
  GeneralName,
  id_ce_subjectAltName,
  id_ce_subjectKeyIdentifier,
  SubjectAlternativeName,
  SubjectKeyIdentifier,
} from "@peculiar/asn1-x509";
import type { Resource } from "../resource";
import { flag, text } from "../values";
import { extensionRequest } from "./cert-request";
import {
  certificateProperties,
  issue,
  readCertificate,
  renewal,
  updateCertificate,
} from "./certificate";
import { alternativeNamesExtension, keyId, keyIdExtensions, useExtensions } from "./extensions";
import { keyAlgorithm, readPrivateKey } from "./keys";
import { fromPem } from "./pem";

/** A certificate that an authority at hand issues for a request. */
export const locallySignedCert: Resource = {
  properties: {
    ...certificateProperties,
    caCertPem: { type: "string", required: true, replaces: true },
    caPrivateKeyPem: { type: "string", required: true, replaces: true },
    certRequestPem: { type: "string", required: true, replaces: true },
    caKeyAlgorithm: { type: "string", output: true },
  },
  secrets: ["caPrivateKeyPem"],
  extraChanges: renewal,
  async create(planned) {
    const requestDer = fromPem(
      "CERTIFICATE REQUEST",
      text(planned, "certRequestPem"),
      "certRequestPem",
    );
    const request = AsnConvert.parse(requestDer, CertificationRequest).certificationRequestInfo;
    const caDer = fromPem("CERTIFICATE", text(planned, "caCertPem"), "caCertPem");
    const authority = AsnConvert.parse(caDer, Certificate).tbsCertificate;
    const signingKey = readPrivateKey(text(planned, "caPrivateKeyPem"));
    const publicKey = createPublicKey({
      key: Buffer.from(AsnConvert.serialize(request.subjectPKInfo)),
      format: "der",
      type: "spki",
    });
    const withKeyId = flag(planned, "isCaCertificate") || flag(planned, "setSubjectKeyId");
    return issue(
      { ...planned, caKeyAlgorithm: keyAlgorithm(signingKey) },
      {
        subject: request.subject,
        issuer: authority.subject,
        publicKey,
        signingKey,
        extensions: [
          ...useExtensions(planned),
          ...keyIdExtensions(
            withKeyId ? keyId(publicKey) : undefined,
            authorityKeyId(authority.extensions),
          ),
          ...alternativeNamesExtension(requestedNames(request), request.subject),
        ],
      },
    );
  },
  read: async (id, state) => readCertificate(id, state),
  update: async (_id, state, planned) => updateCertificate(state, planned),
  delete: async () => {},
};

function authorityKeyId(extensions: Extensions | undefined): ArrayBuffer | undefined {
  const found = extensions?.find(({ extnID }) => extnID === id_ce_subjectKeyIdentifier);
  return found && AsnConvert.parse(found.extnValue.buffer, SubjectKeyIdentifier).buffer;
}

// Only names, addresses and URIs are taken over, as the official plugin does it.
function requestedNames(request: CertificationRequest["certificationRequestInfo"]): GeneralName[] {
  const value = request.attributes?.find(({ type }) => type === extensionRequest)?.values[0];
  const extensions = value === undefined ? [] : AsnConvert.parse(value, Extensions);
  const found = [...extensions].find(({ extnID }) => extnID === id_ce_subjectAltName);
  if (found === undefined) {
    return [];
  }
  const names = [...AsnConvert.parse(found.extnValue.buffer, SubjectAlternativeName)];
  return (["dNSName", "iPAddress", "uniformResourceIdentifier"] as const).flatMap((kind) =>
    names.filter((name) => name[kind] !== undefined),
  );
}
