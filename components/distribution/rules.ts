import { rolesRules } from "../access/roles-rules";
import { unknownName } from "../core/names";
import type { Rule } from "../core/rule";
import type { SharedDescription } from "../model/description";
import { removeCommand, setCommand, setSecretCommand } from "../core/messages";
import type { Problem } from "../core/problems";
import type { AuthSettings } from "../model/auth";
import { imageVersionRule } from "./program-version";
import { settingsContradictions } from "./settings-rules";
import { redirectContradictions, storageContradictions } from "./storage-rules";
import type { DistributionSettings } from "../model/distribution/settings";
import type { StorageSettings } from "../model/storage";

/** What a cipher suite of TLS 1.2 needs of the server's certificate. */
export type CertificateKey = "ecdsa" | "rsa";

/** The suites of TLS 1.2 that distribution v3.1.2 knows (`cipherSuites` in registry/registry.go), with their key. */
export const tls12CipherSuites: Readonly<Record<string, CertificateKey>> = {
  TLS_RSA_WITH_3DES_EDE_CBC_SHA: "rsa",
  TLS_RSA_WITH_AES_128_CBC_SHA: "rsa",
  TLS_RSA_WITH_AES_256_CBC_SHA: "rsa",
  TLS_RSA_WITH_AES_128_GCM_SHA256: "rsa",
  TLS_RSA_WITH_AES_256_GCM_SHA384: "rsa",
  TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA: "ecdsa",
  TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA: "ecdsa",
  TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA: "rsa",
  TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA: "rsa",
  TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA: "rsa",
  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256: "rsa",
  TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: "ecdsa",
  TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384: "rsa",
  TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384: "ecdsa",
  TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256: "rsa",
  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256: "ecdsa",
};

/** The suites of TLS 1.3; distribution knows their names, but Go always offers all three. */
export const tls13CipherSuites: readonly string[] = [
  "TLS_AES_128_GCM_SHA256",
  "TLS_AES_256_GCM_SHA384",
  "TLS_CHACHA20_POLY1305_SHA256",
];

/** The parts of a description that can contradict each other in the registry's own software. */
export interface DescriptionPart {
  /** Repositories that the user wrote down; undefined or empty where Wharf's default applies. */
  repositories?: { name: string }[];
  /** Users that the user wrote down; undefined or empty where Wharf's default applies. */
  users?: { name: string }[];
  auth?: AuthSettings;
  tls?: {
    /** `self-signed`, `provided` or `off`. */
    mode?: string;
    /** `tls1.2` or `tls1.3`. */
    minimumVersion?: string;
    cipherSuites?: string[];
    /** Kind of the self-signed certificate's key, `ecdsa-…` or `rsa-…`. */
    keyAlgorithm?: string;
  };
  storage: StorageSettings;
  distribution: DistributionSettings;
}

function authContradictions({ auth, users = [] }: DescriptionPart): Problem[] {
  const problems: Problem[] = [];
  if (auth?.token === undefined) {
    return problems;
  }
  const { rootCertBundle, jwks, autoRedirect, autoRedirectPath } = auth.token;
  if (users.length > 0) {
    problems.push({
      key: "wharf:users",
      message: `names ${users.length === 1 ? "1 user" : `${users.length} users`}, but with wharf:auth.token a token server decides who may log in; a registry has one of the two`,
      fix: removeCommand(["users"]),
    });
  }
  if (rootCertBundle === undefined && jwks === undefined) {
    problems.push({
      key: "wharf:auth.token",
      message:
        "has neither rootCertBundle nor jwks, so no token could be verified; at least one belongs here",
      fix: `pulumi config set --path 'wharf:auth.token.jwks' "$(cat jwks.json)"`,
    });
  }
  if (!autoRedirect && autoRedirectPath !== "/auth/token") {
    problems.push({
      key: "wharf:auth.token.autoRedirectPath",
      message: `"${autoRedirectPath}" is used only with autoRedirect true`,
      fix: setCommand(["auth", "token", "autoRedirect"], true),
    });
  }
  return problems;
}

function unknownSuite(suite: string, index: number): Problem[] {
  const path = ["tls", "cipherSuites", index];
  return unknownName(path, suite, Object.keys(tls12CipherSuites), {
    predicate: "is not a cipher suite of distribution",
    ending: "",
    fix: removeCommand(path),
  });
}

function tlsContradictions({ tls }: DescriptionPart): Problem[] {
  const suites = tls?.cipherSuites ?? [];
  if (tls === undefined || tls.mode === "off" || suites.length === 0) {
    return [];
  }
  const key = "wharf:tls.cipherSuites";
  const fix = removeCommand(["tls", "cipherSuites"]);
  if (tls.minimumVersion === "tls1.3") {
    const message =
      "cannot be chosen in TLS 1.3, the lowest version that wharf:tls.minimumVersion accepts; every suite of TLS 1.3 is always offered";
    return [{ key, message, fix }];
  }
  const unknown = suites.flatMap((suite, index) =>
    suite in tls12CipherSuites || tls13CipherSuites.includes(suite)
      ? []
      : unknownSuite(suite, index),
  );
  if (unknown.length > 0) {
    return unknown;
  }
  const keys = suites.flatMap((suite) => tls12CipherSuites[suite] ?? []);
  if (keys.length === 0) {
    const message =
      "names suites of TLS 1.3 only, so that no client of TLS 1.2 could connect; let wharf:tls.minimumVersion be tls1.3, or name suites of TLS 1.2";
    return [{ key, message, fix }];
  }
  const certificateKey = tls.keyAlgorithm?.startsWith("rsa") ? "rsa" : "ecdsa";
  if (
    tls.mode === "self-signed" &&
    tls.keyAlgorithm !== undefined &&
    !keys.includes(certificateKey)
  ) {
    const message = `names no suite of TLS 1.2 for the certificate's ${certificateKey.toUpperCase()} key (wharf:tls.keyAlgorithm is ${tls.keyAlgorithm})`;
    return [{ key, message, fix }];
  }
  return [];
}

function proxyContradictions({
  distribution,
  repositories = [],
  storage,
}: DescriptionPart): Problem[] {
  const { proxy } = distribution;
  if (proxy === undefined) {
    return [];
  }
  const problems: Problem[] = [];
  const cache = `a pull-through cache of ${proxy.remoteUrl}`;
  if (repositories.length > 0) {
    problems.push({
      key: "wharf:repositories",
      message: `names ${repositories.map(({ name }) => `"${name}"`).join(", ")}, but nothing can be pushed to ${cache} (wharf:distribution.proxy)`,
      fix: removeCommand(["repositories"]),
    });
  }
  for (const key of ["quotaGiB", "minFreeGiB"] as const) {
    if (storage.kind === "volume" && storage[key] !== undefined) {
      problems.push({
        key: `wharf:storage.${key}`,
        message: `turns pushes away, which ${cache} does not accept anyway; it deletes what was not pulled for wharf:distribution.proxy.ttlHours`,
        fix: removeCommand(["storage", key]),
      });
    }
  }
  if (distribution.readOnly) {
    problems.push({
      key: "wharf:distribution.readOnly",
      message: `true has no effect on ${cache}, which accepts no push anyway; allowed with wharf:distribution.proxy is false`,
      fix: setCommand(["distribution", "readOnly"], false),
    });
  }
  if (!distribution.delete && proxy.ttlHours > 0) {
    problems.push({
      key: "wharf:distribution.delete",
      message: `false keeps the pull-through cache from deleting what is older than ${proxy.ttlHours} hours (wharf:distribution.proxy.ttlHours); allowed is true, or a ttlHours of 0`,
      fix: setCommand(["distribution", "delete"], true),
    });
  }
  if (proxy.username !== undefined && proxy.password === undefined) {
    problems.push({
      key: "wharf:distribution.proxy.password",
      message: `is missing, while wharf:distribution.proxy.username is "${proxy.username}"`,
      fix: setSecretCommand(["distribution", "proxy", "password"]),
    });
  }
  if (proxy.username === undefined && proxy.password !== undefined) {
    problems.push({
      key: "wharf:distribution.proxy.username",
      message: "is missing, while wharf:distribution.proxy.password is set",
      fix: setCommand(["distribution", "proxy", "username"], "NAME"),
    });
  }
  return problems;
}

/**
 * What contradicts each other in distribution, although each key by itself is allowed. Every problem
 * names the key, the value seen and what is allowed, and the command that fixes it where there is one.
 */
export function contradictions(description: DescriptionPart): Problem[] {
  const { storage, distribution, tls } = description;
  return [
    ...authContradictions(description),
    ...tlsContradictions(description),
    ...storageContradictions(storage),
    ...redirectContradictions(storage, distribution),
    ...proxyContradictions(description),
    ...settingsContradictions(distribution, tls?.mode !== "off"),
  ];
}

/** Rules across the keys of the registry's own software, for the targets on which Wharf runs it. */
export const distributionRules: Rule<SharedDescription>[] = [
  { needs: ["users", "auth", "tls", "storage", "distribution"], find: (d) => contradictions(d) },
  imageVersionRule,
  ...rolesRules,
];
