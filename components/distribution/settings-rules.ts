import { repeated } from "../core/names";
import { removeCommand, setCommand, setSecretCommand } from "../core/messages";
import type { Problem } from "../core/problems";
import type { RedisCache } from "../model/distribution/cache";
import type { DistributionSettings } from "../model/distribution/settings";

/** Settings of the user's own Redis, which have no effect on the one that Wharf runs. */
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
    key: `wharf:distribution.cache.${missing}`,
    message: `is missing, while wharf:distribution.cache.${given} is set`,
    fix,
  };
}

function redisContradictions(redis: RedisCache): Problem[] {
  const path = (...keys: string[]) => ["distribution", "cache", ...keys];
  if (redis.addresses === undefined) {
    const foreign = [
      ...ownRedisOnly.filter((key) => redis[key] !== undefined),
      ...(redis.database === 0 ? [] : ["database"]),
    ];
    return foreign.map((key) => ({
      key: `wharf:distribution.cache.${key}`,
      message:
        "is for your own Redis, but wharf:distribution.cache.addresses names none; Wharf configures the one that it runs",
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
      key: "wharf:distribution.cache.database",
      message: `${redis.database} is not in a cluster, which wharf:distribution.cache.addresses names with ${redis.addresses.length} nodes; a cluster has database 0 only`,
      fix: setCommand(path("database"), 0),
    });
  }
  const { certificate, key } = redis.tls ?? {};
  if (certificate !== undefined && key === undefined) {
    problems.push(missingHalf("tls.certificate", "tls.key", setSecretCommand(path("tls", "key"))));
  }
  if (certificate === undefined && key !== undefined) {
    const fix = `pulumi config set --path 'wharf:distribution.cache.tls.certificate' "$(cat client.pem)"`;
    problems.push(missingHalf("tls.key", "tls.certificate", fix));
  }
  return problems;
}

function cacheContradictions({ cache, metrics }: DistributionSettings): Problem[] {
  if (cache.kind !== "redis") {
    return [];
  }
  const problems = redisContradictions(cache);
  if (metrics.enabled) {
    problems.push({
      key: "wharf:distribution.metrics.enabled",
      message:
        "true would show every secret of the registry on the metrics port: with wharf:distribution.cache.kind redis, distribution prints its whole configuration at /debug/vars there; allowed is false, or another cache",
      fix: setCommand(["distribution", "metrics", "enabled"], false),
    });
  }
  return problems;
}

function notificationContradictions({ log, notifications }: DistributionSettings): Problem[] {
  const { endpoints } = notifications;
  const problems = repeated(
    ["distribution", "notifications", "endpoints"],
    endpoints.map(({ name }) => name),
    { attribute: "name" },
  );
  const secretive = endpoints.findIndex(
    ({ enabled, headers }) => enabled && Object.keys(headers).length > 0,
  );
  if (secretive >= 0 && (log.level === "info" || log.level === "debug")) {
    problems.push({
      key: "wharf:distribution.log.level",
      message: `"${log.level}" would print the headers of wharf:distribution.notifications.endpoints[${secretive}] in the log, in plaintext; allowed with headers are warn and error`,
      fix: setCommand(["distribution", "log", "level"], "warn"),
    });
  }
  return problems;
}

function validationContradictions({ validation }: DistributionSettings): Problem[] {
  const { enabled, urls, platforms, platformList } = validation;
  const problems: Problem[] = [];
  if (platforms === "list" && platformList.length === 0) {
    problems.push({
      key: "wharf:distribution.validation.platformList",
      message: 'is empty, while wharf:distribution.validation.platforms is "list"',
      fix: setCommand(["distribution", "validation", "platforms"], "all"),
    });
  }
  if (platforms !== "list" && platformList.length > 0) {
    problems.push({
      key: "wharf:distribution.validation.platforms",
      message: `"${platforms}" leaves wharf:distribution.validation.platformList unused; allowed with a list is list`,
      fix: setCommand(["distribution", "validation", "platforms"], "list"),
    });
  }
  const rules = urls.allow.length + urls.deny.length + platformList.length;
  if (!enabled && rules > 0) {
    problems.push({
      key: "wharf:distribution.validation.enabled",
      message:
        "false leaves the rules of wharf:distribution.validation unused; allowed with rules is true",
      fix: setCommand(["distribution", "validation", "enabled"], true),
    });
  }
  return problems;
}

function httpContradictions({ http }: DistributionSettings, tls: boolean): Problem[] {
  const { externalUrl, prefix, relativeUrls } = http;
  const problems: Problem[] = [];
  if (relativeUrls && prefix !== undefined) {
    problems.push({
      key: "wharf:distribution.http.relativeUrls",
      message: `true would send clients past wharf:distribution.http.prefix "${prefix}": distribution leaves the prefix out of relative URLs; allowed with a prefix is false`,
      fix: setCommand(["distribution", "http", "relativeUrls"], false),
    });
  }
  if (externalUrl === undefined) {
    return problems;
  }
  if (relativeUrls) {
    problems.push({
      key: "wharf:distribution.http.relativeUrls",
      message: `true is overridden by wharf:distribution.http.externalUrl "${externalUrl}"; a registry has one of the two`,
      fix: setCommand(["distribution", "http", "relativeUrls"], false),
    });
  }
  if (tls && externalUrl.startsWith("http://")) {
    problems.push({
      key: "wharf:distribution.http.externalUrl",
      message: `"${externalUrl}" would send clients of a registry with TLS on to plain HTTP; it must start with https://`,
      fix: setCommand(
        ["distribution", "http", "externalUrl"],
        externalUrl.replace("http:", "https:"),
      ),
    });
  }
  return problems;
}

function maintenanceContradictions({ readOnly, uploadPurging }: DistributionSettings): Problem[] {
  return readOnly && uploadPurging.enabled === true
    ? [
        {
          key: "wharf:distribution.uploadPurging.enabled",
          message:
            "true would delete in a registry that wharf:distribution.readOnly keeps unchanged; allowed with readOnly is false",
          fix: setCommand(["distribution", "uploadPurging", "enabled"], false),
        },
      ]
    : [];
}

/** Contradictions inside `wharf:distribution`; `tls` says whether the registry serves HTTPS. */
export function settingsContradictions(
  distribution: DistributionSettings,
  tls: boolean,
): Problem[] {
  return [
    ...maintenanceContradictions(distribution),
    ...cacheContradictions(distribution),
    ...httpContradictions(distribution, tls),
    ...notificationContradictions(distribution),
    ...validationContradictions(distribution),
  ];
}
