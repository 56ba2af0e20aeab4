import type { ClientAuth } from "./config-yml";
import type { DistributionSettings } from "../model/distribution/settings";
import type { StorageSettings } from "../model/storage";

/** Who may log in. Paths are paths in the container. */
export type AuthInput =
  | { kind: "none" }
  | { kind: "htpasswd"; realm: string; path: string }
  | {
      kind: "roles";
      realm: string;
      path: string;
      /** Rules by which the registry deletes images; it deletes none by itself without. */
      retentionPath?: string;
    }
  | {
      kind: "token";
      realm: string;
      service: string;
      issuer: string;
      rootCertBundlePath?: string;
      jwksPath?: string;
      signingAlgorithms: string[];
      autoRedirect: boolean;
      autoRedirectPath: string;
    };

/** An ACME server that the registry asks for its certificates itself. */
export interface AcmeInput {
  /** Directory that the registry keeps its account, keys and certificates in; only its user may read it. */
  cachePath: string;
  /** URL of the server's directory. */
  directory: string;
  email?: string;
  /** DNS names that certificates are asked for. */
  names: string[];
}

/** TLS of the registry's port. Paths are paths in the container. */
export type TlsInput = TlsLimits &
  ({ certificatePath: string; keyPath: string } | { acme: AcmeInput });

/** What of TLS the registry accepts. */
export interface TlsLimits {
  minimumVersion: "tls1.2" | "tls1.3";
  /** Cipher suites by Go's names, for TLS 1.2. Defaults to distribution's nine with forward secrecy. */
  cipherSuites?: string[];
  /** Certificates that sign clients' certificates. None: clients are asked for no certificate. */
  clientCaPaths?: string[];
  /** How a client's certificate is asked for. Defaults to requiring one, where `clientCaPaths` is given. */
  clientAuth?: ClientAuth;
}

/** The Redis that Wharf runs beside the registry, and where the files for the user's own Redis are. */
export interface RedisInput {
  /** `host:port` of the Redis beside the registry; used where the settings name no address. */
  address?: string;
  /** Its password; used where the settings name no address. */
  password?: string;
  /** Paths in the container of the PEM files that `distribution.cache.tls` holds. */
  tls?: { caPath: string; certificatePath?: string; keyPath?: string };
}

/** Everything that config.yml is made of, as plain values. */
export interface ConfigInputs {
  storage: StorageSettings;
  distribution: DistributionSettings;
  /** Signs the state of unfinished uploads; equal on all replicas and stable over restarts. */
  httpSecret: string;
  auth: AuthInput;
  /** Undefined serves plain HTTP. */
  tls?: TlsInput;
  redis?: RedisInput;
  /** The names and addresses, without ports, by which clients reach the registry; they decide on HSTS. */
  hosts: string[];
  /** Where the registry listens. Defaults to `:5000`. */
  address?: string;
  /** Where health and metrics listen. Defaults to 127.0.0.1:5001, and to `:5001` with metrics. */
  debugAddress?: string;
}
