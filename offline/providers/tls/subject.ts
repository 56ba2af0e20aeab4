import { isIP } from "node:net";
import {
  AttributeTypeAndValue,
  AttributeValue,
  GeneralName,
  Name,
  RelativeDistinguishedName,
} from "@peculiar/asn1-x509";
import type { Properties } from "../properties";
import { isObject, text, texts, type Values } from "../values";

/** The inputs that say whom a certificate or a request is for. */
export const subjectProperties: Properties = {
  dnsNames: { type: "list", replaces: true },
  ipAddresses: { type: "list", replaces: true },
  uris: { type: "list", replaces: true },
  subject: {
    type: "object",
    replaces: true,
    fields: {
      commonName: { type: "string" },
      country: { type: "string" },
      emailAddress: { type: "string" },
      locality: { type: "string" },
      organization: { type: "string" },
      organizationalUnit: { type: "string" },
      postalCode: { type: "string" },
      province: { type: "string" },
      serialNumber: { type: "string" },
      streetAddresses: { type: "list" },
    },
  },
};

const emailAddress = "1.2.840.113549.1.9.1";

// In the order in which Go's crypto/x509/pkix writes them, by object identifier (X.520, RFC 2985).
const attributes: [name: string, type: string][] = [
  ["country", "2.5.4.6"],
  ["organization", "2.5.4.10"],
  ["organizationalUnit", "2.5.4.11"],
  ["locality", "2.5.4.7"],
  ["province", "2.5.4.8"],
  ["streetAddresses", "2.5.4.9"],
  ["postalCode", "2.5.4.17"],
  ["commonName", "2.5.4.3"],
  ["serialNumber", "2.5.4.5"],
  ["emailAddress", emailAddress],
];

/** The distinguished name, one attribute after the other; those that are not given are left out. */
export function distinguishedName(planned: Values): Name {
  const subject = isObject(planned.subject) ? planned.subject : {};
  const names = attributes.flatMap(([name, type]) => {
    const values = [text(subject, name), ...texts(subject, name)].filter((value) => value !== "");
    const items = values.map(
      (value) => new AttributeTypeAndValue({ type, value: attributeValue(type, value) }),
    );
    return items.length === 0 ? [] : [new RelativeDistinguishedName(items)];
  });
  return new Name(names);
}

// PrintableString where its few characters suffice, UTF8String otherwise, as Go encodes them.
function attributeValue(type: string, value: string): AttributeValue {
  if (type === emailAddress) {
    return new AttributeValue({ ia5String: value });
  }
  return /^[A-Za-z0-9 '()+,\-./:=?]*$/.test(value)
    ? new AttributeValue({ printableString: value })
    : new AttributeValue({ utf8String: value });
}

/** The names and addresses that are asked for: DNS names first, then addresses, then URIs. */
export function alternativeNames(planned: Values): GeneralName[] {
  const addresses = texts(planned, "ipAddresses");
  for (const address of addresses) {
    if (isIP(address) === 0) {
      throw new Error(`"${address}" in ipAddresses is not an IP address.`);
    }
  }
  return [
    ...texts(planned, "dnsNames").map((dNSName) => new GeneralName({ dNSName })),
    ...addresses.map((iPAddress) => new GeneralName({ iPAddress })),
    ...texts(planned, "uris").map(
      (uniformResourceIdentifier) => new GeneralName({ uniformResourceIdentifier }),
    ),
  ];
}
