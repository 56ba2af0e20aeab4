import { generateKeyPairSync } from "node:crypto";
import type { z } from "zod";
import type { ConfigInputs } from "../../../components/distribution/config";
import { distributionSettings } from "../../../components/model/distribution/settings";
import { storageSettings } from "../../../components/model/storage";

/** JSON key of a service account that exists nowhere; its tokens would come from `tokenUri`. */
export function serviceAccountKey(tokenUri: string): string {
  const { privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  return JSON.stringify({
    type: "service_account",
    client_email: "registry@example.iam.gserviceaccount.com",
    private_key: privateKey,
    private_key_id: "1",
    token_uri: tokenUri,
  });
}

/** Engine settings in which every key that can be set beside the others is set. */
export const fullestEngine: NonNullable<z.input<typeof distributionSettings>> = {
  log: {
    level: "warn",
    format: "json",
    fields: { team: "platform" },
    accessLog: true,
    reportCaller: true,
  },
  delete: true,
  readOnly: false,
  redirect: true,
  redirection: {
    baseUrl: "https://files.example.com",
    rewrite: { scheme: "https", host: "cdn.example.com", trimPathPrefix: "/bucket" },
  },
  uploadPurging: { enabled: true, ageHours: 24, intervalHours: 6, dryRun: false },
  cache: { kind: "memory", size: 500 },
  http: {
    headers: { "X-Frame-Options": "DENY" },
    drainTimeoutSeconds: 20,
    http2: false,
    relativeUrls: false,
    externalUrl: "https://registry.example.com:5000",
    prefix: "/team/",
  },
  metrics: { enabled: true, path: "/numbers" },
  health: {
    storageDriver: { enabled: true, intervalSeconds: 1, threshold: 1 },
    files: [{ path: "/drain/does-not-exist", intervalSeconds: 1 }],
    http: [{ url: "https://other.example.com/", headers: { Authorization: "Bearer x" } }],
    tcp: [{ address: "other.example.com:443" }],
  },
  notifications: {
    includeReferences: true,
    endpoints: [
      {
        name: "ci",
        url: "https://ci.example.com/events",
        headers: { Authorization: "Bearer x" },
        timeoutSeconds: 0.5,
        threshold: 3,
        backoffSeconds: 2,
        ignoredMediaTypes: ["application/octet-stream"],
        ignore: { mediaTypes: ["text/plain"], actions: ["pull"] },
      },
    ],
  },
  validation: {
    urls: { allow: ["^https://a\\.example\\.com/"], deny: ["^https://b\\.example\\.com/"] },
    platforms: "list",
    platformList: [{ architecture: "amd64", os: "linux" }],
  },
  catalogMaxEntries: 50,
  tagsMax: 20,
  tagLookupConcurrency: 4,
};

const redisEngine = {
  cache: {
    kind: "redis",
    addresses: ["redis-0.example.com:26379", "redis-1.example.com:26379"],
    username: "registry",
    password: "p",
    database: 2,
    sentinelMaster: "main",
    sentinelUsername: "sentinel",
    sentinelPassword: "s",
    tls: { caCertificate: "-----BEGIN CERTIFICATE-----" },
    poolSize: 20,
    maxIdleConnections: 5,
  },
  proxy: { remoteUrl: "https://mirror.example.com", username: "u", password: "p" },
} as const;

const s3 = {
  kind: "s3",
  bucket: "images",
  region: "eu-west-1",
  regionEndpoint: "https://minio.example.com",
  forcePathStyle: true,
  accessKey: "a",
  secretKey: "s",
  encrypt: true,
  keyId: "k",
  rootDirectory: "registry",
  userAgent: "wharf",
  redirectEndpoint: "https://s3.example.com",
} as const;

const azure = {
  kind: "azure",
  accountName: "images",
  container: "registry",
  serviceUrl: "https://azurite.example.com/images",
  rootDirectory: "registry",
} as const;

/** Inputs that together write every key that Wharf can write. */
export function fullest(): ConfigInputs[] {
  const common = {
    httpSecret: "secret",
    hosts: ["registry.example.com"],
    tls: {
      certificatePath: "/c",
      keyPath: "/k",
      minimumVersion: "tls1.2" as const,
      cipherSuites: ["TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"],
      clientCaPaths: ["/ca"],
      clientAuth: "verify-client-cert-if-given" as const,
    },
    redis: { tls: { caPath: "/ca", certificatePath: "/rc", keyPath: "/rk" } },
  };
  const token = {
    kind: "token" as const,
    realm: "https://auth.example.com",
    service: "registry",
    issuer: "auth",
    rootCertBundlePath: "/bundle",
    jwksPath: "/jwks",
    signingAlgorithms: ["ES256"],
    autoRedirect: true,
    autoRedirectPath: "/auth/token",
  };
  const htpasswd = { kind: "htpasswd" as const, realm: "Wharf", path: "/htpasswd" };
  const [first, second] = [
    distributionSettings.parse(fullestEngine),
    distributionSettings.parse(redisEngine),
  ];
  const credentials = [
    { type: "shared_key", accountKey: "a2V5" },
    { type: "client_secret", clientId: "c", tenantId: "t", secret: "s" },
  ] as const;
  return [
    { ...common, storage: storageSettings.parse(undefined), distribution: first, auth: htpasswd },
    { ...common, storage: storageSettings.parse(s3), distribution: second, auth: token },
    {
      ...common,
      storage: storageSettings.parse({
        kind: "gcs",
        bucket: "images",
        rootDirectory: "registry",
        userAgent: "wharf",
        serviceAccountKey: serviceAccountKey("https://oauth2.googleapis.com/token"),
      }),
      distribution: second,
      auth: token,
    },
    ...credentials.map((one) => ({
      ...common,
      storage: storageSettings.parse({ ...azure, credentials: one }),
      distribution: first,
      auth: { kind: "none" as const },
    })),
  ];
}
