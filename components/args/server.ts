import type * as pulumi from "@pulumi/pulumi";
import type { Role } from "../model/access";
import type { KeyAlgorithm, TlsMode, TlsVersion } from "../model/tls";

/** A user who logs in by name and password. With `auth.mode` `htpasswd` every user may pull, push and delete. */
export interface UserArgs {
  /** Name to log in with: up to 255 characters, no colon, spaces or control characters, no # at the front (RFC 7617). */
  name: string;
  /** Password, 8 characters to 72 bytes, a secret. Defaults to a generated one of 24 letters and digits. */
  password?: pulumi.Input<string>;
  /** Any text, for example a date: when it changes, a new password is generated for this user only. Defaults to none. */
  rotation?: string;
  /**
   * What the user may do: `pull`, `push` (and pull), `delete` (only that) or `admin` (all of it). Defaults to `admin` for a user `admin`,
   * to `pull` for a user `readonly`, else to `push`; to the rights of the lists for a user who is named in `access` or a repository's lists.
   */
  role?: Role;
  /** Repositories that the role is for, by name or pattern: `shop/*` for one part of a name, `shop/**` for all below. Defaults to all. */
  repositories?: string[];
  /** Day from which on the user is refused, as 2027-01-31. Defaults to never. */
  expires?: string;
  /**
   * Several passwords, so that a rotation overlaps: the old one works until its day, the last one is handed out. Defaults to the one
   * password of the user.
   */
  secrets?: UserSecretArgs[];
  /** Ranges of addresses, as `10.0.0.0/8`, that the user may connect from. Defaults to everywhere. */
  allowFrom?: string[];
}

/** One of several passwords of a user. */
export interface UserSecretArgs {
  /** Name of the password, as in `2027-01`. `first` is the one that the user had before this list. */
  name: string;
  /** Password, 8 characters to 72 bytes, a secret. Defaults to a generated one of 24 letters and digits. */
  password?: pulumi.Input<string>;
  /** Day from which on this password is refused, as 2027-01-31. Defaults to never. */
  until?: string;
}

/** Where the registry answers. */
export interface EndpointArgs {
  /**
   * DNS names and IP addresses by which clients reach the registry, without scheme and port; the first one is used in commands.
   * Defaults to localhost in a lab; on docker at least one is required in other environments; on kubernetes the Service's names
   * are added.
   */
  hosts?: pulumi.Input<string>[];
  /** Port on the Docker host, or of the Service on kubernetes. Defaults to 5000. */
  port?: number;
}

/** Certificates of the registry, and what TLS accepts. */
export interface TlsArgs {
  /**
   * Where the certificate comes from: a CA that is created in the stack (`self-signed`), your own files or a Secret of the
   * cluster (`provided`), cert-manager (`cert-manager`, on kubernetes only), an ACME server (`acme`, on docker only), or no TLS
   * (`off`, only in a lab on loopback).
   * Defaults to self-signed.
   */
  mode?: TlsMode;
  /** Kind of the keys that are created. Defaults to ecdsa-p256. */
  keyAlgorithm?: KeyAlgorithm;
  /**
   * Days for which the created CA is valid, 1 to 7300, more than `validityDays`; it is renewed, with the same key, before it
   * would end sooner than a certificate that it signs. Defaults to 3650.
   */
  caValidityDays?: number;
  /** Days for which the server's certificate is valid, 1 to 825: Apple's platforms refuse more. Defaults to 397. */
  validityDays?: number;
  /** Days before its end from which on `up` renews a certificate, 0 or more. Defaults to 30. */
  renewBeforeDays?: number;
  /** Lowest TLS version that is accepted. Defaults to tls1.2. */
  minimumVersion?: TlsVersion;
  /** Cipher suites of TLS 1.2 by their IANA names. Defaults to those of distribution, all of them AEAD. */
  cipherSuites?: string[];
  /** Your certificate, PEM, followed by its intermediates; with mode `provided`. */
  certificate?: pulumi.Input<string>;
  /** Private key of `certificate`, PEM, a secret; with mode `provided`. */
  privateKey?: pulumi.Input<string>;
  /** CA that clients must trust for `certificate`, PEM. Defaults to none, for a certificate that a public CA signed. */
  caCertificate?: pulumi.Input<string>;
  /** CAs, PEM, one of which must have signed a client's certificate (mutual TLS). Defaults to no client certificates. */
  clientCaCertificates?: pulumi.Input<string>;
}

/** Container images that Wharf runs. */
export interface ImagesArgs {
  /** Image of distribution v3. Defaults to the official image, pinned by digest. */
  registry?: string;
  /** Image of Redis, with `distribution.cache.kind` `redis`. Defaults to the official image, pinned by digest. */
  redis?: string;
}

/** Limits of the registry's container. */
export interface ResourcesArgs {
  /** Memory that the container may use, in MiB, at least 64. Defaults to 512. */
  memoryMiB?: number;
  /** Processors that the container may use, at least 0.1. Defaults to 1. */
  cpus?: number;
}

/** Where `npx wharf backup` keeps what it saves, when it is to run, and what it tells Prometheus. */
export interface BackupArgs {
  /** An absolute directory, `s3://bucket/prefix`, `gs://bucket/prefix` or `azblob://container/prefix`. */
  to: string;
  /** When a timer runs it, in cron's five fields. Defaults to `41 2 * * *`. */
  schedule?: string;
  /** Which backups stay. Defaults to 3 of the newest, and those of 7 days, 4 weeks and 6 months. */
  keep?: KeptBackupsArgs;
  /** An absolute path that ends in `.prom`, or the URL of a Pushgateway. Defaults to none. */
  metrics?: string;
}

/** Which backups stay. */
export interface KeptBackupsArgs {
  /** How many of the newest. Defaults to 3. */
  last?: number;
  /** The last one of how many days. Defaults to 7. */
  daily?: number;
  /** The last one of how many weeks. Defaults to 4. */
  weekly?: number;
  /** The last one of how many months. Defaults to 6. */
  monthly?: number;
}

/** Webhook that hears of runs that nobody watches and that fail. */
export interface FailureWebhookArgs {
  /**
   * Address that gets one JSON object by POST for each of them, `https://`; a secret. The NetworkPolicy of kubernetes lets the registry
   * out to its port, to 443 where it is an Output.
   */
  url: pulumi.Input<string>;
  /** Key by which the header `X-Wharf-Signature` signs each request, HMAC-SHA-256, 16 to 256 characters; a secret. Defaults to none. */
  secret?: pulumi.Input<string>;
  /** CA, PEM, of the address's own server, where no public CA signed its certificate. Defaults to none. */
  caCertificate?: pulumi.Input<string>;
  /** Whether runs that succeed are told as well. Defaults to false. */
  onSuccess?: boolean;
}
