import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { costLine, costTree } from "../../../cli/ui/cost";
import type { Estimate } from "../../../components/cost/estimate";
import { estimate } from "../../../components/description/estimate";
import { awsPrices, azurePrices, gcpPrices, type Price } from "../../../components/cost/prices";
import { checkDescription } from "../../../components/description/check";

type Values = Record<string, unknown>;

function estimated(values: Values, secretKeys: string[] = []): Estimate {
  const stack = "shop";
  return estimate({
    ...checkDescription({ stack, values, secretKeys: new Set(secretKeys) }),
    stack,
  });
}

const repositories = [{ name: "shop/api" }, { name: "shop/web" }];
const source = "github.com/acme/shop";
/** What lets Cloud Build reach GitHub. */
const githubOnGcp = {
  gcp: { location: "us-east1", builds: { connections: { "github.com": { existing: "wharf" } } } },
};
const subscription = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/net";
const subnet = (name: string) =>
  `${subscription}/providers/Microsoft.Network/virtualNetworks/hub/subnets/${name}`;

/** Eleven descriptions, and what a month of each costs, computed by hand from components/cost/prices.ts. */
const byHand: [
  name: string,
  values: Values,
  baseline: number,
  usage: number,
  secrets?: string[],
][] = [
  ["a Docker lab", { target: "docker", usage: { storedGb: 500, newImages: 100 } }, 0, 0],
  [
    // 20 GB × 0.10 = 2.00; 50 GB × 0.02 = 1.00; 10 GB × 0.09 = 0.90.
    "ECR with images that are pulled from elsewhere",
    {
      ...{ target: "aws", repositories },
      usage: { storedGb: 20, pulledGb: { sameRegion: 400, otherRegions: 50, internet: 10 } },
    },
    0,
    3.9,
  ],
  [
    // A key 1.00; 2 endpoints × 3 zones × 730 h × 0.01 = 43.80; together 44.80.
    "ECR with a key and endpoints in three zones",
    {
      ...{ target: "aws", environment: "prod", repositories, encryption: { key: "create" } },
      aws: {
        network: {
          vpcId: "vpc-01234567",
          subnetIds: ["subnet-01234567", "subnet-12345678", "subnet-23456789"],
          securityGroupIds: ["sg-01234567"],
        },
      },
    },
    44.8,
    0,
  ],
  [
    // 500 first scans × 0.09 = 45.00; (600 − 100) minutes × 0.005 = 2.50; 8 GB × 0.10 = 0.80; together 48.30.
    // One secret of a cache 0.40.
    "ECR with Inspector, builds and a cache that logs in",
    {
      ...{ target: "aws", environment: "staging", repositories },
      aws: { managePrivateRegistry: true, scanning: { type: "enhanced" } },
      builds: [{ repository: "shop/api", source }],
      pullThroughCaches: [
        { upstream: "docker-hub", credentials: { username: "shop", password: "a-token" } },
      ],
      usage: { storedGb: 8, newImages: 500, buildMinutes: 600 },
    },
    0.4,
    48.3,
    ["pullThroughCaches"],
  ],
  [
    // 30 GB × 0.10 = 3.00, and twice more in the copies, 6.00; three keys 3.00; 1,000 minutes on medium × 0.01 = 10.00.
    "ECR with copies in two regions, and builds on medium",
    {
      ...{ target: "aws", environment: "staging", repositories, encryption: { key: "create" } },
      aws: {
        managePrivateRegistry: true,
        replication: [{ region: "us-west-2" }, { region: "eu-central-1" }],
        builds: { computeType: "medium" },
      },
      builds: [{ repository: "shop/api", source }],
      usage: { storedGb: 30, buildMinutes: 1000 },
    },
    3,
    19,
  ],
  ["Artifact Registry below its free half GB", { target: "gcp", usage: { storedGb: 0.45 } }, 0, 0],
  [
    // (10.5 − 0.5) GB × 0.10 = 1.00; 1,000 digests × 0.26 = 260.00; 100 GB × 0.02 within Europe = 2.00; 5 GB × 0.12 = 0.60.
    // Keys in europe-west3 and in us, where gcr.io is: 2 × 0.06 = 0.12.
    "Artifact Registry in Europe with scans, keys and a domain",
    {
      ...{ target: "gcp", environment: "prod", repositories, encryption: { key: "create" } },
      gcp: { location: "europe-west3", domains: ["gcr.io"] },
      usage: {
        ...{ storedGb: 10.5, newImages: 1000 },
        pulledGb: { otherRegions: 100, internet: 5 },
      },
    },
    0.12,
    263.6,
  ],
  [
    // (4,000 − 2,500) minutes × 0.006 = 9.00; (2.5 − 0.5) GB × 0.10 = 0.20.
    "Artifact Registry with builds, in a lab that scans nothing",
    {
      ...{ target: "gcp", repositories, ...githubOnGcp },
      builds: [{ repository: "shop/api", source }],
      usage: { storedGb: 2.5, buildMinutes: 4000 },
    },
    0,
    9.2,
  ],
  [
    // 30 days × 0.167 = 5.01; (25 − 10) GB × 0.10 = 1.50.
    "ACR's smallest registry with 25 GB",
    { target: "azure", repositories, usage: { storedGb: 25 } },
    5.01,
    1.5,
  ],
  [
    // Premium 30 × 1.667 = 50.01; two replicas 60 × 1.667 = 100.02; together 150.03.
    // 3 copies of 600 GB less 3 × 500: 300 GB × 0.10 = 30.00.
    "ACR on three continents",
    {
      ...{ target: "azure", environment: "staging", repositories },
      azure: { replicas: [{ location: "northeurope" }, { location: "eastus" }] },
      usage: { storedGb: 600 },
    },
    150.03,
    30,
  ],
  [
    // Premium 50.01; 2 endpoints × 730 h × 0.01 = 14.60; a zone 0.50; together 65.11.
    // 300 minutes × 60 s × 2 vCPU × 0.0001 = 3.60.
    "ACR behind private endpoints, with builds",
    {
      ...{ target: "azure", environment: "prod", repositories },
      azure: { privateEndpoints: [{ subnet: subnet("a") }, { subnet: subnet("b") }] },
      builds: [{ repository: "shop/api", source, schedule: "0 3 * * 1", tags: ["{build}"] }],
      usage: { buildMinutes: 300 },
    },
    65.11,
    3.6,
  ],
];

describe("a month of", () => {
  it.each(byHand)("%s costs what was computed by hand", (_, values, baseline, usage, secrets) => {
    const { baselineDollars, usageDollars, monthlyDollars } = estimated(values, secrets);
    expect({ baselineDollars, usageDollars }).toEqual({
      baselineDollars: baseline,
      usageDollars: usage,
    });
    expect(monthlyDollars).toBeCloseTo(baseline + usage, 6);
  });

  it("a description that expects nothing says what each unit would cost", () => {
    const { items } = estimated({ target: "aws", repositories });
    const lines = items.flatMap((item) => item.lines);
    expect(lines.map(({ name, quantity, unitPrice }) => [name, quantity, unitPrice])).toEqual([
      ["Storage", undefined, 0.1],
      ["Pulls from other regions", undefined, 0.02],
      ["Pulls over the internet", undefined, 0.09],
    ]);
  });
});

describe("the price file", () => {
  it.each(Object.entries({ awsPrices, gcpPrices, azurePrices }))(
    "has a source for each of %s",
    (_, prices) => {
      const lacking = Object.entries<Price>(prices).filter(
        ([, { dollars, unit, source }]) => !(dollars > 0) || unit === "" || source === "",
      );
      expect(lacking).toEqual([]);
    },
  );
});

describe("what is easy to overlook", () => {
  const warnings = (values: Values) => estimated(values).warnings;
  const gcp = (storedGb: number) => warnings({ target: "gcp", usage: { storedGb } });
  const free = expect.stringContaining("has free of charge each month") as string;

  it("is told of a free quantity from 80 % on", () => {
    expect(gcp(0.39)).not.toContainEqual(free);
    expect(gcp(0.4)).toContain(
      "0.4 GB of images are 80 % of the 0.5 GB that a billing account has free of charge each month; beyond them each costs $0.10.",
    );
    expect(gcp(0.5)).toContainEqual(expect.stringContaining("are 100 % of the 0.5 GB"));
    expect(gcp(0.51)).toContain(
      "0.51 GB of images are more than the 0.5 GB that a billing account has free of charge each month: what is beyond costs $0.10 each.",
    );
  });

  it.each([
    ["aws", 80, "80 minutes of builds are 80 % of the 100 minutes"],
    ["gcp", 2500, "2,500 minutes of builds are 100 % of the 2,500 minutes"],
    ["gcp", 2501, "2,501 minutes of builds are more than the 2,500 minutes"],
  ])("is told of build minutes on %s", (target, buildMinutes, told) => {
    const builds = [{ repository: "shop/api", source }];
    const place = target === "gcp" ? githubOnGcp : {};
    expect(
      warnings({ target, repositories, builds, ...place, usage: { buildMinutes } }),
    ).toContainEqual(expect.stringContaining(told));
  });

  it.each([
    [
      "ECR's first year",
      { target: "aws", usage: { storedGb: 0.4 } },
      "0.4 GB of images are 80 % of the 500 MB that accounts from before 2025-07-15 have free of charge in their first year; newer accounts have credits instead. The estimate includes neither.",
    ],
    [
      "scans of many images",
      { target: "gcp", environment: "dev", repositories, usage: { newImages: 1000 } },
      "Scanning 1,000 new images costs $260.00 a month: set scan.onPush to false for repositories that nothing is deployed from.",
    ],
    [
      "repositories that only grow",
      {
        target: "azure",
        repositories: [{ name: "kept" }, { name: "bounded", retention: { keepLast: 5 } }],
        usage: { newImages: 30 },
      },
      "Of 30 new images a month none with a tag ever expires in kept: every GB that they add costs $0.10 more in each later month. wharf:retention.keepLast limits it.",
    ],
    [
      "a registry that nobody uses",
      { target: "azure" },
      "An idle registry is billed too, $0.167 a day; it cannot be paused.",
    ],
    [
      "Premium in a lab that may be forgotten",
      { target: "azure", encryption: { key: "create" } },
      "Premium is expensive for a lab: forgotten for 30 days it costs $50.01. wharf:lab.ttlHours lets npx wharf reap remove it.",
    ],
    [
      // 1.667 × 8 / 24 = 0.5556…
      "Premium in a lab of eight hours",
      { target: "azure", encryption: { key: "create" }, lab: { ttlHours: 8 } },
      "Premium is expensive for a lab: in its 8 hours it costs $0.56.",
    ],
    [
      // 100 × 0.02 = 2.00 against 10 × 0.10 = 1.00 for a replica.
      "pulls from other regions",
      { target: "aws", usage: { storedGb: 10, pulledGb: { otherRegions: 100 } } },
      "Pulls from other regions cost $2.00 a month, more than the storage of a replica there.",
    ],
    [
      "a bucket of another cloud",
      {
        target: "docker",
        storage: { kind: "s3", bucket: "images", region: "eu-central-1" },
      },
      "What the s3 bucket holds is billed by its own cloud, and is not part of the estimate.",
    ],
  ])("is told: %s", (_, values, warning) => {
    expect(warnings(values)).toContain(warning);
  });
});

describe("the tree", () => {
  it("shows each thing with its lines, and totals", () => {
    const [, , , [, values, , , secrets]] = byHand as [
      never,
      never,
      never,
      (typeof byHand)[number],
    ];
    expect(costTree(estimated(values, secrets))).toBe(
      readFileSync(path.join(__dirname, "../../golden/cost.txt"), "utf8").trimEnd(),
    );
  });

  it("says in a sentence that nothing is charged", () => {
    expect(costTree(estimated({ target: "docker" }))).toBe(
      "Nothing is charged: the registry runs on your own machines.",
    );
  });
});

describe("the line of a preview", () => {
  it.each([
    [50.01, undefined, "A month costs $50.01; for what: npx wharf cost --stack shop"],
    [50.01, 50.01, "A month costs $50.01; for what: npx wharf cost --stack shop"],
    [
      50.01,
      5.01,
      "A month costs $50.01 (+$45.00 compared with what is deployed); for what: npx wharf cost --stack shop",
    ],
    [
      0,
      1,
      "A month costs $0.00 (-$1.00 compared with what is deployed); for what: npx wharf cost --stack shop",
    ],
    [0, 0, ""],
    [undefined, 1, ""],
  ])("of %s after %s", (described, standing, line) => {
    expect(costLine(described, standing, "shop")).toBe(line);
  });
});
