import { describe, expect, test } from "vitest";
import type { z } from "zod";
import { authSettings } from "../../../components/model/auth";
import { contradictions, type DescriptionPart } from "../../../components/distribution/rules";
import { distributionSettings } from "../../../components/model/distribution/settings";
import { storageSettings } from "../../../components/model/storage";
import { fullestEngine } from "./fullest-settings";

type Storage = z.input<typeof storageSettings>;
type Engine = z.input<typeof distributionSettings>;

interface Given extends Pick<DescriptionPart, "repositories" | "users" | "tls"> {
  auth?: z.input<typeof authSettings>;
  storage?: Storage;
  distribution?: Engine;
}

const problemsOf = ({ auth, storage, distribution, ...rest }: Given) =>
  contradictions({
    ...rest,
    auth: authSettings.parse(auth ?? {}),
    storage: storageSettings.parse(storage),
    distribution: distributionSettings.parse(distribution),
  });

const proxy = { remoteUrl: "https://mirror.example.com" };
const minio = {
  kind: "s3",
  bucket: "b",
  regionEndpoint: "https://minio.example.com:9000",
  forcePathStyle: true,
} as const;
const amazon = { kind: "s3", bucket: "b", region: "eu-west-1" } as const;
const azure = { kind: "azure", accountName: "a", container: "c" } as const;
const token = {
  realm: "https://auth.example.com",
  service: "registry",
  issuer: "auth",
  jwks: '{"keys":[{"kty":"EC"}]}',
};
const redis = (more: object) =>
  ({ cache: { kind: "redis", addresses: ["redis.example.com:6379"], ...more } }) as Engine;
const endpoint = { name: "ci", url: "https://ci.example.com" };
const set = (key: string, value: unknown) => `pulumi config set --path 'wharf:${key}' ${value}`;
const secret = (key: string) => `pulumi config set --secret --path 'wharf:${key}'`;
const remove = (key: string) => `pulumi config rm --path 'wharf:${key}'`;

/** What is given, then the key, the message and the command of the one problem that it has. */
const cases: [Given, string, string, string?][] = [
  [
    { repositories: [{ name: "app" }, { name: "shop/api" }], distribution: { proxy } },
    "wharf:repositories",
    'names "app", "shop/api", but nothing can be pushed to a pull-through cache of https://mirror.example.com (wharf:distribution.proxy)',
    "pulumi config rm wharf:repositories",
  ],
  [
    { distribution: { proxy, readOnly: true } },
    "wharf:distribution.readOnly",
    "true has no effect on a pull-through cache of https://mirror.example.com, which accepts no push anyway; allowed with wharf:distribution.proxy is false",
    set("distribution.readOnly", false),
  ],
  [
    { distribution: { proxy, delete: false } },
    "wharf:distribution.delete",
    "false keeps the pull-through cache from deleting what is older than 168 hours (wharf:distribution.proxy.ttlHours); allowed is true, or a ttlHours of 0",
    set("distribution.delete", true),
  ],
  [
    { distribution: { proxy: { ...proxy, username: "u" } } },
    "wharf:distribution.proxy.password",
    'is missing, while wharf:distribution.proxy.username is "u"',
    secret("distribution.proxy.password"),
  ],
  [
    { distribution: { proxy: { ...proxy, password: "p" } } },
    "wharf:distribution.proxy.username",
    "is missing, while wharf:distribution.proxy.password is set",
    set("distribution.proxy.username", "NAME"),
  ],
  [
    { users: [{ name: "ci" }], auth: { token } },
    "wharf:users",
    "names 1 user, but with wharf:auth.token a token server decides who may log in; a registry has one of the two",
    "pulumi config rm wharf:users",
  ],
  [
    { users: [{ name: "ci" }, { name: "dev" }], auth: { token } },
    "wharf:users",
    "names 2 users, but with wharf:auth.token a token server decides who may log in; a registry has one of the two",
    "pulumi config rm wharf:users",
  ],
  [
    { auth: { token: { ...token, jwks: undefined } } },
    "wharf:auth.token",
    "has neither rootCertBundle nor jwks, so no token could be verified; at least one belongs here",
    set("auth.token.jwks", '"$(cat jwks.json)"'),
  ],
  [
    { auth: { token: { ...token, autoRedirectPath: "/token" } } },
    "wharf:auth.token.autoRedirectPath",
    '"/token" is used only with autoRedirect true',
    set("auth.token.autoRedirect", true),
  ],
  [
    { tls: { minimumVersion: "tls1.3", cipherSuites: ["TLS_AES_128_GCM_SHA256"] } },
    "wharf:tls.cipherSuites",
    "cannot be chosen in TLS 1.3, the lowest version that wharf:tls.minimumVersion accepts; every suite of TLS 1.3 is always offered",
    remove("tls.cipherSuites"),
  ],
  [
    { tls: { cipherSuites: ["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA257"] } },
    "wharf:tls.cipherSuites[0]",
    '"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA257" is not a cipher suite of distribution; did you mean TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256?',
    set("tls.cipherSuites[0]", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
  ],
  [
    { tls: { cipherSuites: ["RC4"] } },
    "wharf:tls.cipherSuites[0]",
    '"RC4" is not a cipher suite of distribution',
    remove("tls.cipherSuites[0]"),
  ],
  [
    { tls: { cipherSuites: ["TLS_AES_128_GCM_SHA256"] } },
    "wharf:tls.cipherSuites",
    "names suites of TLS 1.3 only, so that no client of TLS 1.2 could connect; let wharf:tls.minimumVersion be tls1.3, or name suites of TLS 1.2",
    remove("tls.cipherSuites"),
  ],
  [
    {
      tls: {
        mode: "self-signed",
        keyAlgorithm: "ecdsa-p256",
        cipherSuites: ["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"],
      },
    },
    "wharf:tls.cipherSuites",
    "names no suite of TLS 1.2 for the certificate's ECDSA key (wharf:tls.keyAlgorithm is ecdsa-p256)",
    remove("tls.cipherSuites"),
  ],
  [
    { storage: { ...minio, forcePathStyle: false } },
    "wharf:storage.forcePathStyle",
    "false asks for the bucket as a host name below that of https://minio.example.com:9000; an S3-compatible server (wharf:storage.regionEndpoint) needs true",
    set("storage.forcePathStyle", true),
  ],
  ...(["accelerate", "dualStack", "fipsEndpoint"] as const).map(
    (name): [Given, string, string, string] => [
      { storage: { ...minio, [name]: true } },
      `wharf:storage.${name}`,
      "true chooses an endpoint of Amazon, but wharf:storage.regionEndpoint is https://minio.example.com:9000",
      set(`storage.${name}`, false),
    ],
  ),
  [
    { storage: { ...minio, secure: false } },
    "wharf:storage.secure",
    "false has no effect with wharf:storage.regionEndpoint, whose https:// decides",
    remove("storage.secure"),
  ],
  [
    { storage: { kind: "s3", bucket: "b" } },
    "wharf:storage.region",
    "is missing; Amazon needs the bucket's region",
    set("storage.region", "REGION"),
  ],
  [
    { storage: { ...amazon, region: "eu-wst-1" } },
    "wharf:storage.region",
    '"eu-wst-1" is not a region of Amazon that distribution knows; did you mean eu-west-1?',
    set("storage.region", "eu-west-1"),
  ],
  [
    { storage: { ...amazon, region: "frankfurt" } },
    "wharf:storage.region",
    '"frankfurt" is not a region of Amazon that distribution knows, such as eu-central-1',
  ],
  [
    { storage: { ...amazon, v4Auth: false } },
    "wharf:storage.v4Auth",
    "false is refused by Amazon; it is for S3-compatible servers (regionEndpoint) only",
    set("storage.v4Auth", true),
  ],
  [
    { storage: { ...amazon, accelerate: true, forcePathStyle: true } },
    "wharf:storage.forcePathStyle",
    "true cannot be combined with wharf:storage.accelerate, which names the bucket in the host",
    set("storage.forcePathStyle", false),
  ],
  [
    { storage: { ...amazon, accelerate: true, fipsEndpoint: true } },
    "wharf:storage.fipsEndpoint",
    "true cannot be combined with wharf:storage.accelerate, which has no FIPS endpoint",
    set("storage.fipsEndpoint", false),
  ],
  [
    { storage: { ...amazon, keyId: "k" } },
    "wharf:storage.encrypt",
    'false leaves wharf:storage.keyId "k" unused; allowed with a key is true',
    set("storage.encrypt", true),
  ],
  [
    { storage: { ...amazon, accessKey: "a" } },
    "wharf:storage.secretKey",
    "is missing, while wharf:storage.accessKey is set; distribution would fall back to the machine's credentials",
    secret("storage.secretKey"),
  ],
  [
    { storage: { ...amazon, secretKey: "s" } },
    "wharf:storage.accessKey",
    "is missing, while wharf:storage.secretKey is set; distribution would fall back to the machine's credentials",
    secret("storage.accessKey"),
  ],
  [
    { storage: { ...minio, redirectEndpoint: "https://cdn.example.com/bucket" } },
    "wharf:storage.redirectEndpoint",
    '"https://cdn.example.com/bucket" must end after the host and port: a signed URL allows no other path or query',
    set("storage.redirectEndpoint", "https://cdn.example.com"),
  ],
  [
    { storage: { ...azure, realm: "core.chinacloudapi.cn", serviceUrl: "https://a.example.com" } },
    "wharf:storage.realm",
    '"core.chinacloudapi.cn" has no effect with wharf:storage.serviceUrl, which names the whole host',
    remove("storage.realm"),
  ],
  [
    { distribution: { redirect: true } },
    "wharf:distribution.redirect",
    "true needs a storage that clients can fetch from, but wharf:storage.kind is volume; allowed is false, or a redirection.baseUrl",
    set("distribution.redirect", false),
  ],
  [
    { distribution: { redirection: { rewrite: { host: "cdn.example.com" } } } },
    "wharf:distribution.redirection.rewrite",
    "changes URLs of the storage, but a volume has none; it needs a bucket or a redirection.baseUrl",
    remove("distribution.redirection.rewrite"),
  ],
  [
    { distribution: { redirect: false, redirection: { baseUrl: "https://files.example.com" } } },
    "wharf:distribution.redirect",
    "false sends clients nowhere, but wharf:distribution.redirection.baseUrl says where",
    set("distribution.redirect", true),
  ],
  [
    {
      storage: { ...minio, redirectEndpoint: "https://cdn.example.com" },
      distribution: { redirect: false },
    },
    "wharf:distribution.redirect",
    "false sends clients nowhere, but wharf:storage.redirectEndpoint says where",
    set("distribution.redirect", true),
  ],
  [
    {
      storage: { ...minio, regionEndpoint: "http://minio:9000" },
      distribution: { redirect: true },
    },
    "wharf:distribution.redirect",
    "true sends clients to http://minio:9000 (wharf:storage.regionEndpoint), a name that only this machine knows; allowed is false, or a wharf:storage.redirectEndpoint that clients reach",
    set("distribution.redirect", false),
  ],
  [
    { distribution: { cache: { kind: "redis" }, metrics: { enabled: true } } },
    "wharf:distribution.metrics.enabled",
    "true would show every secret of the registry on the metrics port: with wharf:distribution.cache.kind redis, distribution prints its whole configuration at /debug/vars there; allowed is false, or another cache",
    set("distribution.metrics.enabled", false),
  ],
  [
    { distribution: { cache: { kind: "redis", password: "p" } } },
    "wharf:distribution.cache.password",
    "is for your own Redis, but wharf:distribution.cache.addresses names none; Wharf configures the one that it runs",
    remove("distribution.cache.password"),
  ],
  [
    { distribution: { cache: { kind: "redis", database: 3 } } },
    "wharf:distribution.cache.database",
    "is for your own Redis, but wharf:distribution.cache.addresses names none; Wharf configures the one that it runs",
    remove("distribution.cache.database"),
  ],
  [
    { distribution: redis({ username: "u" }) },
    "wharf:distribution.cache.password",
    "is missing, while wharf:distribution.cache.username is set",
    secret("distribution.cache.password"),
  ],
  [
    { distribution: redis({ sentinelPassword: "p" }) },
    "wharf:distribution.cache.sentinelMaster",
    "is missing, while wharf:distribution.cache.sentinelPassword is set",
    set("distribution.cache.sentinelMaster", "NAME"),
  ],
  [
    { distribution: redis({ addresses: ["a.example.com:1", "b.example.com:1"], database: 1 }) },
    "wharf:distribution.cache.database",
    "1 is not in a cluster, which wharf:distribution.cache.addresses names with 2 nodes; a cluster has database 0 only",
    set("distribution.cache.database", 0),
  ],
  [
    { distribution: redis({ tls: { caCertificate: "-----BEGIN ", certificate: "-----BEGIN " } }) },
    "wharf:distribution.cache.tls.key",
    "is missing, while wharf:distribution.cache.tls.certificate is set",
    secret("distribution.cache.tls.key"),
  ],
  [
    { distribution: redis({ tls: { caCertificate: "-----BEGIN ", key: "-----BEGIN " } }) },
    "wharf:distribution.cache.tls.certificate",
    "is missing, while wharf:distribution.cache.tls.key is set",
    set("distribution.cache.tls.certificate", '"$(cat client.pem)"'),
  ],
  [
    { distribution: { readOnly: true, uploadPurging: { enabled: true } } },
    "wharf:distribution.uploadPurging.enabled",
    "true would delete in a registry that wharf:distribution.readOnly keeps unchanged; allowed with readOnly is false",
    set("distribution.uploadPurging.enabled", false),
  ],
  [
    { distribution: { http: { relativeUrls: true, externalUrl: "https://r.example.com" } } },
    "wharf:distribution.http.relativeUrls",
    'true is overridden by wharf:distribution.http.externalUrl "https://r.example.com"; a registry has one of the two',
    set("distribution.http.relativeUrls", false),
  ],
  [
    { distribution: { http: { relativeUrls: true, prefix: "/team/" } } },
    "wharf:distribution.http.relativeUrls",
    'true would send clients past wharf:distribution.http.prefix "/team/": distribution leaves the prefix out of relative URLs; allowed with a prefix is false',
    set("distribution.http.relativeUrls", false),
  ],
  [
    { distribution: { http: { externalUrl: "http://r.example.com" } } },
    "wharf:distribution.http.externalUrl",
    '"http://r.example.com" would send clients of a registry with TLS on to plain HTTP; it must start with https://',
    set("distribution.http.externalUrl", "https://r.example.com"),
  ],
  [
    { distribution: { notifications: { endpoints: [endpoint, endpoint] } } },
    "wharf:distribution.notifications.endpoints[1].name",
    '"ci" appears twice, first in wharf:distribution.notifications.endpoints[0]',
    "pulumi config rm --path 'wharf:distribution.notifications.endpoints[1]'",
  ],
  [
    {
      distribution: {
        log: { level: "info" },
        notifications: { endpoints: [{ ...endpoint, headers: { Authorization: "x" } }] },
      },
    },
    "wharf:distribution.log.level",
    '"info" would print the headers of wharf:distribution.notifications.endpoints[0] in the log, in plaintext; allowed with headers are warn and error',
    set("distribution.log.level", "warn"),
  ],
  [
    { distribution: { validation: { platforms: "list" } } },
    "wharf:distribution.validation.platformList",
    'is empty, while wharf:distribution.validation.platforms is "list"',
    set("distribution.validation.platforms", "all"),
  ],
  [
    { distribution: { validation: { platformList: [{ architecture: "amd64", os: "linux" }] } } },
    "wharf:distribution.validation.platforms",
    '"all" leaves wharf:distribution.validation.platformList unused; allowed with a list is list',
    set("distribution.validation.platforms", "list"),
  ],
  [
    { distribution: { validation: { enabled: false, urls: { allow: ["^https://"] } } } },
    "wharf:distribution.validation.enabled",
    "false leaves the rules of wharf:distribution.validation unused; allowed with rules is true",
    set("distribution.validation.enabled", true),
  ],
];

describe("contradictions", () => {
  for (const [given, key, message, fix] of cases) {
    test(`${key} ${message}`, () => {
      expect(problemsOf(given)).toEqual([{ key, message, fix }]);
    });
  }

  test("what is right has none", () => {
    const right: Given[] = [
      {},
      { distribution: fullestEngine },
      { repositories: [{ name: "app" }], users: [{ name: "ci" }] },
      { distribution: { proxy: { ...proxy, ttlHours: 0 }, delete: false } },
      { storage: minio },
      { storage: amazon, distribution: { redirect: true } },
      {
        storage: {
          ...minio,
          regionEndpoint: "https://s3.eu-west-1.amazonaws.com",
          forcePathStyle: false,
        },
      },
      { auth: { token } },
      { distribution: redis({ username: "u", password: "p" }) },
      {
        tls: { mode: "off", cipherSuites: ["x"] },
        distribution: { http: { externalUrl: "http://r" } },
      },
    ];
    for (const given of right) {
      expect(problemsOf(given)).toEqual([]);
    }
  });

  test("several are told at once", () => {
    const given: Given = {
      repositories: [{ name: "app" }],
      distribution: { proxy, delete: false, readOnly: true },
    };
    expect(problemsOf(given)).toHaveLength(3);
  });
});

describe("what a schema refuses by itself", () => {
  const messagesOf = (schema: z.ZodType, value: unknown) =>
    schema.safeParse(value).error?.issues.map(({ path, message }) => [path.join("."), message]);

  const refused: [z.ZodType, unknown, string, string][] = [
    [
      storageSettings,
      { kind: "swift" },
      "kind",
      "was removed in distribution v3; one of volume, s3, gcs, azure belongs here",
    ],
    [storageSettings, { kind: "ftp" }, "kind", "is not one of volume, s3, gcs, azure"],
    [storageSettings, {}, "kind", "is missing; one of volume, s3, gcs, azure belongs here"],
    [
      storageSettings,
      { kind: "volume", path: "images" },
      "path",
      "must be an absolute path on the host, without a colon, . or .. in it",
    ],
    [
      storageSettings,
      { kind: "volume", path: "/" },
      "path",
      "must be an absolute path on the host, without a colon, . or .. in it",
    ],
    [
      storageSettings,
      { kind: "volume", rootDirectory: "/data" },
      "rootDirectory",
      "must be /var/lib/registry, where the volume is mounted, or a directory below it",
    ],
    [
      storageSettings,
      { kind: "gcs", bucket: "b", serviceAccountKey: "{}" },
      "serviceAccountKey",
      "is not the JSON key of a service account (an object with type service_account, client_email and private_key)",
    ],
    [
      authSettings,
      { token: { ...token, jwks: '{"keys":[]}' } },
      "token.jwks",
      'is not a JSON Web Key Set with at least one key ({"keys": [...]})',
    ],
    [
      distributionSettings,
      { http: { prefix: "team" } },
      "http.prefix",
      "must start and end with /, such as /registry/",
    ],
    [
      distributionSettings,
      { http: { externalUrl: "https://r.example.com/team" } },
      "http.externalUrl",
      "must end after the host and port; a path goes into prefix",
    ],
    [
      distributionSettings,
      { http: { headers: { X: "a\r\nB: c" } } },
      "http.headers.X",
      "is not a header value; it must be one line of text",
    ],
    [
      distributionSettings,
      { proxy: { remoteUrl: "https://u:p@r.example.com" } },
      "proxy.remoteUrl",
      "must not hold a user name or password: distribution prints the URL in its log",
    ],
    [
      distributionSettings,
      { proxy: { remoteUrl: "registry-1.docker.io" } },
      "proxy.remoteUrl",
      "is not an http:// or https:// URL",
    ],
    [
      distributionSettings,
      { metrics: { path: "/debug/vars" } },
      "metrics.path",
      "must not start with /debug/, where distribution answers itself",
    ],
    [
      distributionSettings,
      { cache: { kind: "redis", addresses: ["redis"] } },
      "cache.addresses.0",
      "is not host:port, such as redis.example.com:6379",
    ],
    [
      distributionSettings,
      { cache: { kind: "redis", addresses: ["redis:70000"] } },
      "cache.addresses.0",
      "holds a port above 65535",
    ],
    [
      distributionSettings,
      { validation: { urls: { deny: ["(?=x)"] } } },
      "validation.urls.deny.0",
      "is not a regular expression that Go understands (no lookaround, no back references)",
    ],
  ];
  for (const [schema, value, path, message] of refused) {
    test(`${JSON.stringify(value)}: ${path} ${message}`, () => {
      expect(messagesOf(schema, value)).toEqual([[path, message]]);
    });
  }

  const outOfRange: [z.ZodType, unknown, string][] = [
    [storageSettings, { kind: "s3", bucket: "b", chunkSizeMiB: 4 }, "chunkSizeMiB"],
    [storageSettings, { kind: "gcs", bucket: "b", chunkSizeKiB: 300 }, "chunkSizeKiB"],
    [storageSettings, { kind: "volume", maxThreads: 24 }, "maxThreads"],
    [storageSettings, { ...azure, credentials: { type: "shared_key" } }, "credentials.accountKey"],
    [
      storageSettings,
      { ...azure, credentials: { type: "default_credentials", accountKey: "a" } },
      "credentials",
    ],
    [distributionSettings, { http: { drainTimeoutSeconds: 0 } }, "http.drainTimeoutSeconds"],
    [distributionSettings, { log: { level: "trace" } }, "log.level"],
    [
      distributionSettings,
      { notifications: { endpoints: [{ ...endpoint, ignore: { actions: ["list"] } }] } },
      "notifications.endpoints.0.ignore.actions.0",
    ],
    [
      authSettings,
      { token: { ...token, signingAlgorithms: ["HS256"] } },
      "token.signingAlgorithms.0",
    ],
  ];
  for (const [schema, value, path] of outOfRange) {
    test(`${JSON.stringify(value)}: ${path}`, () => {
      expect(messagesOf(schema, value)?.map(([first]) => first)).toEqual([path]);
    });
  }
});
