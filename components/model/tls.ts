import { z } from "zod";
import { inputOf } from "../core/tokens";
import { certificateText } from "./pem";
import { volumeMountPath } from "./storage";

/** Where the server's certificate comes from. */
export const TlsMode = {
  SelfSigned: "self-signed",
  Provided: "provided",
  CertManager: "cert-manager",
  Acme: "acme",
  Off: "off",
} as const;
export type TlsMode = (typeof TlsMode)[keyof typeof TlsMode];

/** Kinds of private key that Docker, containerd, podman and Go clients all accept. */
export const KeyAlgorithm = {
  EcdsaP256: "ecdsa-p256",
  EcdsaP384: "ecdsa-p384",
  Rsa2048: "rsa-2048",
  Rsa4096: "rsa-4096",
} as const;
export type KeyAlgorithm = (typeof KeyAlgorithm)[keyof typeof KeyAlgorithm];

/** TLS versions that a registry may accept. */
export const TlsVersion = { Tls12: "tls1.2", Tls13: "tls1.3" } as const;
export type TlsVersion = (typeof TlsVersion)[keyof typeof TlsVersion];

/** Who signs a certificate that cert-manager requests. */
const issuer = z.strictObject({
  name: z.string().min(1).meta({ description: "Name of the issuer. Required." }),
  kind: z.string().min(1).default("ClusterIssuer").meta({
    description:
      "Kind of the issuer: `Issuer` of the registry's namespace, `ClusterIssuer`, or a kind of another group. Defaults to ClusterIssuer.",
  }),
  group: z.string().min(1).default("cert-manager.io").meta({
    description: "API group of the issuer. Defaults to cert-manager.io.",
  }),
});

/** Directory of Let's Encrypt (letsencrypt.org/docs/client-options). */
export const letsEncrypt = "https://acme-v02.api.letsencrypt.org/directory";

/** Where a registry that asks an ACME server keeps its account, keys and certificates: beside the images, so that they stay. */
export const acmePath = `${volumeMountPath}/acme`;

/** Who issues certificates to the registry itself. */
const acme = z.strictObject({
  directory: z
    .url({ protocol: /^https$/ })
    .default(letsEncrypt)
    .meta({
      description: "URL of the ACME server's directory. Defaults to that of Let's Encrypt.",
    }),
  email: z.email().optional().meta({
    description: "Address that the ACME server writes to. Defaults to none.",
  }),
  caCertificate: inputOf(certificateText).optional().meta({
    description:
      "CA, PEM, of the ACME server's own certificate, where no public CA signed it. That of what it issues is `tls.caCertificate`.",
  }),
});

/** Schema of `wharf:tls`. */
export const tlsSettings = z.strictObject({
  mode: z.enum(TlsMode).default(TlsMode.SelfSigned).meta({
    description:
      "Where the certificate comes from: a CA that is created in the stack (`self-signed`), your own files or a Secret of the cluster (`provided`), cert-manager (`cert-manager`, on kubernetes only), an ACME server such as Let's Encrypt that the registry asks itself (`acme`, on docker only), or no TLS (`off`, only in a lab on loopback). Defaults to self-signed.",
  }),
  keyAlgorithm: z.enum(KeyAlgorithm).default(KeyAlgorithm.EcdsaP256).meta({
    description:
      "Kind of the keys that are created; `rsa-4096` is the tutorials'. Defaults to ecdsa-p256.",
  }),
  caValidityDays: z.int().min(1).max(7300).default(3650).meta({
    description:
      "Days for which the stack's CA is valid, more than `validityDays`; it is renewed, with the same key, before it would end sooner than a certificate that it signs. Defaults to 3650.",
  }),
  // Apple's platforms, and Go programs that verify with them, refuse a server certificate of more than 825 days even
  // under a CA that the user installed (support.apple.com/HT210176); public CAs stop at 398.
  validityDays: z.int().min(1).max(825).default(397).meta({
    description:
      "Days for which the server's certificate is valid, 825 at most, since Apple's platforms refuse more. Defaults to 397.",
  }),
  renewBeforeDays: z.int().min(0).default(30).meta({
    description: "Days before its end from which on `up` renews a certificate. Defaults to 30.",
  }),
  minimumVersion: z
    .enum(TlsVersion)
    .default(TlsVersion.Tls12)
    .meta({ description: "Lowest TLS version that is accepted. Defaults to tls1.2." }),
  cipherSuites: z.array(z.string()).optional().meta({
    description:
      "Cipher suites of TLS 1.2 by their IANA names. Defaults to distribution's own, all of them AEAD.",
  }),
  certificate: inputOf(z.string()).optional().meta({
    description: "Your certificate, PEM, followed by its intermediates; with mode `provided`.",
  }),
  privateKey: inputOf(z.string())
    .optional()
    .meta({ description: "Its private key, PEM, set as a secret.", secret: true }),
  caCertificate: inputOf(z.string()).optional().meta({
    description:
      "CA that clients must trust for your certificate, or for what the ACME server issues, PEM. Not needed where a public CA signed it.",
  }),
  secretName: inputOf(z.string().min(1)).optional().meta({
    description:
      "Secret of type kubernetes.io/tls in the registry's namespace that holds your certificate, in place of `certificate` and `privateKey`; with mode `provided`, on kubernetes.",
  }),
  acme: acme.optional().meta({
    description:
      "ACME server that issues the certificate, by the challenge tls-alpn-01: it connects to port 443 of each host, which must lead to the registry; with mode `acme`.",
  }),
  issuer: issuer.optional().meta({
    description: "Issuer that signs the certificate; with mode `cert-manager`.",
  }),
  clientCaCertificates: inputOf(z.string()).optional().meta({
    description:
      "CAs, PEM, one of which must have signed a client's certificate (mutual TLS). Defaults to no client certificates.",
  }),
});

/** Checked `wharf:tls`. */
export type TlsSettings = z.output<typeof tlsSettings>;
