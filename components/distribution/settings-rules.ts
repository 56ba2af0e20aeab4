import { repeated } from "../core/names";
import { removeCommand, setCommand, setSecretCommand } from "../core/messages";
import type { Problem } from "../core/problems";
import type { RedisCache } from "../model/distribution/cache";
import type { EngineSettings } from "../model/distribution/settings";

/** Settings of a Redis of the user's own, which say nothing of the one that Wharf runs. */
const ownRedisOnly = [
  "username",
  "password",
  "sentinelMaster",
  "sentinelUsername",
  "sentinelPassword",
  "tls",
] as const;

function missingHalf(given: string, missing: string, fix: string): Problem {
  return {
    key: `wharf:engine.cache.${missing}`,
    message: `is missing, while wharf:engine.cache.${given} is set`,
    fix,
  };
}

function redisContradictions(redis: RedisCache): Problem[] {
  const path = (...keys: string[]) => ["engine", "cache", ...keys];
  if (redis.addresses === undefined) {
    const foreign = [
      ...ownRedisOnly.filter((key) => redis[key] !== undefined),
      ...(redis.database === 0 ? [] : ["database"]),
    ];
    return foreign.map((key) => ({
      key: `wharf:engine.cache.${key}`,
      message:
        "is for a Redis of your own, but wharf:engine.cache.addresses names none; Wharf sets up the one that it runs",
      fix: removeCommand(path(key)),
    }));
  }
  const problems: Problem[] = [];
  if (redis.username !== undefined && redis.password === undefined) {
    problems.push(missingHalf("username", "password", setSecretCommand(path("password"))));
  }
  for (const key of ["sentinelUsername", "sentinelPassword"] as const) {
    if (redis[key] !== undefined && redis.sentinelMaster === undefined) {
      problems.push(missingHalf(key, "sentinelMaster", setCommand(path("sentinelMaster"), "NAME")));
    }
  }
  if (redis.database !== 0 && redis.addresses.length > 1 && redis.sentinelMaster === undefined) {
    problems.push({
      key: "wharf:engine.cache.database",
      message: `${redis.database} is not in a cluster, which wharf:engine.cache.addresses names with ${redis.addresses.length} nodes; a cluster has database 0 only`,
      fix: setCommand(path("database"), 0),
    });
  }
  const { certificate, key } = redis.tls ?? {};
  if (certificate !== undefined && key === undefined) {
    problems.push(missingHalf("tls.certificate", "tls.key", setSecretCommand(path("tls", "key"))));
  }
  if (certificate === undefined && key !== undefined) {
    const fix = `pulumi config set --path 'wharf:engine.cache.tls.certificate' "$(cat client.pem)"`;
    problems.push(missingHalf("tls.key", "tls.certificate", fix));
  }
  return problems;
}

function cacheContradictions({ cache, metrics }: EngineSettings): Problem[] {
  if (cache.kind !== "redis") {
    return [];
  }
  const problems = redisContradictions(cache);
  if (metrics.enabled) {
    problems.push({
      key: "wharf:engine.metrics.enabled",
      message:
        "true would show every secret of the registry on the metrics port: with wharf:engine.cache.kind redis, distribution prints its whole configuration at /debug/vars there; allowed is false, or another cache",
      fix: setCommand(["engine", "metrics", "enabled"], false),
    });
  }
  return problems;
}

function notificationContradictions({ log, notifications }: EngineSettings): Problem[] {
  const { endpoints } = notifications;
  const problems = repeated(
    ["engine", "notifications", "endpoints"],
    endpoints.map(({ name }) => name),
    { attribute: "name" },
  );
  const secretive = endpoints.findIndex(
    ({ enabled, headers }) => enabled && Object.keys(headers).length > 0,
  );
  if (secretive >= 0 && (log.level === "info" || log.level === "debug")) {
    problems.push({
      key: "wharf:engine.log.level",
      message: `"${log.level}" would print the headers of wharf:engine.notifications.endpoints[${secretive}] in the log, in clear; allowed with headers are warn and error`,
      fix: setCommand(["engine", "log", "level"], "warn"),
    });
  }
  return problems;
}

function validationContradictions({ validation }: EngineSettings): Problem[] {
  const { enabled, urls, platforms, platformList } = validation;
  const problems: Problem[] = [];
  if (platforms === "list" && platformList.length === 0) {
    problems.push({
      key: "wharf:engine.validation.platformList",
      message: 'is empty, while wharf:engine.validation.platforms is "list"',
      fix: setCommand(["engine", "validation", "platforms"], "all"),
    });
  }
  if (platforms !== "list" && platformList.length > 0) {
    problems.push({
      key: "wharf:engine.validation.platforms",
      message: `"${platforms}" leaves wharf:engine.validation.platformList unused; allowed with a list is list`,
      fix: setCommand(["engine", "validation", "platforms"], "list"),
    });
  }
  const rules = urls.allow.length + urls.deny.length + platformList.length;
  if (!enabled && rules > 0) {
    problems.push({
      key: "wharf:engine.validation.enabled",
      message:
        "false leaves the rules of wharf:engine.validation unused; allowed with rules is true",
      fix: setCommand(["engine", "validation", "enabled"], true),
    });
  }
  return problems;
}

function httpContradictions({ http }: EngineSettings, tls: boolean): Problem[] {
  const { externalUrl, prefix, relativeUrls } = http;
  const problems: Problem[] = [];
  if (relativeUrls && prefix !== undefined) {
    problems.push({
      key: "wharf:engine.http.relativeUrls",
      message: `true would send clients past wharf:engine.http.prefix "${prefix}": distribution leaves the prefix out of relative URLs; allowed with a prefix is false`,
      fix: setCommand(["engine", "http", "relativeUrls"], false),
    });
  }
  if (externalUrl === undefined) {
    return problems;
  }
  if (relativeUrls) {
    problems.push({
      key: "wharf:engine.http.relativeUrls",
      message: `true is overruled by wharf:engine.http.externalUrl "${externalUrl}"; a registry has one of the two`,
      fix: setCommand(["engine", "http", "relativeUrls"], false),
    });
  }
  if (tls && externalUrl.startsWith("http://")) {
    problems.push({
      key: "wharf:engine.http.externalUrl",
      message: `"${externalUrl}" would send clients of a registry with TLS on to plain HTTP; it must start with https://`,
      fix: setCommand(["engine", "http", "externalUrl"], externalUrl.replace("http:", "https:")),
    });
  }
  return problems;
}

function maintenanceContradictions({ readOnly, uploadPurging }: EngineSettings): Problem[] {
  return readOnly && uploadPurging.enabled === true
    ? [
        {
          key: "wharf:engine.uploadPurging.enabled",
          message:
            "true would delete in a registry that wharf:engine.readOnly keeps unchanged; allowed with readOnly is false",
          fix: setCommand(["engine", "uploadPurging", "enabled"], false),
        },
      ]
    : [];
}

/** Contradictions inside `wharf:engine`; `tls` says whether the registry serves HTTPS. */
export function engineContradictions(engine: EngineSettings, tls: boolean): Problem[] {
  return [
    ...maintenanceContradictions(engine),
    ...cacheContradictions(engine),
    ...httpContradictions(engine, tls),
    ...notificationContradictions(engine),
    ...validationContradictions(engine),
  ];
}
