import * as pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, it } from "vitest";
import { elsewhereProblems } from "../../../components/aws/preflight/regions";
import { nodeProblems } from "../../../components/aws/preflight";
import { checkDescription } from "../../../components/description/check";
import { DescriptionError, type Problem } from "../../../components/core/problems";

const account = "123456789012";

const argsOf = (config: Record<string, unknown>) => {
  const values = { target: "aws", repositories: [{ name: "shop/api" }], ...config };
  const description = checkDescription({ stack: "shop", values, secretKeys: new Set() });
  return { ...description, stack: "shop" };
};
/** Problems as a person reads them, below the head line. */
const report = (problems: Problem[]) =>
  problems.length === 0
    ? ""
    : new DescriptionError("", problems).message.split("\n").slice(1).join("\n");

const copies = (...entries: object[]) => ({
  aws: { managePrivateRegistry: true, replication: entries },
});
const connected = (region: string) => ({
  builds: [{ repository: "shop/api", source: "github.com/acme/shop" }],
  aws: {
    builds: {
      connections: {
        "github.com": `arn:aws:codeconnections:${region}:${account}:connection/01234567-89ab-cdef-0123-456789abcdef`,
      },
    },
  },
});

describe("what a description names in another region", () => {
  it.each<[name: string, region: string, config: Record<string, unknown>, told: string]>([
    [
      "copies to a misspelt region",
      "eu-central-1",
      copies({ region: "eu-west1" }),
      `
  wharf:aws.replication[0].region   "eu-west1" is not a region of AWS; did you mean eu-west-1?
                                    pulumi config set --path 'wharf:aws.replication[0].region' eu-west-1
`,
    ],
    [
      "copies to the registry's own region",
      "eu-central-1",
      copies({ region: "eu-central-1" }),
      `
  wharf:aws.replication[0].region   "eu-central-1" is the region of the registry itself; replicate to another region or account
                                    pulumi config rm --path 'wharf:aws.replication[0]'
`,
    ],
    [
      "copies to another partition",
      "eu-central-1",
      copies({ region: "cn-north-1" }),
      `
  wharf:aws.replication[0].region   "cn-north-1" is in the partition aws-cn, and the registry in aws; ECR does not replicate between partitions
                                    pulumi config rm --path 'wharf:aws.replication[0]'
`,
    ],
    [
      "source code in CodeCommit of another region",
      "eu-central-1",
      {
        builds: [
          {
            repository: "shop/api",
            source: "git-codecommit.us-east-1.amazonaws.com/v1/repos/shop",
          },
        ],
      },
      `
  wharf:builds[0].source   is in us-east-1, and CodeBuild in eu-central-1, which only reaches CodeCommit of its own region
                           pulumi config set --path 'wharf:builds[0].source' git-codecommit.eu-central-1.amazonaws.com/v1/repos/shop
`,
    ],
    [
      "a connection of a region that not every account has",
      "eu-central-1",
      connected("il-central-1"),
      `
  wharf:aws.builds.connections["github.com"]   is a connection in il-central-1, which only serves that region, and CodeBuild is in eu-central-1
                                               aws codeconnections list-connections --region eu-central-1
`,
    ],
    [
      "a secret of another region",
      "eu-central-1",
      {
        pullThroughCaches: [
          {
            upstream: "docker-hub",
            credentials: {
              username: "shop",
              passwordSecret: `arn:aws:secretsmanager:us-east-1:${account}:secret:ecr-pullthroughcache/hub-AbCdEf`,
            },
          },
        ],
      },
      `
  wharf:pullThroughCaches[0].credentials.passwordSecret   is a secret in us-east-1, and the registry is in eu-central-1; ECR only reads secrets of its own region
                                                          aws secretsmanager list-secrets --region eu-central-1 --filters Key=name,Values=ecr-pullthroughcache/
`,
    ],
  ])("is told of %s", (_, region, config, told) => {
    expect(report(elsewhereProblems(argsOf(config), region))).toBe(told);
  });

  it.each<[name: string, config: Record<string, unknown>]>([
    [
      "copies to another account in the same region",
      copies({ region: "eu-central-1", account: "210987654321" }),
    ],
    ["a connection of a region that every account has", connected("us-east-1")],
    ["a connection of its own region", connected("eu-central-1")],
  ])("may be %s", (_, config) => {
    expect(report(elsewhereProblems(argsOf(config), "eu-central-1"))).toBe("");
  });
});

describe("nodes of a cluster", () => {
  let asked = 0;
  beforeAll(async () => {
    await pulumi.runtime.setMocks({
      call: () => {
        asked++;
        return { accountId: account };
      },
      newResource: () => ({ id: "none", state: {} }),
    });
  });
  const cluster = (of: string) => ({
    clusters: [{ name: "prod", nodes: `arn:aws:iam::${of}:role/nodes` }],
  });

  it("of another account cannot be given anything here", async () => {
    expect(report(await nodeProblems(argsOf(cluster("210987654321"))))).toBe(`
  wharf:clusters[0].nodes   is a role of account 210987654321, and the registry is in 123456789012, which cannot attach policies there; name the role in wharf:access.pull, and attach AmazonEC2ContainerRegistryPullOnly in its own account
                            pulumi config rm --path 'wharf:clusters[0].nodes'
`);
    expect(await nodeProblems(argsOf(cluster(account)))).toEqual([]);
  });

  it("are what AWS is asked for the account for, and nothing else", async () => {
    asked = 0;
    expect(await nodeProblems(argsOf({}))).toEqual([]);
    expect(asked).toBe(0);
  });
});
