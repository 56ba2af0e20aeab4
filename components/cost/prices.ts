/** A price of one platform, in US dollars without tax, of the region that `assumedRegion` names. */
export interface Price {
  /** US dollars for one unit. */
  readonly dollars: number;
  /** What is counted, in the plural; a price by the month counts what exists for a whole one. */
  readonly unit: string;
  /** What is free of charge each month, in the same unit and without end; none where nothing is. */
  readonly free?: number;
  /** Source of the figure, and when it was read. */
  readonly source: string;
}

/** Month in which the prices were last compared with their sources. */
export const pricesAsOf = "2026-08";

/** Region whose prices these are. Other regions differ: by up to a tenth in Europe, by more in South America and Asia. */
export const assumedRegion = {
  aws: "us-east-1",
  gcp: "the United States",
  azure: "East US",
} as const;

/** Hours of a month, as the calculators of AWS and Azure count them. */
export const hoursOfMonth = 730;
/** Days of a month, as Microsoft bills a registry. */
export const daysOfMonth = 30;

// Estimates of Terraform resources that infracost keeps beside its source code, from the price lists of the clouds.
const infracost = "infracost's golden files, 2026-08-21";

/** Prices of AWS, us-east-1. */
export const awsPrices = {
  storage: { dollars: 0.1, unit: "GB", source: `Amazon ECR pricing; ${infracost}` },
  publicStorage: {
    dollars: 0.1,
    unit: "GB",
    free: 50,
    source: "Amazon ECR pricing, by cloudburn.io, 2026-03",
  },
  // The first 100 GB are free for all services of an account together; its others are taken to use them.
  internet: { dollars: 0.09, unit: "GB", source: `Amazon EC2 data transfer; ${infracost}` },
  otherRegions: { dollars: 0.02, unit: "GB", source: `Amazon EC2 data transfer; ${infracost}` },
  firstScan: {
    dollars: 0.09,
    unit: "images",
    source: "Amazon Inspector pricing, by cloudburn.io, 2026-03, and factualminds.com, 2026-06",
  },
  rescan: {
    dollars: 0.01,
    unit: "rescans",
    source: "Amazon Inspector pricing, by cloudburn.io, 2026-03",
  },
  key: { dollars: 1, unit: "keys", source: `AWS KMS pricing; ${infracost}` },
  keyRequests: {
    dollars: 0.03,
    unit: "10k requests",
    source: `AWS KMS pricing; ${infracost}`,
  },
  secret: { dollars: 0.4, unit: "secrets", source: `AWS Secrets Manager pricing; ${infracost}` },
  smallBuildMinute: {
    dollars: 0.005,
    unit: "minutes",
    free: 100,
    source: `AWS CodeBuild pricing, general1.small on Linux; ${infracost}; free minutes by c3x.dev, 2026`,
  },
  mediumBuildMinute: {
    dollars: 0.01,
    unit: "minutes",
    source: `AWS CodeBuild pricing, general1.medium on Linux; ${infracost}`,
  },
  largeBuildMinute: {
    dollars: 0.02,
    unit: "minutes",
    source: `AWS CodeBuild pricing, general1.large on Linux; ${infracost}`,
  },
  logs: { dollars: 0.5, unit: "GB", source: `Amazon CloudWatch pricing; ${infracost}` },
  endpointHour: { dollars: 0.01, unit: "hours", source: `AWS PrivateLink pricing; ${infracost}` },
  endpointData: { dollars: 0.01, unit: "GB", source: `AWS PrivateLink pricing; ${infracost}` },
} as const satisfies Record<string, Price>;

/** Prices of Google Cloud, the United States where regions differ. */
export const gcpPrices = {
  storage: {
    dollars: 0.1,
    unit: "GB",
    free: 0.5,
    source: "cloud.google.com/artifact-registry/pricing; free for each billing account",
  },
  // The first TB of a month; Google's premium tier, to all of the world except Asia and Australia.
  internet: {
    dollars: 0.12,
    unit: "GB",
    source: `cloud.google.com/vpc/network-pricing; ${infracost}`,
  },
  otherRegions: {
    dollars: 0.01,
    unit: "GB",
    source: `cloud.google.com/artifact-registry/pricing; ${infracost}`,
  },
  otherRegionsOfEurope: {
    dollars: 0.02,
    unit: "GB",
    source: `cloud.google.com/artifact-registry/pricing; ${infracost}`,
  },
  otherRegionsOfAsia: {
    dollars: 0.05,
    unit: "GB",
    source: `cloud.google.com/artifact-registry/pricing; ${infracost}`,
  },
  otherContinents: {
    dollars: 0.08,
    unit: "GB",
    source: `cloud.google.com/artifact-registry/pricing; ${infracost}`,
  },
  scan: {
    dollars: 0.26,
    unit: "digests",
    source: "cloud.google.com/artifact-analysis/pricing; once for each digest",
  },
  keyVersion: {
    dollars: 0.06,
    unit: "versions",
    source: `cloud.google.com/kms/pricing; ${infracost}`,
  },
  keyOperations: {
    dollars: 0.03,
    unit: "10k operations",
    source: `cloud.google.com/kms/pricing; ${infracost}`,
  },
  // Six versions are free for each billing account; its other secrets are taken to use them.
  secretVersion: {
    dollars: 0.06,
    unit: "versions",
    source: "cloud.google.com/secret-manager/pricing",
  },
  buildMinute: {
    dollars: 0.006,
    unit: "minutes",
    free: 2500,
    source: "cloud.google.com/build/pricing, e2-standard-2; free for each billing account",
  },
} as const satisfies Record<string, Price>;

/** Prices of Azure, East US. */
export const azurePrices = {
  basicDay: {
    dollars: 0.167,
    unit: "days",
    source: `Microsoft Learn, "Azure Container Registry SKUs"; ${infracost}`,
  },
  standardDay: {
    dollars: 0.667,
    unit: "days",
    source: `Microsoft Learn, "Azure Container Registry SKUs"; ${infracost}`,
  },
  premiumDay: {
    dollars: 1.667,
    unit: "days",
    source: `Microsoft Learn, "Azure Container Registry SKUs"; ${infracost}; a replica costs the same`,
  },
  // Microsoft Learn rounds it to 0.003 for a GB and day.
  storage: { dollars: 0.1, unit: "GB", source: `Azure Container Registry pricing; ${infracost}` },
  // The first 100 GB are free for all services of a subscription together; its others are taken to use them.
  internet: {
    dollars: 0.087,
    unit: "GB",
    source: "Azure bandwidth pricing, by oneuptime.com, 2026-02",
  },
  otherRegions: {
    dollars: 0.02,
    unit: "GB",
    source: "Azure bandwidth pricing, within a continent, by oneuptime.com, 2026-02",
  },
  taskSecond: {
    dollars: 0.0001,
    unit: "vCPU seconds",
    source: `Azure Container Registry pricing; ${infracost}`,
  },
  vaultOperations: {
    dollars: 0.03,
    unit: "10k operations",
    source: `Azure Key Vault pricing; ${infracost}`,
  },
  endpointHour: {
    dollars: 0.01,
    unit: "hours",
    source: `Azure Private Link pricing; ${infracost}`,
  },
  endpointData: { dollars: 0.01, unit: "GB", source: `Azure Private Link pricing; ${infracost}` },
  dnsZone: { dollars: 0.5, unit: "zones", source: `Azure DNS pricing; ${infracost}` },
  logs: { dollars: 2.3, unit: "GB", source: `Azure Monitor pricing, analytics logs; ${infracost}` },
} as const satisfies Record<string, Price>;

/** GB of images that each SKU of Azure holds for its price by the day (Microsoft Learn, "Azure Container Registry SKUs"). */
export const includedGb = { Basic: 10, Standard: 100, Premium: 500 } as const;
