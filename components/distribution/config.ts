import { stringify } from "yaml";
import type { RedisCache } from "../model/distribution/cache";
import { headerLists, httpConfig } from "./config-http";
import type { AuthInput, ConfigInputs, RedisInput } from "./config-inputs";
import { storageConfig, storageMiddleware } from "./config-storage";
import type { AuthConfig, DistributionConfig, RedisConfig } from "./config-yml";
import type { DistributionSettings } from "../model/distribution/settings";
import { credentialHelper } from "../model/distribution/proxy";

export { debugPort, registryPort } from "./config-http";
export type { AuthInput, ConfigInputs, RedisInput, TlsInput } from "./config-inputs";
export { redirects } from "./config-storage";
export type { ClientAuth, DistributionConfig } from "./config-yml";

function authConfig(auth: AuthInput): AuthConfig | undefined {
  switch (auth.kind) {
    case "none":
      return undefined;
    case "htpasswd":
      return { htpasswd: { realm: auth.realm, path: auth.path } };
    case "roles":
      return {
        roles: { realm: auth.realm, policy: auth.path, retention: auth.retentionPath },
      };
    case "token":
      return {
        token: {
          realm: auth.realm,
          service: auth.service,
          issuer: auth.issuer,
          rootcertbundle: auth.rootCertBundlePath,
          jwks: auth.jwksPath,
          signingalgorithms: auth.signingAlgorithms,
          autoredirect: auth.autoRedirect,
          autoredirectpath: auth.autoRedirect ? auth.autoRedirectPath : undefined,
        },
      };
  }
}

function redisConfig(cache: RedisCache, beside: RedisInput = {}): RedisConfig {
  const addresses = cache.addresses ?? (beside.address === undefined ? [] : [beside.address]);
  if (addresses.length === 0) {
    throw new Error("the Redis cache has neither addresses of its own nor a Redis beside it");
  }
  if (cache.tls !== undefined && beside.tls === undefined) {
    throw new Error("the Redis cache speaks TLS, but the paths of its certificates are not given");
  }
  return {
    addrs: addresses,
    username: cache.username,
    password: cache.addresses === undefined ? beside.password : cache.password,
    db: cache.database,
    mastername: cache.sentinelMaster,
    sentinelusername: cache.sentinelUsername,
    sentinelpassword: cache.sentinelPassword,
    maxretries: cache.maxRetries,
    dialtimeout: `${cache.dialTimeoutSeconds}s`,
    readtimeout: `${cache.readTimeoutSeconds}s`,
    writetimeout: `${cache.writeTimeoutSeconds}s`,
    poolsize: cache.poolSize,
    maxidleconns: cache.maxIdleConnections,
    connmaxidletime: `${cache.maxIdleSeconds}s`,
    tls: beside.tls && {
      rootcas: [beside.tls.caPath],
      certificate: beside.tls.certificatePath,
      key: beside.tls.keyPath,
    },
  };
}

/** The level that is logged: as set, or the quietest that keeps notification headers out of the log. */
function logLevel({
  log,
  notifications,
}: DistributionSettings): DistributionConfig["log"]["level"] {
  const holdsHeaders = notifications.endpoints.some(
    (endpoint) => endpoint.enabled && Object.keys(endpoint.headers).length > 0,
  );
  return log.level ?? (holdsHeaders ? "warn" : "info");
}

function notificationConfig({
  notifications,
}: DistributionSettings): DistributionConfig["notifications"] {
  if (notifications.endpoints.length === 0) {
    return undefined;
  }
  return {
    events: { includereferences: notifications.includeReferences },
    endpoints: notifications.endpoints.map((endpoint) => ({
      name: endpoint.name,
      disabled: !endpoint.enabled,
      url: endpoint.url,
      headers: headerLists(endpoint.headers),
      timeout: `${endpoint.timeoutSeconds}s` as const,
      threshold: endpoint.threshold,
      backoff: `${endpoint.backoffSeconds}s` as const,
      ignoredmediatypes: endpoint.ignoredMediaTypes,
      ignore: { mediatypes: endpoint.ignore.mediaTypes, actions: endpoint.ignore.actions },
    })),
  };
}

function healthConfig({ health }: DistributionSettings): DistributionConfig["health"] {
  return {
    storagedriver: {
      enabled: health.storageDriver.enabled,
      interval: `${health.storageDriver.intervalSeconds}s`,
      threshold: health.storageDriver.threshold,
    },
    file: health.files.map((check) => ({
      file: check.path,
      interval: `${check.intervalSeconds}s` as const,
    })),
    http: health.http.map((check) => ({
      uri: check.url,
      statuscode: check.statusCode,
      headers: headerLists(check.headers),
      timeout: `${check.timeoutSeconds}s` as const,
      interval: `${check.intervalSeconds}s` as const,
      threshold: check.threshold,
    })),
    tcp: health.tcp.map((check) => ({
      addr: check.address,
      timeout: `${check.timeoutSeconds}s` as const,
      interval: `${check.intervalSeconds}s` as const,
      threshold: check.threshold,
    })),
  };
}

/**
 * The whole config.yml of the registry, as a value. Equal inputs give an equal value.
 *
 * @throws Error when the cache is Redis and neither the settings nor `redis.address` name one, or when
 * it speaks TLS and `redis.tls` gives no paths.
 */
export function distributionConfig(inputs: ConfigInputs): DistributionConfig {
  const { distribution, storage } = inputs;
  const { cache, log, proxy, validation } = distribution;
  const middleware = storageMiddleware(distribution);
  return {
    version: "0.1",
    log: {
      level: logLevel(distribution),
      formatter: log.format,
      fields: Object.keys(log.fields).length > 0 ? log.fields : undefined,
      accesslog: { disabled: !log.accessLog },
      reportcaller: log.reportCaller,
    },
    storage: storageConfig(storage, distribution),
    middleware: middleware.length > 0 ? { storage: middleware } : undefined,
    auth: authConfig(inputs.auth),
    http: httpConfig(inputs),
    redis: cache.kind === "redis" ? redisConfig(cache, inputs.redis) : undefined,
    notifications: notificationConfig(distribution),
    health: healthConfig(distribution),
    proxy: proxy && {
      remoteurl: proxy.remoteUrl,
      exec: { command: credentialHelper },
      ttl: `${proxy.ttlHours}h`,
      cachewritetimeout: `${proxy.cacheWriteTimeoutSeconds}s`,
    },
    validation: {
      disabled: !validation.enabled,
      manifests: {
        urls: validation.urls,
        indexes: { platforms: validation.platforms, platformlist: validation.platformList },
      },
    },
    catalog: { maxentries: distribution.catalogMaxEntries },
    tags: { maxtags: distribution.tagsMax },
  };
}

/**
 * config.yml as text. Text values are always quoted: distribution reads YAML 1.1, where a bare
 * `yes`, `off` or `1_000` is not a text, and a password may look like that.
 */
export function renderConfig(config: DistributionConfig): string {
  return stringify(config, {
    version: "1.1",
    lineWidth: 0,
    defaultStringType: "QUOTE_DOUBLE",
    defaultKeyType: "PLAIN",
    aliasDuplicateObjects: false,
  });
}
