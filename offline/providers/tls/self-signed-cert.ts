import { createPublicKey } from "node:crypto";
import type { Resource } from "../resource";
import { flag, text } from "../values";
import {
  certificateProperties,
  issue,
  readCertificate,
  renewal,
  updateCertificate,
} from "./certificate";
import { alternativeNamesExtension, keyId, keyIdExtensions, useExtensions } from "./extensions";
import { keyAlgorithm, readPrivateKey } from "./keys";
import { alternativeNames, distinguishedName, subjectProperties } from "./subject";

/** A certificate that its own key signs, such as the one of a private authority. */
export const selfSignedCert: Resource = {
  properties: {
    ...certificateProperties,
    ...subjectProperties,
    privateKeyPem: { type: "string", required: true, replaces: true },
    setAuthorityKeyId: { type: "boolean", default: false, replaces: true },
    keyAlgorithm: { type: "string", output: true },
  },
  secrets: ["privateKeyPem"],
  extraChanges: renewal,
  async create(planned) {
    const key = readPrivateKey(text(planned, "privateKeyPem"));
    const subject = distinguishedName(planned);
    const isCa = flag(planned, "isCaCertificate");
    if (isCa && subject.length === 0) {
      throw new Error("An authority's certificate needs a subject: set subject.commonName.");
    }
    const withKeyId = isCa || flag(planned, "setSubjectKeyId");
    const ownKeyId = withKeyId ? keyId(key) : undefined;
    const authorityKeyId = flag(planned, "setAuthorityKeyId") ? ownKeyId : undefined;
    if (flag(planned, "setAuthorityKeyId") && authorityKeyId === undefined) {
      throw new Error(
        "setAuthorityKeyId needs setSubjectKeyId, since the certificate signs itself.",
      );
    }
    return issue(
      { ...planned, keyAlgorithm: keyAlgorithm(key) },
      {
        subject,
        issuer: subject,
        publicKey: createPublicKey(key),
        signingKey: key,
        extensions: [
          ...useExtensions(planned),
          ...keyIdExtensions(ownKeyId, authorityKeyId),
          ...alternativeNamesExtension(alternativeNames(planned), subject),
        ],
      },
    );
  },
  read: async (id, state) => readCertificate(id, state),
  update: async (_id, state, planned) => updateCertificate(state, planned),
  delete: async () => {},
};
