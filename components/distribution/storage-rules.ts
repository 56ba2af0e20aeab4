import { unknownName } from "../core/names";
import { isIP } from "node:net";
import { removeCommand, setCommand, setSecretCommand } from "../core/messages";
import type { Problem } from "../core/problems";
import type { DistributionSettings } from "../model/distribution/settings";
import { s3Regions } from "../model/s3-storage";
import type { AzureStorage, S3Storage, StorageSettings, VolumeStorage } from "../model/storage";

/** Whether the URL is one of Amazon's own. */
function isAmazon(url: string): boolean {
  return /\.amazonaws\.com(\.cn)?$/.test(new URL(url).hostname);
}

function regionProblem(region: string | undefined): Problem[] {
  const key = "wharf:storage.region";
  if (region === undefined) {
    return [
      {
        key,
        message: "is missing; Amazon needs the bucket's region",
        fix: setCommand(["storage", "region"], "REGION"),
      },
    ];
  }
  return unknownName(["storage", "region"], region, s3Regions, {
    predicate: "is not a region of Amazon that distribution knows",
    ending: ", such as eu-central-1",
  });
}

/** What the user's own server cannot do, or needs. */
function endpointProblems(s3: S3Storage, endpoint: string): Problem[] {
  const problems: Problem[] = [];
  if (!s3.forcePathStyle && !isAmazon(endpoint)) {
    problems.push({
      key: "wharf:storage.forcePathStyle",
      message: `false asks for the bucket as a host name below that of ${endpoint}; an S3-compatible server (wharf:storage.regionEndpoint) needs true`,
      fix: setCommand(["storage", "forcePathStyle"], true),
    });
  }
  const amazonOnly = [
    ["accelerate", s3.accelerate],
    ["dualStack", s3.dualStack],
    ["fipsEndpoint", s3.fipsEndpoint],
  ] as const;
  for (const [name, chosen] of amazonOnly) {
    if (chosen) {
      problems.push({
        key: `wharf:storage.${name}`,
        message: `true chooses an endpoint of Amazon, but wharf:storage.regionEndpoint is ${endpoint}`,
        fix: setCommand(["storage", name], false),
      });
    }
  }
  if (!s3.secure) {
    problems.push({
      key: "wharf:storage.secure",
      message: `false has no effect with wharf:storage.regionEndpoint, whose ${endpoint.split(":")[0]}:// decides`,
      fix: removeCommand(["storage", "secure"]),
    });
  }
  return problems;
}

function amazonProblems(s3: S3Storage): Problem[] {
  const problems = regionProblem(s3.region);
  if (!s3.v4Auth) {
    problems.push({
      key: "wharf:storage.v4Auth",
      message: "false is refused by Amazon; it is for S3-compatible servers (regionEndpoint) only",
      fix: setCommand(["storage", "v4Auth"], true),
    });
  }
  if (s3.accelerate && s3.forcePathStyle) {
    problems.push({
      key: "wharf:storage.forcePathStyle",
      message:
        "true cannot be combined with wharf:storage.accelerate, which names the bucket in the host",
      fix: setCommand(["storage", "forcePathStyle"], false),
    });
  }
  if (s3.accelerate && s3.fipsEndpoint) {
    problems.push({
      key: "wharf:storage.fipsEndpoint",
      message: "true cannot be combined with wharf:storage.accelerate, which has no FIPS endpoint",
      fix: setCommand(["storage", "fipsEndpoint"], false),
    });
  }
  return problems;
}

function redirectEndpointProblem(endpoint: string): Problem[] {
  const { pathname, search } = new URL(endpoint);
  return pathname === "/" && search === ""
    ? []
    : [
        {
          key: "wharf:storage.redirectEndpoint",
          message: `"${endpoint}" must end after the host and port: a signed URL allows no other path or query`,
          fix: setCommand(["storage", "redirectEndpoint"], new URL(endpoint).origin),
        },
      ];
}

function s3Contradictions(s3: S3Storage): Problem[] {
  const problems =
    s3.regionEndpoint === undefined ? amazonProblems(s3) : endpointProblems(s3, s3.regionEndpoint);
  if (s3.keyId !== undefined && !s3.encrypt) {
    problems.push({
      key: "wharf:storage.encrypt",
      message: `false leaves wharf:storage.keyId "${s3.keyId}" unused; allowed with a key is true`,
      fix: setCommand(["storage", "encrypt"], true),
    });
  }
  for (const [given, missing] of [
    ["accessKey", "secretKey"],
    ["secretKey", "accessKey"],
  ] as const) {
    if (s3[given] !== undefined && s3[missing] === undefined) {
      problems.push({
        key: `wharf:storage.${missing}`,
        message: `is missing, while wharf:storage.${given} is set; distribution would fall back to the machine's credentials`,
        fix: setSecretCommand(["storage", missing]),
      });
    }
  }
  if (s3.redirectEndpoint !== undefined) {
    problems.push(...redirectEndpointProblem(s3.redirectEndpoint));
  }
  return problems;
}

function azureContradictions(azure: AzureStorage): Problem[] {
  return azure.serviceUrl !== undefined && azure.realm !== "core.windows.net"
    ? [
        {
          key: "wharf:storage.realm",
          message: `"${azure.realm}" has no effect with wharf:storage.serviceUrl, which names the whole host`,
          fix: removeCommand(["storage", "realm"]),
        },
      ]
    : [];
}

/** Limits of a volume that no image could be pushed under. */
function volumeContradictions({ minFreeGiB, quotaGiB, sizeGiB }: VolumeStorage): Problem[] {
  const isKept = minFreeGiB !== undefined && minFreeGiB >= sizeGiB;
  return [
    ...(isKept
      ? [
          {
            key: "wharf:storage.minFreeGiB",
            message: `${minFreeGiB} leaves nothing of the ${sizeGiB} GiB of wharf:storage.sizeGiB for images; allowed is less than that`,
            fix: removeCommand(["storage", "minFreeGiB"]),
          },
        ]
      : []),
    ...(quotaGiB !== undefined && quotaGiB > sizeGiB
      ? [
          {
            key: "wharf:storage.quotaGiB",
            message: `${quotaGiB} is more than the ${sizeGiB} GiB of wharf:storage.sizeGiB; allowed is up to that`,
            fix: setCommand(["storage", "sizeGiB"], quotaGiB),
          },
        ]
      : []),
  ];
}

/** Contradictions inside `wharf:storage`. */
export function storageContradictions(storage: StorageSettings): Problem[] {
  switch (storage.kind) {
    case "s3":
      return s3Contradictions(storage);
    case "azure":
      return azureContradictions(storage);
    case "volume":
      return volumeContradictions(storage);
    case "gcs":
      return [];
  }
}

/** Whether the URL's host means something only on this machine or in its container network. */
function isLocalHost(url: string): boolean {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, "");
  return isIP(host) === 0
    ? !host.includes(".") || host.endsWith(".localhost")
    : host === "::1" || host.startsWith("127.");
}

/** Contradictions between what is stored where and where clients are sent for it. */
export function redirectContradictions(
  storage: StorageSettings,
  { redirect, redirection }: DistributionSettings,
): Problem[] {
  const { baseUrl, rewrite } = redirection;
  const off = setCommand(["distribution", "redirect"], false);
  const changesUrls =
    baseUrl !== undefined
      ? "wharf:distribution.redirection.baseUrl"
      : rewrite !== undefined
        ? "wharf:distribution.redirection.rewrite"
        : storage.kind === "s3" && storage.redirectEndpoint !== undefined
          ? "wharf:storage.redirectEndpoint"
          : undefined;
  if (redirect === false && changesUrls !== undefined) {
    return [
      {
        key: "wharf:distribution.redirect",
        message: `false sends clients nowhere, but ${changesUrls} says where`,
        fix: setCommand(["distribution", "redirect"], true),
      },
    ];
  }
  if (storage.kind === "volume" && baseUrl === undefined) {
    if (redirect === true) {
      const message =
        "true needs a storage that clients can fetch from, but wharf:storage.kind is volume; allowed is false, or a redirection.baseUrl";
      return [{ key: "wharf:distribution.redirect", message, fix: off }];
    }
    if (rewrite !== undefined) {
      const message =
        "changes URLs of the storage, but a volume has none; it needs a bucket or a redirection.baseUrl";
      const fix = removeCommand(["distribution", "redirection", "rewrite"]);
      return [{ key: "wharf:distribution.redirection.rewrite", message, fix }];
    }
  }
  if (
    redirect === true &&
    changesUrls === undefined &&
    storage.kind === "s3" &&
    storage.regionEndpoint !== undefined &&
    isLocalHost(storage.regionEndpoint)
  ) {
    const message = `true sends clients to ${storage.regionEndpoint} (wharf:storage.regionEndpoint), a name that only this machine knows; allowed is false, or a wharf:storage.redirectEndpoint that clients reach`;
    return [{ key: "wharf:distribution.redirect", message, fix: off }];
  }
  return [];
}
