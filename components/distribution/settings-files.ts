import type { SharedDescription } from "../model/description";
import * as pulumi from "@pulumi/pulumi";

import { registryRealm } from "../access/distribution";
import { AuthMode } from "../model/auth";
import {
  type AuthInput,
  distributionConfig,
  type RedisInput,
  renderConfig,
  type TlsInput,
} from "./config";
import { credentialFile, credentialsOf } from "../model/distribution/proxy";
import { resolved } from "../core/tokens";
import { acmePath, letsEncrypt, TlsMode } from "../model/tls";
import { htpasswdFile, policyFile, retentionFile } from "./users";

/** Port of the Redis that runs beside the registry. */
export const redisPort = 6379;

/** redis.conf of a cache that writes nothing to disk and evicts what was used least recently. */
export function redisConf(password: string): string {
  return [
    `port ${redisPort}`,
    `requirepass ${password}`,
    'save ""',
    "appendonly no",
    "maxmemory 64mb",
    "maxmemory-policy allkeys-lru",
    "",
  ].join("\n");
}

/** File of the CA of an ACME server. Go trusts the CAs in every file of a directory that `SSL_CERT_DIR` names. */
export const acmeCaFile = "acme-ca.crt";

/** What a browser shows when it asks for a password. */
const realm = "Wharf";

/** Where the files of a registry are in its container, and what they take from other resources. */
export interface SettingsInputs {
  /** Directory of config.yml and of the files that `settingsFiles` returns, absolute. */
  directory: string;
  /** Directory of the files of the users; undefined where clients need no login. */
  usersDirectory: string | undefined;
  /** Name of the policy in that directory. Defaults to the registry's own. */
  policy?: string;
  /** Paths of the server's certificate and key; undefined without TLS, and where an ACME server issues them. */
  certificate: { path: string; keyPath: string } | undefined;
  /** The Redis that runs beside the registry; undefined without one. */
  redis: { address: string; password: pulumi.Input<string> } | undefined;
  /** Signs the state of unfinished uploads. */
  httpSecret: pulumi.Input<string>;
  /** Names and addresses by which clients reach the registry. */
  hosts: string[];
}

/** Contents by file name: config.yml, and the keys and certificates of the description that it names. */
export function settingsFiles(
  args: SharedDescription,
  inputs: SettingsInputs,
): Record<string, pulumi.Input<string>> {
  const { auth, distribution, storage, tls } = args;
  const path = (file: string) => `${inputs.directory}/${file}`;
  const redisTls = distribution.cache.kind === "redis" ? distribution.cache.tls : undefined;
  const config = pulumi
    .all([inputs.httpSecret, inputs.redis?.password])
    .apply(([httpSecret, redisPassword]) =>
      pulumi.output(
        resolved(
          args,
          { storage, distribution, hosts: inputs.hosts, names: args.endpoint.hosts },
          ({ names, ...known }) =>
            renderConfig(
              distributionConfig({
                ...known,
                httpSecret,
                auth: authInput(args, inputs, path),
                tls: tlsInput(args, inputs, names, path),
                redis: redisInput(inputs.redis?.address, redisPassword, redisTls, path),
              }),
            ),
        ),
      ),
    );
  const file = (text: string | undefined) =>
    text === undefined ? undefined : resolved(args, text, (known) => known);
  return present({
    "config.yml": config,
    "client-ca.crt": file(tls.clientCaCertificates),
    [acmeCaFile]: tls.mode === TlsMode.Acme ? file(tls.acme?.caCertificate) : undefined,
    "token.crt": file(auth.token?.rootCertBundle),
    "jwks.json": file(auth.token?.jwks),
    "redis-ca.crt": file(redisTls?.caCertificate),
    "redis.crt": file(redisTls?.certificate),
    "redis.key": file(redisTls?.key),
    [credentialFile]: distribution.proxy && resolved(args, distribution.proxy, credentialsOf),
  });
}

function authInput(
  { auth: { mode, token }, collection }: SharedDescription,
  { usersDirectory, policy = policyFile }: Pick<SettingsInputs, "usersDirectory" | "policy">,
  path: (file: string) => string,
): AuthInput {
  if (usersDirectory === undefined || mode === AuthMode.Off) return { kind: "none" };
  if (mode === AuthMode.Roles) {
    return {
      kind: "roles",
      realm: registryRealm,
      path: `${usersDirectory}/${policy}`,
      // A pull-through cache has a policy of its own and deletes by its own rules.
      retentionPath:
        collection && policy === policyFile ? `${usersDirectory}/${retentionFile}` : undefined,
    };
  }
  return token === undefined
    ? { kind: "htpasswd", realm, path: `${usersDirectory}/${htpasswdFile}` }
    : {
        kind: "token",
        ...token,
        rootCertBundlePath: token.rootCertBundle && path("token.crt"),
        jwksPath: token.jwks && path("jwks.json"),
      };
}

function tlsInput(
  { tls }: SharedDescription,
  { certificate }: Pick<SettingsInputs, "certificate">,
  names: string[],
  path: (file: string) => string,
): TlsInput | undefined {
  const limits = {
    minimumVersion: tls.minimumVersion,
    cipherSuites: tls.cipherSuites,
    clientCaPaths: tls.clientCaCertificates === undefined ? undefined : [path("client-ca.crt")],
  };
  if (tls.mode === TlsMode.Acme) {
    const { directory = letsEncrypt, email } = tls.acme ?? {};
    return { ...limits, acme: { cachePath: acmePath, directory, email, names } };
  }
  return (
    certificate && { ...limits, certificatePath: certificate.path, keyPath: certificate.keyPath }
  );
}

function redisInput(
  address: string | undefined,
  password: string | undefined,
  tls: { certificate?: string; key?: string } | undefined,
  path: (file: string) => string,
): RedisInput {
  return {
    address,
    password,
    tls: tls && {
      caPath: path("redis-ca.crt"),
      certificatePath: tls.certificate && path("redis.crt"),
      keyPath: tls.key && path("redis.key"),
    },
  };
}

function present(
  files: Record<string, pulumi.Input<string> | undefined>,
): Record<string, pulumi.Input<string>> {
  return Object.fromEntries(
    Object.entries(files).filter(
      (entry): entry is [string, pulumi.Input<string>] => entry[1] !== undefined,
    ),
  );
}
