import type { SharedDescription } from "../model/description";
import * as pulumi from "@pulumi/pulumi";
import { CertRequest } from "@pulumi/tls/certRequest";
import { LocallySignedCert } from "@pulumi/tls/locallySignedCert";
import { PrivateKey, type PrivateKeyArgs } from "@pulumi/tls/privateKey";
import { SelfSignedCert } from "@pulumi/tls/selfSignedCert";
import { isIP } from "node:net";
import { canonicalHost } from "../core/registry-name";
import { resolved } from "../core/tokens";
import { acceptedUntil, keepVariable } from "./validity";
import { KeyAlgorithm, TlsMode, type TlsSettings } from "../model/tls";

/** A certificate that a server presents, with what its clients must trust. */
export interface ServerCertificate {
  /** Certificate, PEM, followed by its intermediates. */
  certificate: pulumi.Output<string>;
  /** Its private key, PEM, a secret. */
  privateKey: pulumi.Output<string>;
  /** CA for clients, PEM; empty where clients trust the issuer already. */
  caCertificate: pulumi.Output<string>;
  /** When clients begin to refuse it, ISO 8601: when it expires, or one of its issuers does. */
  expiresAt: pulumi.Output<string>;
}

/** The subject alternative names of a certificate, split as @pulumi/tls takes them. */
export interface SubjectAltNames {
  dnsNames: string[];
  ipAddresses: string[];
}

/** Splits hosts into DNS names and IP addresses, each once. */
export function subjectAltNames(hosts: string[]): SubjectAltNames {
  const unique = [...new Set(hosts)];
  return {
    dnsNames: unique.filter((host) => isIP(host) === 0),
    ipAddresses: unique.filter((host) => isIP(host) !== 0),
  };
}

const keyArgs: Record<KeyAlgorithm, PrivateKeyArgs> = {
  [KeyAlgorithm.EcdsaP256]: { algorithm: "ECDSA", ecdsaCurve: "P256" },
  [KeyAlgorithm.EcdsaP384]: { algorithm: "ECDSA", ecdsaCurve: "P384" },
  [KeyAlgorithm.Rsa2048]: { algorithm: "RSA", rsaBits: 2048 },
  [KeyAlgorithm.Rsa4096]: { algorithm: "RSA", rsaBits: 4096 },
};

/** Hosts by their names and addresses, those that were Outputs among them, once these are known. */
export function knownHosts(
  description: Pick<SharedDescription, "inputs">,
  hosts: pulumi.Input<string[]>,
): pulumi.Output<string[]> {
  const { inputs } = description;
  const given = pulumi.output(hosts);
  if (inputs === undefined) return given;
  return given.apply((all) =>
    pulumi.output(inputs.resolved(all, (known) => [...new Set(known.map(canonicalHost))])),
  );
}

const hoursPerDay = 24;

/** Hours before its expiry from which on a certificate is renewed. */
const renewalHours = (days: number) =>
  process.env[keepVariable] === undefined ? days * hoursPerDay : 0;

/**
 * The certificate that the description asks for, where the stack holds its key; undefined where it holds none: without TLS, and
 * where the key stays in the cluster, in the user's own Secret or one of cert-manager, or with the registry,
 * which asks an ACME server itself.
 * @param hosts names and addresses that the stack's own certificate covers
 */
export function createCertificate(
  name: string,
  hosts: pulumi.Input<string[]>,
  description: SharedDescription,
  opts: pulumi.CustomResourceOptions,
): ServerCertificate | undefined {
  const { stack, tls } = description;
  switch (tls.mode) {
    case TlsMode.Off:
    case TlsMode.CertManager:
    case TlsMode.Acme:
      return undefined;
    case TlsMode.Provided:
      return tls.secretName === undefined ? providedCertificate(description) : undefined;
    case TlsMode.SelfSigned:
      return issueCertificate(name, stack, knownHosts(description, hosts), tls, opts);
  }
}

/**
 * A CA in the stack and a server certificate that it signs for `hosts`. An `up` renews the certificate within `renewBeforeDays`
 * of its expiry, and the CA as soon as it would expire before a certificate that it signs now. The keys stay: clients that hold
 * the old CA accept what the renewed one signs, and have the whole `validityDays` to get the new one.
 */
function issueCertificate(
  name: string,
  stack: string,
  names: pulumi.Output<string[]>,
  tls: TlsSettings,
  opts: pulumi.CustomResourceOptions,
): ServerCertificate {
  const caKey = new PrivateKey(`${name}-ca-key`, keyArgs[tls.keyAlgorithm], opts);
  const ca = new SelfSignedCert(
    `${name}-ca`,
    {
      privateKeyPem: caKey.privateKeyPem,
      subject: { commonName: `Wharf ${stack} CA`, organization: "Wharf" },
      isCaCertificate: true,
      allowedUses: ["cert_signing", "crl_signing", "digital_signature"],
      setSubjectKeyId: true,
      validityPeriodHours: tls.caValidityDays * hoursPerDay,
      earlyRenewalHours: renewalHours(tls.validityDays),
    },
    opts,
  );
  const key = new PrivateKey(`${name}-key`, keyArgs[tls.keyAlgorithm], opts);
  const request = new CertRequest(
    `${name}-request`,
    {
      privateKeyPem: key.privateKeyPem,
      subject: { commonName: names.apply(([first]) => first ?? ""), organization: "Wharf" },
      dnsNames: names.apply((all) => subjectAltNames(all).dnsNames),
      ipAddresses: names.apply((all) => subjectAltNames(all).ipAddresses),
    },
    opts,
  );
  const certificate = new LocallySignedCert(
    `${name}-certificate`,
    {
      certRequestPem: request.certRequestPem,
      caPrivateKeyPem: caKey.privateKeyPem,
      caCertPem: ca.certPem,
      allowedUses: ["digital_signature", "key_encipherment", "server_auth"],
      setSubjectKeyId: true,
      validityPeriodHours: tls.validityDays * hoursPerDay,
      earlyRenewalHours: renewalHours(tls.renewBeforeDays),
    },
    opts,
  );
  return {
    certificate: certificate.certPem,
    privateKey: key.privateKeyPem,
    caCertificate: ca.certPem,
    expiresAt: certificate.validityEndTime.apply((end) => new Date(end).toISOString()),
  };
}

/** The certificate that the description has, checked before as far as it was known. */
function providedCertificate(description: SharedDescription): ServerCertificate {
  const { certificate = "", privateKey = "", caCertificate = "" } = description.tls;
  return {
    certificate: pulumi.output(resolved(description, certificate, (known) => known)),
    privateKey: pulumi.secret(resolved(description, privateKey, (known) => known)),
    caCertificate: pulumi.output(resolved(description, caCertificate, (known) => known)),
    expiresAt: pulumi.output(
      resolved(description, [certificate, caCertificate] as const, ([server, ca]) =>
        acceptedUntil(server, ca),
      ),
    ),
  };
}
