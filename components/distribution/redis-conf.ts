/** Port of the Redis that runs beside the registry. */
export const redisPort = 6379;

/** redis.conf of a cache that writes nothing to disk and forgets what it used least. */
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
