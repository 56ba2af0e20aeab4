import * as pulumi from "@pulumi/pulumi";
import { Provider } from "@pulumi/aws/provider";
import { Role } from "@pulumi/aws/iam/role";
import { describe, expect, it } from "vitest";
import { AwsRegistry } from "../../../components/aws/registry";
import type { AwsRegistryArgs } from "../../../components/aws/args";
import {
  type Asked,
  expectPassedOn,
  leftToken,
  ordinaryOptions,
  partsOf,
  runProgram,
} from "../../support/component-program";

/** Runs a program of the stack `dev` of the project `shop` on what stands for AWS. */
async function run<Outputs>(program: () => Outputs) {
  const { asked, outputs } = await runProgram(program, {
    project: "shop",
    stack: "dev",
    config: { "aws:region": "eu-central-1" },
    made: ({ type, name, inputs }) => ({
      arn:
        type === "aws:iam/role:Role"
          ? `arn:aws:iam::210987654321:role/${name}`
          : `arn:aws:test:made-up:123456789012:${name}`,
      keyId: `registry-${name}-id`,
      ...(type === "aws:ecr/repository:Repository" && {
        repositoryUrl: `123456789012.dkr.ecr.${inputs.region ?? "eu-central-1"}.amazonaws.com/${inputs.name}`,
      }),
    }),
    answer: ({ inputs }) => ({ ...inputs, accountId: "123456789012" }),
  });
  resources = asked;
  return outputs;
}

let resources: Asked[] = [];

const inputsOf = (type: string) =>
  resources.filter((one) => one.type === type).map(({ inputs }) => inputs);

const repositoryPolicies = () =>
  inputsOf("aws:ecr/repositoryPolicy:RepositoryPolicy").map(
    ({ policy }) => JSON.parse(policy as string) as { Statement: Record<string, unknown>[] },
  );

describe("AwsRegistry in a user's own program", () => {
  it("comes up without any args", async () => {
    await run(() => ({ registry: new AwsRegistry("r").endpoint }));
    expect(inputsOf("aws:ecr/repository:Repository").map(({ name }) => name)).toEqual(["app"]);
  });

  it("takes principals, keys and labels that are not known yet", async () => {
    const { push } = await run(() => {
      const role = new Role("ci", { assumeRolePolicy: "{}" });
      const registry = new AwsRegistry("r", {
        repositories: [{ name: "shop/api", retention: { keepLast: 20 }, push: [role.arn] }],
        access: { pull: [role.arn.apply((arn) => arn.replace("ci", "nodes"))] },
        encryption: { key: pulumi.output("arn:aws:kms:eu-central-1:123456789012:key/one") },
        labels: { team: pulumi.output("shop") },
      });
      return { push: registry.push };
    });
    expect(push).toContain("/shop/api:1.0.0");
    const [policy] = repositoryPolicies();
    expect(JSON.stringify(policy)).toContain("arn:aws:iam::210987654321:role/ci");
    expect(JSON.stringify(policy)).toContain("arn:aws:iam::210987654321:role/nodes");
    const [repository] = inputsOf("aws:ecr/repository:Repository");
    expect(repository?.encryptionConfigurations).toEqual([
      { encryptionType: "KMS", kmsKey: "arn:aws:kms:eu-central-1:123456789012:key/one" },
    ]);
    expect(repository?.tags).toMatchObject({ team: "shop" });
    expect(JSON.stringify(resources)).not.toMatch(leftToken);
  });

  it("stands where its provider does, beside another of another region", async () => {
    const { here, there } = await run(() => {
      const args: AwsRegistryArgs = {
        environment: "prod",
        encryption: { key: "create" },
        access: { pull: ["service:lambda"] },
        identities: [{ name: "ci", issuer: "github", project: "acme/shop", push: ["app"] }],
        aws: { events: {} },
      };
      const west = new Provider("west", { region: "us-west-2" });
      return {
        here: new AwsRegistry("here", args).login,
        there: new AwsRegistry("there", args, { provider: west }).login,
      };
    });
    expect(here).toContain("--region eu-central-1 ");
    expect(there).toContain("--region us-west-2 ");
    const children = partsOf(resources, "there").filter(({ type }) => type.startsWith("aws:"));
    expect(children.map(({ provider }) => provider)).toEqual(children.map(() => "west"));
    const texts = (name: string) =>
      JSON.stringify(partsOf(resources, name).map(({ inputs }) => inputs));
    expect(texts("there")).toContain("ecr.us-west-2.amazonaws.com");
    expect(texts("here")).toContain("ecr.eu-central-1.amazonaws.com");
    expect(texts("there")).not.toContain("eu-central-1");
    expect(texts("here")).not.toContain("us-west-2");
    expect(JSON.stringify(resources)).not.toMatch(leftToken);
    const roles = inputsOf("aws:iam/role:Role").map(({ name }) => name);
    expect(new Set(roles).size).toBe(roles.length);
  });

  it("works in the region of its args", async () => {
    const { login } = await run(() => ({
      login: new AwsRegistry("r", { region: "us-east-2" }).login,
    }));
    expect(login).toContain("--region us-east-2 ");
    expect(inputsOf("aws:ecr/repository:Repository").map(({ region }) => region)).toEqual([
      "us-east-2",
    ]);
  });

  it("passes on protect, dependsOn, aliases and transformations as Pulumi promises", async () => {
    await run(() => {
      const first = new Role("first", { assumeRolePolicy: "{}" });
      return new AwsRegistry("r", {}, ordinaryOptions(first)).login;
    });
    expectPassedOn(resources, "first", "r-repository-app");
  });

  it("is refused with all that is wrong before anything is registered", async () => {
    const args = {
      repositories: [{ name: "Shop" }],
      retentoin: {},
      lab: { ttlHours: 8 },
      identities: pulumi.output([]),
    } as unknown as AwsRegistryArgs;
    resources = [];
    await expect(run(() => new AwsRegistry("r", args).login)).rejects.toThrow(
      [
        'AwsRegistry "r" has 4 problems. Nothing was changed.',
        "",
        "  identities             is an Output; a plain value belongs here",
        "  retentoin              unknown key; did you mean retention?",
        '  repositories[0].name   "Shop" is not a repository name: lower-case letters, digits and . _ - between them, parts separated by /',
        "  lab.ttlHours           is counted from the first up, which createRegistry looks up; a class does not",
        "",
      ].join("\n"),
    );
    expect(resources).toEqual([]);
  });
});
