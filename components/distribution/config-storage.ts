import type {
  AzureParameters,
  GcsParameters,
  S3Parameters,
  StorageDriver,
  StorageMiddleware,
  StorageOptions,
} from "./config-yml";
import type { DistributionSettings } from "../model/distribution/settings";
import type { AzureStorage, GcsStorage, S3Storage, StorageSettings } from "../model/storage";

const kibibyte = 1024;
const mebibyte = 1024 * kibibyte;

/** The region sent to S3-compatible servers, which have none of their own; MinIO's and Ceph's default. */
const compatibleRegion = "us-east-1";

function s3Parameters(s3: S3Storage): S3Parameters {
  return {
    bucket: s3.bucket,
    region: s3.region ?? compatibleRegion,
    regionendpoint: s3.regionEndpoint,
    forcepathstyle: s3.forcePathStyle,
    accesskey: s3.accessKey,
    secretkey: s3.secretKey,
    encrypt: s3.encrypt,
    keyid: s3.keyId,
    secure: s3.secure,
    skipverify: !s3.verifyCertificate,
    v4auth: s3.v4Auth,
    chunksize: s3.chunkSizeMiB * mebibyte,
    multipartcopychunksize: s3.multipartCopyChunkSizeMiB * mebibyte,
    multipartcopymaxconcurrency: s3.multipartCopyMaxConcurrency,
    multipartcopythresholdsize: s3.multipartCopyThresholdMiB * mebibyte,
    rootdirectory: s3.rootDirectory,
    storageclass: s3.storageClass,
    objectacl: s3.objectAcl,
    useragent: s3.userAgent,
    usedualstack: s3.dualStack,
    accelerate: s3.accelerate,
    usefipsendpoint: s3.fipsEndpoint,
    loglevel: s3.logLevel,
    redirectendpoint: s3.redirectEndpoint,
  };
}

function gcsParameters(gcs: GcsStorage): GcsParameters {
  return {
    bucket: gcs.bucket,
    // The schema has seen that this is the JSON object of a service account's key.
    credentials: gcs.serviceAccountKey
      ? (JSON.parse(gcs.serviceAccountKey) as Record<string, unknown>)
      : undefined,
    rootdirectory: gcs.rootDirectory,
    chunksize: gcs.chunkSizeKiB * kibibyte,
    maxconcurrency: gcs.maxConcurrency,
    useragent: gcs.userAgent,
  };
}

function azureParameters(azure: AzureStorage): AzureParameters {
  const { credentials } = azure;
  return {
    accountname: azure.accountName,
    accountkey: credentials.type === "shared_key" ? credentials.accountKey : undefined,
    container: azure.container,
    credentials:
      credentials.type === "client_secret"
        ? {
            type: credentials.type,
            clientid: credentials.clientId,
            tenantid: credentials.tenantId,
            secret: credentials.secret,
          }
        : { type: credentials.type },
    realm: azure.realm,
    serviceurl: azure.serviceUrl,
    rootdirectory: azure.rootDirectory,
    max_retries: azure.maxRetries,
    retry_delay: `${azure.retryDelayMilliseconds}ms`,
    skipverify: !azure.verifyCertificate,
  };
}

/** GiB as whole bytes. */
const bytes = (gibibytes: number | undefined) =>
  gibibytes === undefined ? undefined : Math.max(1, Math.round(gibibytes * 1024 * mebibyte));

function storageDriver(storage: StorageSettings): StorageDriver {
  switch (storage.kind) {
    case "volume":
      return {
        filesystem: {
          rootdirectory: storage.rootDirectory,
          maxthreads: storage.maxThreads,
          quota: bytes(storage.quotaGiB),
          minfree: bytes(storage.minFreeGiB),
        },
      };
    case "s3":
      return { s3: s3Parameters(storage) };
    case "gcs":
      return { gcs: gcsParameters(storage) };
    case "azure":
      return { azure: azureParameters(storage) };
  }
}

/**
 * Whether clients are sent to the storage itself for blobs: as the settings say, or else where
 * there is something to send them to that they can be expected to reach.
 */
export function redirects(storage: StorageSettings, distribution: DistributionSettings): boolean {
  if (distribution.redirect !== undefined) {
    return distribution.redirect;
  }
  if (distribution.redirection.baseUrl !== undefined) {
    return true;
  }
  switch (storage.kind) {
    case "volume":
      return false;
    case "s3":
      return storage.regionEndpoint === undefined || storage.redirectEndpoint !== undefined;
    case "gcs":
    case "azure":
      return true;
  }
}

function cacheOptions(cache: DistributionSettings["cache"]): StorageOptions["cache"] {
  switch (cache.kind) {
    case "none":
      return undefined;
    case "memory":
      return { blobdescriptor: "inmemory", blobdescriptorsize: cache.size };
    case "redis":
      return { blobdescriptor: "redis" };
  }
}

/** The `storage` block of config.yml. */
export function storageConfig(
  storage: StorageSettings,
  distribution: DistributionSettings,
): StorageDriver & StorageOptions {
  const { uploadPurging } = distribution;
  return {
    ...storageDriver(storage),
    delete: { enabled: distribution.delete },
    redirect: { disable: !redirects(storage, distribution) },
    cache: cacheOptions(distribution.cache),
    tag:
      distribution.tagLookupConcurrency === undefined
        ? undefined
        : { concurrencylimit: distribution.tagLookupConcurrency },
    maintenance: {
      uploadpurging: {
        enabled: uploadPurging.enabled ?? !distribution.readOnly,
        age: `${uploadPurging.ageHours}h`,
        interval: `${uploadPurging.intervalHours}h`,
        dryrun: uploadPurging.dryRun,
      },
      readonly: { enabled: distribution.readOnly },
    },
  };
}

/** The `middleware.storage` list of config.yml; the rewrite comes last, so that it sees every URL. */
export function storageMiddleware(distribution: DistributionSettings): StorageMiddleware[] {
  const { baseUrl, rewrite } = distribution.redirection;
  const middleware: StorageMiddleware[] = [];
  if (baseUrl !== undefined) {
    middleware.push({ name: "redirect", options: { baseurl: baseUrl } });
  }
  if (rewrite !== undefined) {
    middleware.push({
      name: "rewrite",
      options: {
        scheme: rewrite.scheme,
        host: rewrite.host,
        trimpathprefix: rewrite.trimPathPrefix,
      },
    });
  }
  return middleware;
}
