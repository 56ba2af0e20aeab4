import { describe, expect, it } from "vitest";
import { deploy, inputsOf, ofType, region, statements } from "./registrations";

const account = "123456789012";
const other = "210987654321";
const repositories = [{ name: "shop/api" }, { name: "shop/web" }, { name: "tools" }];
const configuration = "ecr/replicationConfiguration:ReplicationConfiguration";
const template = "ecr/repositoryCreationTemplate:RepositoryCreationTemplate";

const replicated = (replication: object[], more: Record<string, unknown> = {}) => ({
  repositories,
  ...more,
  aws: { managePrivateRegistry: true, replication },
});

describe("replication", () => {
  it("is one configuration of the registry's owner, once what makes the copies stands", async () => {
    const { registrations } = await deploy(
      replicated([
        { region: "eu-west-1" },
        { region: "us-east-1", account: other },
        { region: "eu-north-1", repositories: ["shop/"] },
      ]),
    );
    const named = (names: string[]) =>
      names.map((filter) => ({ filter, filterType: "PREFIX_MATCH" }));
    expect(inputsOf(registrations, configuration)).toEqual([
      {
        replicationConfiguration: {
          rules: [
            {
              destinations: [
                { region: "eu-west-1", registryId: account },
                { region: "us-east-1", registryId: other },
              ],
              repositoryFilters: named(["shop/api", "shop/web", "tools"]),
            },
            {
              destinations: [{ region: "eu-north-1", registryId: account }],
              repositoryFilters: named(["shop/"]),
            },
          ],
        },
      },
    ]);
    const [made] = ofType(registrations, configuration);
    expect(made?.dependsOn).toEqual(
      expect.arrayContaining([
        "registry-settings-claim",
        "registry-replica-eu-west-1-template-shop",
      ]),
    );
    // For other accounts nobody here makes a template.
    expect(ofType(registrations, template).map(({ name }) => name)).toEqual([
      "registry-replica-eu-north-1-template-shop",
      "registry-replica-eu-west-1-template-shop",
    ]);
  });

  it("gives the copies what the originals have, with a key of their own region", async () => {
    const { registrations } = await deploy(
      replicated([{ region: "eu-west-1" }], {
        environment: "prod",
        repositories: [{ name: "shop/api", retention: { keepLast: 3 }, pull: ["service:lambda"] }],
        encryption: { key: "create" },
        labels: { team: "shop" },
      }),
    );
    const [made] = inputsOf(registrations, template);
    const [repository] = inputsOf(registrations, "ecr/repository:Repository");
    const [lifecycle] = inputsOf(registrations, "ecr/lifecyclePolicy:LifecyclePolicy");
    const [policy] = inputsOf(registrations, "ecr/repositoryPolicy:RepositoryPolicy");
    const key = `arn:aws:stand-in:eu-central-1:${account}:registry-replica-eu-west-1-key`;
    expect(made).toMatchObject({
      region: "eu-west-1",
      prefix: "shop",
      appliedFors: ["REPLICATION"],
      imageTagMutability: repository?.imageTagMutability,
      imageTagMutabilityExclusionFilters: repository?.imageTagMutabilityExclusionFilters,
      lifecyclePolicy: lifecycle?.policy,
      repositoryPolicy: String(policy?.policy).replaceAll(`:${region}:`, ":eu-west-1:"),
      encryptionConfigurations: [{ encryptionType: "KMS", kmsKey: key }],
      resourceTags: repository?.tags,
    });
    const keys = ofType(registrations, "kms/key:Key");
    expect(keys.map(({ inputs, protect }) => [inputs.region, protect])).toEqual([
      [undefined, true],
      ["eu-west-1", true],
    ]);
    expect(statements(registrations, "kms/key:Key")[3]?.Condition?.StringEquals).toMatchObject({
      "kms:ViaService": "ecr.eu-west-1.amazonaws.com",
    });
    const [make, encrypt] = statements(registrations, "iam/rolePolicy:RolePolicy");
    expect(make?.Resource).toEqual(["arn:aws:ecr:eu-west-1:*:repository/shop/*"]);
    expect(encrypt?.Resource).toBe(key);
  });

  it("claims the repositories of all teams in a region only where that is asked for", async () => {
    const names = async (entry: object) => {
      const { registrations, outputs } = await deploy(
        replicated([{ region: "eu-west-1", ...entry }]),
      );
      const role = statements(registrations, "iam/rolePolicy:RolePolicy")[0]?.Resource;
      return [
        ofType(registrations, template).map(({ name }) => name),
        role,
        outputs.notes,
      ] as const;
    };
    const path = "arn:aws:ecr:eu-west-1:*:repository/";
    const [plain, plainRole, notes] = await names({});
    expect([plain, plainRole]).toEqual([
      ["registry-replica-eu-west-1-template-shop"],
      [`${path}shop/*`],
    ]);
    expect(notes).toContainEqual(expect.stringMatching(/^In eu-west-1 tools get ECR's defaults/));
    const [asked, askedRole] = await names({ rootTemplate: true });
    expect([asked, askedRole]).toEqual([
      ["registry-replica-eu-west-1-template-ROOT", "registry-replica-eu-west-1-template-shop"],
      expect.arrayContaining([`${path}*`, `${path}shop/*`]),
    ]);
  });

  it("limits copies to the VPC of their own region, and archives none by pulls", async () => {
    const vpc = (end: string) => `vpc-0123456789abcde${end}`;
    const { registrations } = await deploy({
      ...replicated([]),
      repositories: [
        { name: "shop/api", retention: { archiveAfterDays: 30, expireAfterDays: 90 } },
      ],
      endpoint: { allowFrom: ["203.0.113.0/24", "10.0.0.0/8"] },
      aws: {
        managePrivateRegistry: true,
        replication: [{ region: "eu-west-1", vpcId: vpc("f1") }, { region: "eu-north-1" }],
        network: { vpcId: vpc("f0") },
      },
    });
    const [north, west] = inputsOf(registrations, template);
    expect([north?.region, west?.region]).toEqual(["eu-north-1", "eu-west-1"]);
    expect(String(north?.repositoryPolicy)).not.toContain("vpc-");
    expect(String(north?.repositoryPolicy)).toContain("203.0.113.0/24");
    expect(String(west?.repositoryPolicy)).toContain(vpc("f1"));
    expect(String(west?.repositoryPolicy)).not.toContain(vpc("f0"));
    for (const { lifecyclePolicy } of [north!, west!]) {
      expect(String(lifecyclePolicy)).toContain("Delete images without tags");
      expect(String(lifecyclePolicy)).not.toMatch(/archive|tagged images/);
    }
  });

  it("lets roles and clusters pull the copies, and push none", async () => {
    const ci = `arn:aws:iam::${account}:role/ci`;
    const { registrations } = await deploy({
      ...replicated([]),
      repositories: repositories.map((one) => ({ ...one, push: [ci] })),
      clusters: [{ name: "prod", nodes: `arn:aws:iam::${account}:role/nodes` }],
      aws: {
        managePrivateRegistry: true,
        replication: [{ region: "eu-west-1", repositories: ["shop/"] }],
        identityPolicies: { account },
      },
    });
    const inIreland = (name: string) => `arn:aws:ecr:eu-west-1:${account}:repository/${name}`;
    const replicas = statements(registrations, "iam/policy:Policy").filter(
      ({ Sid }) => Sid === "PullReplicas",
    );
    expect(replicas.map(({ Resource, Condition }) => [Resource, Condition])).toEqual([
      [[inIreland("*")], { StringEquals: { "aws:ResourceTag/io.wharf.stack": "shop" } }],
      [[inIreland("shop/api"), inIreland("shop/web")], undefined],
    ]);
    expect(replicas.flatMap(({ Action }) => Action)).not.toContain("ecr:PutImage");
  });

  it("tells of copies that one template serves although they differ", async () => {
    const { registrations, outputs } = await deploy(
      replicated([{ region: "eu-west-1" }], {
        environment: "dev",
        repositories: [
          { name: "shop/api" },
          { name: "shop/cache", immutableTags: { enabled: false } },
        ],
      }),
    );
    expect(inputsOf(registrations, template)).toMatchObject([
      { imageTagMutability: "IMMUTABLE_WITH_EXCLUSION" },
    ]);
    expect(outputs.notes).toContain(
      "In eu-west-1 shop/api, shop/cache get the settings for all repositories: one template creates them, and their own settings differ.",
    );
  });

  it("tells how to replicate existing images, for each destination once", async () => {
    const { outputs } = await deploy(
      replicated([
        { region: "eu-west-1", repositories: ["shop/"] },
        { region: "eu-west-1", repositories: ["tools"] },
        { region: "us-east-1", account: other },
      ]),
    );
    const start = `aws ecr start-replication-backfill --region ${region} --destination`;
    expect(outputs.notes).toContain(
      `ECR replicates what is pushed from now on. Replicate existing images once, after pulumi up: ${start} region=eu-west-1,registryId=${account}; ${start} region=us-east-1,registryId=${other}.`,
    );
  });

  it("gives another account the policy by which it lets this one in", async () => {
    const { outputs } = await deploy(replicated([{ region: "us-east-1", account: other }]));
    const policy = `{"Version":"2012-10-17","Statement":[{"Sid":"Replicate","Effect":"Allow","Principal":{"AWS":["arn:aws:iam::${account}:root"]},"Action":["ecr:CreateRepository","ecr:ReplicateImage"],"Resource":"arn:aws:ecr:us-east-1:${other}:repository/*"}]}`;
    expect(outputs.notes).toContain(
      `Account ${other} has to allow replication from account ${account}: aws ecr put-registry-policy --region us-east-1 --policy-text '${policy}', or wharf:aws.registryPolicy.replicateFrom of a Wharf stack there.`,
    );
  });
});
