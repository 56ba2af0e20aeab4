import * as pulumi from "@pulumi/pulumi";
import type { RemoteImage } from "@pulumi/docker/remoteImage";
import type { Volume } from "@pulumi/docker/volume";
import { RandomPassword } from "@pulumi/random/randomPassword";
import type { ServerCertificate } from "../certificates";
import {
  distributionConfig,
  renderConfig,
  type AuthInput,
  type RedisInput,
} from "../distribution/config";
import type { RegistryArgs } from "../registry";
import { usersDirectory } from "./access";
import { deliverFiles, type Files } from "./files";
import { stackLabels } from "./labels";
import type { Redis } from "./redis";

/** Directory of config.yml and all that it names, where the image's own config.yml lies as well. */
export const settingsDirectory = "/etc/distribution";
/** What a browser shows when it asks for a password. */
const realm = "Wharf";

const path = (file: string) => `${settingsDirectory}/${file}`;

/** What the settings take from other resources. */
export interface SettingsInputs {
  /** Image of the registry. */
  image: RemoteImage;
  /** Volume that holds the images; undefined where a bucket does. */
  volume: Volume | undefined;
  /** The server's certificate; undefined without TLS. */
  certificate: ServerCertificate | undefined;
  /** The Redis that runs beside the registry; undefined without one. */
  redis: Redis | undefined;
  /** Names and addresses by which clients reach the registry. */
  hosts: string[];
}

/** Delivers config.yml, certificates and keys: what the registry reads once, when it starts. */
export function deliverSettings(
  name: string,
  inputs: SettingsInputs,
  args: RegistryArgs,
  opts: pulumi.CustomResourceOptions,
): Files {
  // Signs the state of unfinished uploads. It stays the same, or a registry that rolls would forget them.
  const httpSecret = new RandomPassword(
    `${name}-http-secret`,
    { length: 48, special: false },
    opts,
  );
  const { image, volume } = inputs;
  return deliverFiles(
    name,
    {
      name: `wharf-${args.stack}-settings`,
      directory: settingsDirectory,
      image: image.imageId,
      labels: stackLabels(args.stack),
      contents: settingsFiles(args, inputs, httpSecret.result),
      opens: volume,
    },
    opts,
  );
}

/** The files by name below `settingsDirectory`. */
function settingsFiles(
  args: RegistryArgs,
  inputs: SettingsInputs,
  secret: pulumi.Output<string>,
): Record<string, pulumi.Input<string>> {
  const { auth, engine, storage, tls } = args;
  const redisTls = engine.cache.kind === "redis" ? engine.cache.tls : undefined;
  const config = pulumi.all([secret, inputs.redis?.password]).apply(([httpSecret, redisPassword]) =>
    renderConfig(
      distributionConfig({
        storage,
        engine,
        httpSecret,
        hosts: inputs.hosts,
        auth: authInput(args),
        tls: inputs.certificate && {
          certificatePath: path("tls.crt"),
          keyPath: path("tls.key"),
          minimumVersion: tls.minimumVersion,
          cipherSuites: tls.cipherSuites,
          clientCaPaths:
            tls.clientCaCertificates === undefined ? undefined : [path("client-ca.crt")],
        },
        redis: redisInput(inputs.redis?.address, redisPassword, redisTls),
      }),
    ),
  );
  return present({
    "config.yml": config,
    "tls.crt": inputs.certificate?.certificate,
    "tls.key": inputs.certificate?.privateKey,
    "client-ca.crt": tls.clientCaCertificates,
    "token.crt": auth.token?.rootCertBundle,
    "jwks.json": auth.token?.jwks,
    "redis-ca.crt": redisTls?.caCertificate,
    "redis.crt": redisTls?.certificate,
    "redis.key": redisTls?.key,
  });
}

function authInput({ auth: { token } }: RegistryArgs): AuthInput {
  return token === undefined
    ? { kind: "htpasswd", realm, path: `${usersDirectory}/htpasswd` }
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
