import { endOf } from "../../support/test-certificates";
import type { Row, Config } from "./row";

/** Certificates by what the description says of them. */
export const tlsRows: Row[] = [
  {
    name: "an unknown TLS mode",
    config: { tls: { mode: "selfsigned" } },
    report: `
  wharf:tls.mode   "selfsigned" is not one of self-signed, provided, cert-manager, acme, off; did you mean self-signed?
                   pulumi config set --path 'wharf:tls.mode' self-signed
`,
  },
  {
    name: "a minimum TLS version below 1.2",
    config: { tls: { minimumVersion: "tls1.1" } },
    report: `
  wharf:tls.minimumVersion   "tls1.1" is not one of tls1.2, tls1.3; did you mean tls1.2?
                             pulumi config set --path 'wharf:tls.minimumVersion' tls1.2
`,
  },
  {
    name: "a certificate that lasts longer than clients accept",
    config: { tls: { validityDays: 3650 } },
    report: `
  wharf:tls.validityDays   3650 is above 825, the highest allowed
                           pulumi config set --path 'wharf:tls.validityDays' 397
`,
  },
  {
    name: "a renewal before the certificate begins",
    config: { tls: { validityDays: 20 } },
    report: `
  wharf:tls.renewBeforeDays   30 is not below tls.validityDays, 20: every up would renew the certificate
                              pulumi config set --path 'wharf:tls.renewBeforeDays' 6
`,
  },
  {
    name: "a CA that ends before its server's certificate",
    config: { tls: { caValidityDays: 397 } },
    report: `
  wharf:tls.caValidityDays   397 is not above tls.validityDays, 397: the CA would expire before a certificate that it signs
                             pulumi config set --path 'wharf:tls.caValidityDays' 3650
`,
  },
  {
    name: "an ACME server without its mode",
    config: { tls: { acme: { email: "ops@example.com" } } },
    report: `
  wharf:tls.acme   is set, but tls.mode "self-signed" does not use it
                   pulumi config set --path 'wharf:tls.mode' acme
`,
  },
  {
    name: "hosts that an ACME server gives no certificate for, clients that need one, and caches",
    config: {
      endpoint: { hosts: ["registry.example.com", "10.1.2.3", "localhost"] },
      tls: { mode: "acme", clientCaCertificates: "-----BEGIN CERTIFICATE-----" },
      pullThroughCaches: [{ upstream: "quay" }],
    },
    count: 5,
    report: `
  wharf:tls.clientCaCertificates   holds no PEM certificate that can be read
                                   pulumi config set --path 'wharf:tls.clientCaCertificates' < client-ca.crt
  wharf:endpoint.hosts[1]          "10.1.2.3" is not a DNS name of several parts, and tls.mode "acme" asks for a certificate of each host
                                   pulumi config rm --path 'wharf:endpoint.hosts[1]'
  wharf:endpoint.hosts[2]          "localhost" is not a DNS name of several parts, and tls.mode "acme" asks for a certificate of each host
                                   pulumi config rm --path 'wharf:endpoint.hosts[2]'
  wharf:tls.clientCaCertificates   refuses the ACME server of tls.mode "acme", which connects without a certificate
                                   pulumi config rm --path 'wharf:tls.clientCaCertificates'
  wharf:pullThroughCaches          have ports of their own, for which tls.mode "acme" gets no certificate
                                   pulumi config rm wharf:pullThroughCaches
`,
  },
  {
    name: "an ACME server with images in a bucket, and no host",
    config: {
      tls: { mode: "acme" },
      storage: { kind: "s3", bucket: "images", region: "eu-central-1" },
    },
    count: 2,
    report: `
  wharf:endpoint.hosts   is empty; with tls.mode "acme" name the DNS names that the certificate is for
                         pulumi config set --path 'wharf:endpoint.hosts[0]' registry.example.com
  wharf:tls.mode         "acme" keeps the certificate on the volume of the images, which storage.kind "s3" does not have; name files of your own
                         pulumi config set --path 'wharf:tls.mode' provided
`,
  },
  {
    name: "a certificate without its mode",
    config: { tls: { certificate: "-----BEGIN CERTIFICATE-----" } },
    report: `
  wharf:tls.certificate   is set, but tls.mode "self-signed" does not use it
                          pulumi config set --path 'wharf:tls.mode' provided
`,
  },
  {
    name: "provided certificates that are not there",
    config: { tls: { mode: "provided" } },
    count: 2,
    report: `
  wharf:tls.certificate   is missing; tls.mode "provided" needs it
                          pulumi config set --path 'wharf:tls.certificate' < tls.crt
  wharf:tls.privateKey    is missing; tls.mode "provided" needs it
                          pulumi config set --secret --path 'wharf:tls.privateKey' < tls.key
`,
  },
  {
    name: "a certificate that is none",
    config: { tls: { mode: "provided", certificate: "tls.crt" } },
    secrets: { "tls.privateKey": "no key at all" },
    count: 2,
    report: `
  wharf:tls.certificate   holds no PEM certificate that can be read
                          pulumi config set --path 'wharf:tls.certificate' < tls.crt
  wharf:tls.privateKey    is not a private key in PEM that can be read
                          pulumi config set --secret --path 'wharf:tls.privateKey' < tls.key
`,
  },
  {
    name: "client CAs that are none",
    config: { tls: { clientCaCertificates: "ca.crt" } },
    report: `
  wharf:tls.clientCaCertificates   holds no PEM certificate that can be read
                                   pulumi config set --path 'wharf:tls.clientCaCertificates' < client-ca.crt
`,
  },
];

const provided = (certificate: string, more: Config = {}): Config => ({
  environment: "dev",
  endpoint: { hosts: ["registry.example.com"] },
  tls: { mode: "provided", certificate, ...more },
});

/** Certificates that clients or the registry itself would refuse. */
export const certificateRows: Row[] = [
  {
    name: "a key that does not match its certificate",
    config: ({ server }) => provided(server.certificate),
    secrets: ({ expired }) => ({ "tls.privateKey": expired.privateKey }),
    report: `
  wharf:tls.privateKey   does not match the certificate of CN=registry.example.com
                         pulumi config set --secret --path 'wharf:tls.privateKey' < tls.key
`,
  },
  {
    name: "an expired certificate",
    config: ({ expired }) => provided(expired.certificate),
    secrets: ({ expired }) => ({ "tls.privateKey": expired.privateKey }),
    report: `
  wharf:tls.certificate   CN=registry.example.com expired on 2020-01-01
                          pulumi config set --path 'wharf:tls.certificate' < tls.crt
`,
  },
  {
    name: "a certificate of the future",
    config: ({ future }) => provided(future.certificate),
    secrets: ({ future }) => ({ "tls.privateKey": future.privateKey }),
    report: `
  wharf:tls.certificate   CN=registry.example.com is not valid before 2100-01-01
                          pulumi config set --path 'wharf:tls.certificate' < tls.crt
`,
  },
  {
    name: "a certificate of another host",
    config: ({ elsewhere }) => provided(elsewhere.certificate),
    secrets: ({ elsewhere }) => ({ "tls.privateKey": elsewhere.privateKey }),
    report: `
  wharf:tls.certificate   does not cover registry.example.com; it names DNS:other.example.com, IP Address:10.1.2.3
                          pulumi config set --path 'wharf:tls.certificate' < tls.crt
`,
  },
  {
    name: "a CA that ends before the certificate that it signed",
    config: ({ outlasting, ca }) =>
      provided(outlasting.certificate, { caCertificate: ca.certificate }),
    secrets: ({ outlasting }) => ({ "tls.privateKey": outlasting.privateKey }),
    report: ({ outlasting, ca }) => `
  wharf:tls.caCertificate   CN=Example CA expires on ${endOf(ca)}, before CN=registry.example.com, which expires on ${endOf(outlasting)}: clients would refuse both from then on
                            pulumi config set --path 'wharf:tls.caCertificate' < ca.crt
`,
  },
  {
    name: "a chain that ends before the certificate at its head",
    config: ({ outlasting, ca }) => provided(`${outlasting.certificate}${ca.certificate}`),
    secrets: ({ outlasting }) => ({ "tls.privateKey": outlasting.privateKey }),
    report: ({ outlasting, ca }) => `
  wharf:tls.certificate   CN=Example CA expires on ${endOf(ca)}, before CN=registry.example.com, which expires on ${endOf(outlasting)}: clients would refuse both from then on
                          pulumi config set --path 'wharf:tls.certificate' < tls.crt
`,
  },
  {
    name: "a CA that did not issue the certificate",
    config: ({ server, otherCa }) =>
      provided(server.certificate, { caCertificate: otherCa.certificate }),
    secrets: ({ server }) => ({ "tls.privateKey": server.privateKey }),
    report: `
  wharf:tls.caCertificate   CN=Other CA did not issue CN=registry.example.com
                            pulumi config set --path 'wharf:tls.caCertificate' < ca.crt
`,
  },
  {
    name: "a chain in the wrong order",
    config: ({ server, ca, otherCa }) =>
      provided([server, otherCa, ca].map(({ certificate }) => certificate).join("\n")),
    secrets: ({ server }) => ({ "tls.privateKey": server.privateKey }),
    count: 2,
    report: `
  wharf:tls.certificate   CN=registry.example.com was not issued by CN=Other CA, the next in the file
                          pulumi config set --path 'wharf:tls.certificate' < tls.crt
  wharf:tls.certificate   CN=Other CA was not issued by CN=Example CA, the next in the file
                          pulumi config set --path 'wharf:tls.certificate' < tls.crt
`,
  },
];
