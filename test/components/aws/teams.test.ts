import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { goldenText } from "../../support/golden-text";
import { deploy, region } from "./registrations";

const account = "123456789012";
const services = Array.from({ length: 40 }, (_, i) => `service-${String(i + 1).padStart(2, "0")}`);

/** Registries as teams describe them. */
const teams: Record<string, Record<string, unknown>> = {
  "a monorepo of 40 services": {
    environment: "prod",
    repositories: services.map((name) => ({ name: `shop/${name}` })),
    retention: {
      keep: ["v*"],
      groups: [
        { tags: ["dev-*"], keepLast: 10 },
        { tags: ["main-*"], keepLast: 50 },
      ],
    },
    identities: [
      { name: "shop", project: "acme/shop", push: services.map((name) => `shop/${name}`) },
    ],
    clusters: [{ name: "prod", nodes: `arn:aws:iam::${account}:role/eks/nodes` }],
  },
  "pulls from an organization": {
    environment: "prod",
    repositories: [{ name: "base/node" }, { name: "base/java" }],
    access: {
      pull: [
        "organization:o-a1b2c3d4e5",
        "organizationalUnit:o-f6g7h8i9j0/r-ab12/ou-ab12-11111111",
      ],
      push: [`arn:aws:iam::${account}:role/images`],
    },
    encryption: { key: "create" },
    aws: {
      identityPolicies: { account, attach: true },
      iam: {
        path: "/platform/",
        permissionsBoundary: `arn:aws:iam::${account}:policy/platform/boundary`,
      },
    },
  },
  "Amazon Inspector": {
    environment: "prod",
    repositories: [{ name: "shop/api" }, { name: "scratch/tries", scan: { onPush: false } }],
    aws: {
      managePrivateRegistry: true,
      scanning: {
        type: "enhanced",
        continuous: true,
        pullTimeExclusions: [`arn:aws:iam::${account}:role/scanner`],
      },
    },
  },
  "the ECR Public Gallery": {
    environment: "prod",
    identities: [
      { name: "release", project: "acme/tools", tag: "v*", push: ["public.ecr.aws/acme/cli"] },
    ],
    aws: {
      publicRepositories: [
        { name: "acme/cli", description: "The client", architectures: ["x86-64", "ARM 64"] },
        { name: "acme/agent", push: [`arn:aws:iam::${account}:role/release`] },
      ],
    },
  },
  "two regions and another account": {
    environment: "prod",
    repositories: [{ name: "shop/api" }, { name: "shop/web" }],
    access: { pull: ["account:210987654321"] },
    encryption: { key: "create" },
    aws: {
      managePrivateRegistry: true,
      registryPolicy: { replicateFrom: ["210987654321"] },
      replication: [
        { region: "eu-west-1" },
        { region: "us-east-1", account: "210987654321", repositories: ["shop/"] },
      ],
    },
  },
  "Docker Hub with credentials": {
    environment: "prod",
    repositories: [{ name: "shop/api" }],
    access: { pull: [`arn:aws:iam::${account}:role/nodes`] },
    pullThroughCaches: [
      {
        upstream: "docker-hub",
        credentials: { username: "acme", password: "dckr_pat_0123456789" },
      },
      { upstream: "quay" },
    ],
    builds: [{ repository: "shop/api", source: "github.com/acme/shop" }],
    aws: { identityPolicies: { account } },
  },
};

describe("the registry of a team", () => {
  it.each(Object.entries(teams))(
    "of %s registers what its golden file says",
    async (name, config) => {
      const file = name.toLowerCase().replaceAll(" ", "-");
      const text = goldenText(await deploy(config, region, ["pullThroughCaches"]));
      expect(text).not.toContain("dckr_pat_0123456789");
      await expect(text).toMatchFileSnapshot(
        join(__dirname, `../../golden/aws-teams/${file}.yaml`),
      );
    },
  );
});
