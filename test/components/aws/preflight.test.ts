import * as pulumi from "@pulumi/pulumi";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { completed } from "../../../components/aws";
import { preflight, warnings } from "../../../components/aws/preflight";
import { checkDescription } from "../../../components/description/check";
import { DescriptionError } from "../../../components/core/problems";

const key = "arn:aws:kms:us-east-1:123456789012:key/1234abcd";

/** What a machine is and knows of AWS. */
interface Machine {
  /** The stack's config of the provider. */
  provider?: Record<string, string>;
  environment?: Record<string, string>;
  /** Contents of AWS's config file. */
  configFile?: string;
  /** Contents of AWS's credentials file. */
  credentialsFile?: string;
}

/** A machine on which nothing stands in the way. */
const ready: Machine = {
  provider: { "aws:region": "eu-central-1" },
  environment: { AWS_ACCESS_KEY_ID: "none", AWS_SECRET_ACCESS_KEY: "none" },
};
const noCredentials: Machine = { provider: ready.provider };
const twoProfiles = "[profile shop-dev]\nregion = eu-central-1\n[profile shop-prod]\n";

describe("the preflight of AWS", () => {
  let home: string;
  /** Stack that holds the claim of the registry's settings; undefined for none. */
  let owner: string | undefined;
  /** What the provider answers in place of a claim. */
  let failure: string | undefined;
  let calls: string[];
  /** What AWS says beside, by function and what it is asked for. */
  let answers: Record<string, Record<string, unknown>>;
  /** The stack's state before the run: URN to resource. */
  let state: Record<string, { type: string; outputs?: Record<string, unknown> }>;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), "wharf-aws-"));
    const call = ({ token, inputs }: pulumi.runtime.MockCallArgs) => {
      if (token === "pulumi:pulumi:readStackResourceOutputs") return { outputs: state };
      if (token === "aws:index/getCallerIdentity:getCallerIdentity") {
        return { accountId: "123456789012" };
      }
      if (!token.startsWith("aws:ssm/")) {
        const { typeName, ecrRepositoryPrefix, prefix, url } = inputs as Record<string, string>;
        const answer = answers[typeName ?? ecrRepositoryPrefix ?? prefix ?? url ?? ""];
        if (answer === undefined) {
          throw Object.assign(new Error(), { details: "couldn't find resource" });
        }
        return answer;
      }
      calls.push(`${token} ${(inputs as { region: string }).region}`);
      // As gRPC gives the provider's error.
      if (failure !== undefined) throw Object.assign(new Error(), { details: failure });
      return owner === undefined
        ? { names: [], values: [] }
        : { names: ["/wharf/ecr/registry-settings-owner"], values: [owner] };
    };
    const newResource = () => ({ id: "none", state: {} });
    await pulumi.runtime.setMocks({ call, newResource }, "wharf", "shop", false, "organization");
  });

  beforeEach(() => {
    [owner, failure, calls, state, answers] = [undefined, undefined, [], {}, {}];
    vi.unstubAllEnvs();
  });

  afterAll(async () => {
    vi.unstubAllEnvs();
    await rm(home, { recursive: true, force: true });
  });

  /** What is told of a description on a machine, below the head line; empty where nothing is. */
  async function report(
    { provider = {}, environment = {}, configFile = "", credentialsFile = "" }: Machine,
    config: Record<string, unknown> = {},
  ): Promise<string> {
    const files = { AWS_CONFIG_FILE: configFile, AWS_SHARED_CREDENTIALS_FILE: credentialsFile };
    for (const name of Object.keys(process.env).filter((one) => one.startsWith("AWS_"))) {
      vi.stubEnv(name, undefined);
    }
    for (const [name, text] of Object.entries(files)) {
      await writeFile(join(home, name), text);
      vi.stubEnv(name, join(home, name));
    }
    // The test may itself run on an instance, whose role would do.
    vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    pulumi.runtime.setAllConfig(provider);
    const values = { target: "aws", ...config };
    const description = checkDescription({ stack: "shop", values, secretKeys: new Set() });
    const problems = await preflight({ ...description, stack: "shop" });
    if (problems.length === 0) return "";
    return new DescriptionError("", problems).message.split("\n").slice(1).join("\n");
  }

  it("warns of a region that this release does not know, and goes on", async () => {
    const at = async (region: string, copy: string) => {
      const config = {
        aws: { managePrivateRegistry: true, replication: [{ region: copy }] },
      };
      expect(await report({ ...ready, provider: { "aws:region": region } }, config)).toBe("");
      const values = { target: "aws", ...config };
      return warnings(checkDescription({ stack: "shop", values, secretKeys: new Set() }) as never);
    };
    expect(await at("ap-southeast-7", "eu-west-1")).toEqual([]);
    expect(await at("ap-southeast-8", "sa-west-9")).toEqual([
      'aws:region: "ap-southeast-8" is not a region of AWS that this release knows; did you mean ap-southeast-1?',
      'wharf:aws.replication[0].region: "sa-west-9" is not a region of AWS that this release knows',
    ]);
  });

  it.each<[name: string, Machine, config: Record<string, unknown>, told: string]>([
    [
      "no region",
      { environment: ready.environment },
      {},
      `
  aws:region   is missing, and neither AWS_REGION, AWS_DEFAULT_REGION nor the AWS profile has a region
               pulumi config set aws:region eu-central-1
`,
    ],
    [
      "a misspelt region",
      { ...ready, provider: { "aws:region": "eu-central1" } },
      {},
      `
  aws:region   "eu-central1" is not a region of AWS; did you mean eu-central-1?
               pulumi config set aws:region eu-central-1
`,
    ],
    [
      "a region of another cloud, from the environment",
      { environment: { ...ready.environment, AWS_REGION: "westeurope" } },
      {},
      `
  aws:region   "westeurope" is not a region of AWS, such as eu-central-1
               pulumi config set aws:region eu-central-1
`,
    ],
    [
      "a key of another region",
      ready,
      { encryption: { key } },
      `
  wharf:encryption.key   is a key in us-east-1, and the registry is in eu-central-1; ECR only uses keys of its own region
                         aws kms list-keys --region eu-central-1
`,
    ],
    [
      "a public repository from China",
      { ...ready, provider: { "aws:region": "cn-north-1" } },
      { aws: { publicRepositories: [{ name: "tools/wharf" }] } },
      `
  wharf:aws.publicRepositories   are not available in cn-north-1: the ECR Public Gallery does not exist in China
                                 pulumi config rm --path 'wharf:aws.publicRepositories'
`,
    ],
    [
      "no credentials at all",
      noCredentials,
      {},
      `
  AWS_PROFILE   is not set, AWS's config and credentials files have no profile default, and neither AWS_ACCESS_KEY_ID with AWS_SECRET_ACCESS_KEY nor a role of this machine provides credentials
                aws configure sso
`,
    ],
    [
      "profiles of which none is chosen",
      { ...noCredentials, configFile: twoProfiles },
      {},
      `
  AWS_PROFILE   is not set, AWS's config and credentials files have no profile default, and neither AWS_ACCESS_KEY_ID with AWS_SECRET_ACCESS_KEY nor a role of this machine provides credentials
                export AWS_PROFILE=shop-dev
`,
    ],
    [
      "half a key",
      { ...noCredentials, environment: { AWS_ACCESS_KEY_ID: "none" } },
      {},
      `
  AWS_SECRET_ACCESS_KEY   is not set, and AWS_ACCESS_KEY_ID is useless without it
                          unset AWS_ACCESS_KEY_ID && aws configure
`,
    ],
    [
      "a misspelt profile in the environment",
      { ...noCredentials, configFile: twoProfiles, environment: { AWS_PROFILE: "shop-prd" } },
      {},
      `
  AWS_PROFILE   "shop-prd" is not a profile in AWS's config and credentials files; did you mean shop-prod?
                export AWS_PROFILE=shop-prod
`,
    ],
    [
      "an unknown profile in the stack's config, whatever the environment holds",
      { ...ready, provider: { ...ready.provider, "aws:profile": "payments" } },
      {},
      `
  aws:profile   "payments" is not a profile in AWS's config and credentials files, which name none
                aws configure sso --profile payments
`,
    ],
    [
      "neither region nor credentials",
      {},
      {},
      `
  aws:region    is missing, and neither AWS_REGION, AWS_DEFAULT_REGION nor the AWS profile has a region
                pulumi config set aws:region eu-central-1
  AWS_PROFILE   is not set, AWS's config and credentials files have no profile default, and neither AWS_ACCESS_KEY_ID with AWS_SECRET_ACCESS_KEY nor a role of this machine provides credentials
                aws configure sso
`,
    ],
  ])("tells of %s", async (_, machine, config, told) => {
    expect(await report(machine, config)).toBe(told);
    expect(calls).toEqual([]);
  });

  it.each<[name: string, Machine]>([
    ["a key in the environment", ready],
    ["a default profile", { ...noCredentials, credentialsFile: "[default]\n" }],
    [
      "the chosen profile",
      { ...noCredentials, configFile: twoProfiles, environment: { AWS_PROFILE: "shop-dev" } },
    ],
    [
      "a key in the stack's config",
      { provider: { ...ready.provider, "aws:accessKey": "none", "aws:secretKey": "none" } },
    ],
    [
      "the role of a container",
      { ...noCredentials, environment: { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "/v2" } },
    ],
    [
      "a web identity",
      { ...noCredentials, environment: { AWS_WEB_IDENTITY_TOKEN_FILE: "/token" } },
    ],
    [
      "a region in the environment",
      { environment: { ...ready.environment, AWS_REGION: "eu-west-1" } },
    ],
    ["a region in the default profile", { configFile: "[default]\nregion = eu-west-1\n" }],
    [
      "a region in the profile that the environment names",
      { configFile: twoProfiles, environment: { AWS_PROFILE: "shop-dev" } },
    ],
    [
      "a region in the profile that the stack's config names",
      { configFile: twoProfiles, provider: { "aws:profile": "shop-dev" } },
    ],
  ])("finds %s, and asks AWS for nothing", async (_, machine) => {
    expect(await report(machine)).toBe("");
    expect(calls).toEqual([]);
  });

  it("uses a provider that the account has for an issuer, and manages its own", async () => {
    const url = "https://token.actions.githubusercontent.com";
    const arn = `arn:aws:iam::123456789012:oidc-provider/${url.slice("https://".length)}`;
    answers = { [url]: { arn, tags: {} } };
    const providersOf = async () => {
      await report(ready);
      const values = {
        target: "aws",
        repositories: [{ name: "shop/api" }],
        identities: [
          { name: "hub", project: "acme/shop", push: ["shop/api"] },
          { name: "lab", issuer: "gitlab", project: "acme/shop", push: ["shop/api"] },
        ],
      };
      const description = checkDescription({ stack: "shop", values, secretKeys: new Set() });
      return (await completed({ ...description, stack: "shop" })).aws.oidcProviders;
    };
    expect(await providersOf()).toEqual({ [url.slice("https://".length)]: arn });
    const type = "aws:iam/openIdConnectProvider:OpenIdConnectProvider";
    state = { [`urn:pulumi:shop::wharf::${type}::registry-oidc`]: { type, outputs: { url } } };
    expect(await providersOf()).toEqual({});
  });

  describe("of a stack that is to own the registry's settings", () => {
    const own = { aws: { managePrivateRegistry: true } };

    it("lets the first and the owner itself go on", async () => {
      expect(await report(ready, own)).toBe("");
      owner = "organization/wharf/shop";
      expect(await report(ready, own)).toBe("");
      expect(calls).toEqual(
        Array(2).fill("aws:ssm/getParametersByPath:getParametersByPath eu-central-1"),
      );
    });

    it("refuses to replace what the registry has, unless that is allowed or it is the stack's own", async () => {
      answers = {
        "AWS::ECR::RegistryScanningConfiguration": {
          properties: JSON.stringify({
            ScanType: "ENHANCED",
            Rules: [
              {
                ScanFrequency: "CONTINUOUS_SCAN",
                RepositoryFilters: [{ Filter: "prod*", FilterType: "WILDCARD" }],
              },
            ],
          }),
        },
        "AWS::ECR::RegistryPolicy": {
          properties: JSON.stringify({ PolicyText: { Statement: [{ Sid: "Payments" }] } }),
        },
        "AWS::ECR::ReplicationConfiguration": {
          properties: JSON.stringify({
            ReplicationConfiguration: {
              Rules: [{ Destinations: [{ Region: "us-east-1", RegistryId: "123456789012" }] }],
            },
          }),
        },
      };
      const more = {
        aws: {
          managePrivateRegistry: true,
          registryPolicy: { replicateFrom: ["210987654321"] },
          replication: [{ region: "eu-west-1", repositories: ["shop/"] }],
        },
      };
      const told = (what: string) => `
  wharf:aws.managePrivateRegistry   true would replace what the registry has in eu-central-1: ${what}. Add it to the description, or allow the replacement
                                    pulumi config set --path 'wharf:aws.replaceRegistrySettings' true
`;
      const scans = "enhanced scanning of prod*";
      expect(await report(ready, own)).toBe(told(scans));
      expect(await report(ready, more)).toBe(
        told(
          `${scans}; a policy with the statements Payments; replication to us-east-1 of account 123456789012`,
        ),
      );
      const allowed = { aws: { managePrivateRegistry: true, replaceRegistrySettings: true } };
      expect(await report(ready, allowed)).toBe("");
      const type = "aws:ssm/parameter:Parameter";
      state = {
        [`urn:pulumi:shop::wharf::${type}::registry-settings-claim`]: {
          type,
          outputs: { name: "/wharf/ecr/registry-settings-owner" },
        },
      };
      expect(await report(ready, own)).toBe("");
    });

    it("refuses a second owner, by the name of the first", async () => {
      owner = "organization/wharf/payments";
      expect(await report(ready, own)).toBe(`
  wharf:aws.managePrivateRegistry   true is refused: stack organization/wharf/payments owns the settings of this account's registry in eu-central-1, as /wharf/ecr/registry-settings-owner of Systems Manager says; each setting exists once in an account and region
                                    pulumi config set --path 'wharf:aws.managePrivateRegistry' false
`);
    });

    it("refuses a state with an Enabler, whose deletion would disable Inspector for the account", async () => {
      const enabler = "aws:inspector2/enabler:Enabler";
      const urn = `urn:pulumi:shop::wharf::wharf:index:AwsRegistry$${enabler}::registry-inspector`;
      state = { [urn]: { type: enabler } };
      expect(await report(ready, own)).toBe(`
  registry-inspector   would be deleted, which disables Amazon Inspector for the whole account, EC2 and Lambda included; enhanced scanning does not need it. Remove it from the state only
                       pulumi state delete --target-dependents '${urn}'
`);
    });

    it("refuses the prefixes of caches and templates that others have, and not its own", async () => {
      answers = {
        quay: { upstreamRegistryUrl: "quay.io", appliedFors: ["PULL_THROUGH_CACHE"] },
        "team-a": { appliedFors: ["CREATE_ON_PUSH", "REPLICATION"] },
      };
      const config = {
        pullThroughCaches: [{ upstream: "quay" }, { upstream: "kubernetes" }],
        aws: { creationTemplates: [{ prefix: "team-a/", appliedFor: ["createOnPush"] }] },
      };
      const end =
        "which is not this stack's; a registry has one for a prefix. Take another name, or remove the existing one first";
      expect(await report(ready, config)).toBe(`
  wharf:pullThroughCaches[0].name         "quay" is the prefix of an existing pull-through cache rule in eu-central-1, of quay.io, ${end}
  wharf:aws.creationTemplates[0].prefix   "team-a" is the prefix of an existing creation template in eu-central-1, for CREATE_ON_PUSH, REPLICATION, ${end}
  wharf:pullThroughCaches[0].name         "quay" is the prefix of an existing creation template in eu-central-1, for PULL_THROUGH_CACHE, ${end}
`);
      const own = (type: string, outputs: Record<string, unknown>) => [
        `urn:pulumi:shop::wharf::${type}::${JSON.stringify(outputs)}`,
        { type, outputs },
      ];
      const template = "aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate";
      state = Object.fromEntries([
        own("aws:ecr/pullThroughCacheRule:PullThroughCacheRule", { ecrRepositoryPrefix: "quay" }),
        own(template, { prefix: "quay", region: "eu-central-1" }),
        own(template, { prefix: "team-a/" }),
      ]) as typeof state;
      expect(await report(ready, config)).toBe("");
    });

    it("refuses where the owner cannot be found out", async () => {
      failure = "AccessDeniedException: not authorized to perform ssm:GetParametersByPath";
      expect(await report(ready, own)).toBe(`
  wharf:aws.managePrivateRegistry   cannot be checked: /wharf/ecr/registry-settings-owner of Systems Manager, which names the owner of the settings, cannot be read (ssm:GetParametersByPath): AccessDeniedException: not authorized to perform ssm:GetParametersByPath
                                    pulumi config set --path 'wharf:aws.managePrivateRegistry' false
`);
    });
  });
});
