import { createHash } from "node:crypto";
import { AsnConvert } from "@peculiar/asn1-schema";
import { Attributes, CertificationRequest, CertificationRequestInfo } from "@peculiar/asn1-csr";
import { Attribute, Extensions, Name, SubjectPublicKeyInfo } from "@peculiar/asn1-x509";
import type { Resource } from "../resource";
import { text } from "../values";
import { alternativeNamesExtension } from "./extensions";
import { keyAlgorithm, publicKeyInfo, readPrivateKey, signatureAlgorithm, signWith } from "./keys";
import { toPem } from "./pem";
import { alternativeNames, distinguishedName, subjectProperties } from "./subject";

/** The attribute of a request that holds the extensions asked for (RFC 2985 5.4.2). */
export const extensionRequest = "1.2.840.113549.1.9.14";

/** A request to an authority to issue a certificate (PKCS#10). */
export const certRequest: Resource = {
  properties: {
    ...subjectProperties,
    privateKeyPem: { type: "string", required: true, replaces: true },
    certRequestPem: { type: "string", output: true },
    keyAlgorithm: { type: "string", output: true },
  },
  secrets: ["privateKeyPem"],
  async create(planned) {
    const key = readPrivateKey(text(planned, "privateKeyPem"));
    const algorithm = signatureAlgorithm(key);
    // That a subject is empty matters to a certificate alone; in a request nothing is critical.
    const extensions = alternativeNamesExtension(alternativeNames(planned), new Name());
    extensions.forEach((item) => (item.critical = false));
    const content = new CertificationRequestInfo({
      subject: distinguishedName(planned),
      subjectPKInfo: AsnConvert.parse(publicKeyInfo(key), SubjectPublicKeyInfo),
      attributes: new Attributes(
        extensions.length === 0
          ? []
          : [
              new Attribute({
                type: extensionRequest,
                values: [AsnConvert.serialize(new Extensions(extensions))],
              }),
            ],
      ),
    });
    const request = AsnConvert.serialize(
      new CertificationRequest({
        certificationRequestInfo: content,
        signatureAlgorithm: algorithm,
        signature: signWith(key, AsnConvert.serialize(content)),
      }),
    );
    const id = createHash("sha1").update(Buffer.from(request)).digest("hex");
    const state = {
      ...planned,
      id,
      certRequestPem: toPem("CERTIFICATE REQUEST", request),
      keyAlgorithm: keyAlgorithm(key),
    };
    return { id, state };
  },
  read: async (id, state) => ({ id, state }),
  update: async (_id, state, planned) => ({ ...state, ...planned }),
  delete: async () => {},
};
