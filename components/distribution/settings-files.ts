import type { SharedDescription } from "../model/description";
import * as pulumi from "@pulumi/pulumi";

import { type AuthInput, distributionConfig, type RedisInput, renderConfig } from "./config";
import { credentialFile, credentialsOf } from "../model/distribution/proxy";
import { resolved } from "../core/tokens";

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

/** What a browser shows when it asks for a password. */
const realm = "Wharf";

/** Where the files of a registry are in its container, and what they take from other resources. */
export interface SettingsInputs {
  /** Directory of config.yml and of the files that `settingsFiles` returns, absolute. */
  directory: string;
  /** Path of the htpasswd file; undefined where clients need no user. */
  htpasswdPath: string | undefined;
  /** Paths of the server's certificate and key; undefined without TLS. */
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
        resolved(args, { storage, distribution, hosts: inputs.hosts }, (known) =>
          renderConfig(
            distributionConfig({
              ...known,
              httpSecret,
              auth: authInput(args, inputs.htpasswdPath, path),
              tls: inputs.certificate && {
                certificatePath: inputs.certificate.path,
                keyPath: inputs.certificate.keyPath,
                minimumVersion: tls.minimumVersion,
                cipherSuites: tls.cipherSuites,
                clientCaPaths:
                  tls.clientCaCertificates === undefined ? undefined : [path("client-ca.crt")],
              },
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
    "token.crt": file(auth.token?.rootCertBundle),
    "jwks.json": file(auth.token?.jwks),
    "redis-ca.crt": file(redisTls?.caCertificate),
    "redis.crt": file(redisTls?.certificate),
    "redis.key": file(redisTls?.key),
    [credentialFile]: distribution.proxy && resolved(args, distribution.proxy, credentialsOf),
  });
}

function authInput(
  { auth: { token } }: SharedDescription,
  htpasswdPath: string | undefined,
  path: (file: string) => string,
): AuthInput {
  if (htpasswdPath === undefined) return { kind: "none" };
  return token === undefined
    ? { kind: "htpasswd", realm, path: htpasswdPath }
    : {
        kind: "token",
        ...token,
        rootCertBundlePath: token.rootCertBundle && path("token.crt"),
        jwksPath: token.jwks && path("jwks.json"),
      };
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
