import type { KubernetesDescription } from "./settings";
import * as pulumi from "@pulumi/pulumi";
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import { Secret } from "@pulumi/kubernetes/core/v1/secret";
import { X509Certificate } from "node:crypto";
import { createCertificate, knownHosts, subjectAltNames } from "../certificates/server-certificate";
import { acceptedUntil } from "../certificates/validity";
import { KeyAlgorithm, TlsMode } from "../model/tls";

import { metadata } from "./labels";
import { createSecret, type Contents } from "./secrets";
import { resolved } from "../core/tokens";

/** Name of the TLS Secret that Wharf or cert-manager makes. */
export const secretName = "registry-cert";
/** Directory of tls.crt and tls.key in the registry's container. */
export const tlsDirectory = "/tls";

/** The certificate that the registry presents, in a Secret of type kubernetes.io/tls. */
export interface TlsSecret {
  /** Name of the Secret in the registry's namespace. */
  secretName: string;
  /** What pods that mount the Secret wait for. */
  resource: pulumi.Resource;
  /** What the registry reads when it starts. */
  contents: Contents;
  /** CA for clients, PEM; empty where clients trust the issuer already. */
  caCertificate: pulumi.Output<string>;
  /** When clients begin to refuse it, ISO 8601: its own end, or that of one of its issuers. */
  expiresAt: pulumi.Output<string>;
}

/**
 * The TLS Secret of the registry, by mode: a certificate of the stack's own CA or of the description, an existing Secret
 * already, or one that cert-manager keeps; undefined without TLS.
 * @param hosts names and addresses that a certificate made here covers
 */
export function createTlsSecret(
  name: string,
  hosts: pulumi.Input<string[]>,
  args: KubernetesDescription,
  opts: pulumi.CustomResourceOptions,
): TlsSecret | undefined {
  const { tls, kubernetes } = args;
  if (tls.mode === TlsMode.Off) return undefined;
  const held = createCertificate(name, hosts, args, { parent: opts.parent });
  if (held !== undefined) {
    const contents = { "tls.crt": held.certificate, "tls.key": held.privateKey };
    return {
      secretName,
      resource: createSecret(
        `${name}-tls`,
        {
          name: secretName,
          type: "kubernetes.io/tls",
          contents: { ...contents, "ca.crt": held.caCertificate },
        },
        args,
        opts,
      ),
      contents,
      caCertificate: held.caCertificate,
      expiresAt: held.expiresAt,
    };
  }
  if (tls.secretName !== undefined) {
    const id = resolved(args, tls.secretName, (found) => `${kubernetes.namespace}/${found}`);
    return foundSecret(tls.secretName, Secret.get(`${name}-tls`, id, opts), args);
  }
  const certificate = requestCertificate(`${name}-certificate`, hosts, args, opts);
  const id = certificate.id.apply(() => `${kubernetes.namespace}/${secretName}`);
  const secret = Secret.get(`${name}-tls`, id, { ...opts, dependsOn: [certificate] });
  return foundSecret(secretName, secret, args);
}

/** A Secret whose contents the cluster holds: each `up` reads them again, and rolls the registry where they were renewed. */
function foundSecret(found: string, secret: Secret, args: KubernetesDescription): TlsSecret {
  const { tls } = args;
  const file = (key: string) =>
    secret.data.apply((data) => Buffer.from(data[key] ?? "", "base64").toString());
  const certificate = pulumi.unsecret(file("tls.crt"));
  const caCertificate =
    tls.caCertificate === undefined
      ? pulumi.unsecret(file("ca.crt"))
      : pulumi.output(resolved(args, tls.caCertificate, (known) => known));
  return {
    secretName: found,
    resource: secret,
    contents: { "tls.crt": certificate, "tls.key": pulumi.secret(file("tls.key")) },
    caCertificate,
    expiresAt: pulumi
      .all([certificate, caCertificate])
      .apply(([pem, ca]) => acceptedUntil(pem, ca)),
  };
}

/** Whether the certificate names addresses that the cluster gave: those that are made for this registry do. */
export function covers(
  { tls }: Pick<KubernetesDescription, "tls">,
  pem: string,
  addresses: string[],
): boolean {
  if (tls.mode !== TlsMode.Provided) return true;
  if (pem === "") return false;
  const certificate = new X509Certificate(pem);
  return addresses.every((address) => certificate.checkIP(address) !== undefined);
}

const privateKeys: Record<KeyAlgorithm, { algorithm: string; size: number }> = {
  [KeyAlgorithm.EcdsaP256]: { algorithm: "ECDSA", size: 256 },
  [KeyAlgorithm.EcdsaP384]: { algorithm: "ECDSA", size: 384 },
  [KeyAlgorithm.Rsa2048]: { algorithm: "RSA", size: 2048 },
  [KeyAlgorithm.Rsa4096]: { algorithm: "RSA", size: 4096 },
};

const hoursPerDay = 24;

/** cert-manager's Certificate, which is ready once the Secret holds what the issuer signed. */
function requestCertificate(
  name: string,
  hosts: pulumi.Input<string[]>,
  args: KubernetesDescription,
  opts: pulumi.CustomResourceOptions,
): CustomResource {
  const { tls } = args;
  const names = knownHosts(args, hosts).apply(subjectAltNames);
  return new CustomResource(
    name,
    {
      apiVersion: "cert-manager.io/v1",
      kind: "Certificate",
      metadata: {
        ...metadata(args, secretName),
        annotations: { "pulumi.com/waitFor": "condition=Ready" },
      },
      spec: {
        secretName,
        issuerRef: tls.issuer,
        dnsNames: names.dnsNames,
        ipAddresses: names.ipAddresses,
        duration: `${tls.validityDays * hoursPerDay}h`,
        renewBefore: `${tls.renewBeforeDays * hoursPerDay}h`,
        privateKey: { ...privateKeys[tls.keyAlgorithm], rotationPolicy: "Always" },
        usages: ["digital signature", "key encipherment", "server auth"],
      },
    },
    opts,
  );
}
