import { z } from "zod";
import { inputOf } from "../../core/tokens";

/** An address as Go's net.Dial takes it: host and port. */
export const hostAndPort = z
  .string()
  .regex(/^(\[[0-9A-Fa-f:.]+\]|[^\s:/[\]]+):([1-9][0-9]{0,4})$/, {
    error: "is not host:port, such as redis.example.com:6379",
    abort: true,
  })
  .refine((address) => Number(address.slice(address.lastIndexOf(":") + 1)) <= 65_535, {
    error: "holds a port above 65535",
  });

const pem = inputOf(z.string().includes("-----BEGIN ", { error: "is not PEM" }));

/** TLS to the user's own Redis. */
const redisTls = z.strictObject({
  caCertificate: pem.meta({
    description:
      "Certificate in PEM that signed Redis's. Required with tls: distribution turns TLS on by it.",
    configYml: "redis.tls.rootcas",
  }),
  certificate: pem.optional().meta({
    description: "Certificate in PEM that the registry shows to Redis. None by default.",
    configYml: "redis.tls.certificate",
  }),
  key: pem.optional().meta({
    description: "Private key in PEM of `certificate`.",
    configYml: "redis.tls.key",
    secret: true,
  }),
});

const noCache = z.strictObject({ kind: z.literal("none") });

const memoryCache = z.strictObject({
  kind: z.literal("memory"),
  size: z.int().min(1).default(10_000).meta({
    description: "Most blob descriptors that are kept in memory.",
    configYml: "storage.cache.blobdescriptorsize",
  }),
});

const seconds = z.number().positive();

const redisCache = z.strictObject({
  kind: z.literal("redis"),
  addresses: z.array(hostAndPort).min(1).optional().meta({
    description:
      "Addresses (host:port) of a Redis of your own: one, the nodes of a cluster, or the sentinels. Defaults to a Redis that Wharf runs beside the registry.",
    configYml: "redis.addrs",
  }),
  username: z.string().min(1).optional().meta({
    description: "User name at Redis. None by default.",
    configYml: "redis.username",
  }),
  password: inputOf(z.string().min(1)).optional().meta({
    description: "Password at Redis. Generated for the Redis that Wharf runs.",
    configYml: "redis.password",
    secret: true,
  }),
  database: z.int().min(0).default(0).meta({
    description: "Number of the database; a cluster has only 0.",
    configYml: "redis.db",
  }),
  sentinelMaster: z.string().min(1).optional().meta({
    description: "Name of the master that the sentinels watch; makes `addresses` sentinels.",
    configYml: "redis.mastername",
  }),
  sentinelUsername: z.string().min(1).optional().meta({
    description: "User name at the sentinels. None by default.",
    configYml: "redis.sentinelusername",
  }),
  sentinelPassword: inputOf(z.string().min(1)).optional().meta({
    description: "Password at the sentinels. None by default.",
    configYml: "redis.sentinelpassword",
    secret: true,
  }),
  tls: redisTls.optional().meta({
    description: "TLS to your own Redis. Off by default.",
  }),
  maxRetries: z.int().min(1).default(3).meta({
    description: "How often a failed command is tried again.",
    configYml: "redis.maxretries",
  }),
  dialTimeoutSeconds: seconds.default(5).meta({
    description: "Time in seconds to connect.",
    configYml: "redis.dialtimeout",
  }),
  readTimeoutSeconds: seconds.default(3).meta({
    description: "Time in seconds to wait for an answer.",
    configYml: "redis.readtimeout",
  }),
  writeTimeoutSeconds: seconds.default(3).meta({
    description: "Time in seconds to send a command.",
    configYml: "redis.writetimeout",
  }),
  poolSize: z.int().min(1).optional().meta({
    description: "Most connections. Defaults to ten for each CPU.",
    configYml: "redis.poolsize",
  }),
  maxIdleConnections: z.int().min(1).optional().meta({
    description: "Most connections that are kept open unused. Not limited by default.",
    configYml: "redis.maxidleconns",
  }),
  maxIdleSeconds: z.int().min(1).default(1800).meta({
    description: "Time in seconds after which an unused connection is closed.",
    configYml: "redis.connmaxidletime",
  }),
});

/** Where the registry remembers which blobs it has, so that it asks the storage less. */
export const cacheSettings = z
  .discriminatedUnion("kind", [noCache, memoryCache, redisCache])
  .prefault({ kind: "memory" })
  .meta({
    description: "Where descriptors of blobs are kept, so that the storage is asked less often.",
    configYml: "storage.cache.blobdescriptor",
  });

/** Checked cache settings, every default filled in. */
export type CacheSettings = z.output<typeof cacheSettings>;
export type RedisCache = Extract<CacheSettings, { kind: "redis" }>;
