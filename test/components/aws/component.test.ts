import * as pulumi from "@pulumi/pulumi";
import { Provider } from "@pulumi/aws/provider";
import { Role } from "@pulumi/aws/iam/role";
import { beforeEach, describe, expect, it } from "vitest";
import { AwsRegistry } from "../../../components/aws/registry";
import type { AwsRegistryArgs } from "../../../components/aws/args";

interface Registered {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
  provider: string;
}

let resources: Registered[];

beforeEach(async () => {
  resources = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs, provider = "" }) => {
        resources.push({ type, name, inputs: inputs as Registered["inputs"], provider });
        const state: Record<string, unknown> = { ...inputs, arn: `arn:aws:test:::${name}` };
        if (type === "aws:iam/role:Role") state.arn = `arn:aws:iam::210987654321:role/${name}`;
        if (type === "aws:ecr/repository:Repository") {
          const region = (inputs as { region?: string }).region ?? "eu-central-1";
          state.repositoryUrl = `123456789012.dkr.ecr.${region}.amazonaws.com/${(inputs as { name: string }).name}`;
        }
        return { id: `${name}-id`, state };
      },
      call: ({ inputs }) => ({ ...inputs, accountId: "123456789012" }),
    },
    "shop",
    "dev",
    false,
  );
  pulumi.runtime.setAllConfig({ "aws:region": "eu-central-1" });
});

/** What a program registers and yields. */
async function run<Outputs extends Record<string, unknown>>(program: () => Outputs) {
  const outputs = await pulumi.runtime.runInPulumiStack(() => Promise.resolve(program()));
  // What is registered after the outputs are known is registered with these mocks, too.
  await pulumi.runtime.disconnect();
  return outputs as { [Key in keyof Outputs]: unknown };
}

const inputsOf = (type: string) =>
  resources.filter((one) => one.type === type).map(({ inputs }) => inputs);

const repositoryPolicies = () =>
  inputsOf("aws:ecr/repositoryPolicy:RepositoryPolicy").map(
    ({ policy }) => JSON.parse(policy as string) as { Statement: Record<string, unknown>[] },
  );

describe("AwsRegistry in a program of one's own", () => {
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
    expect(JSON.stringify(resources)).not.toContain("wharf-input-");
  });

  it("stands where its provider does, beside another of another region", async () => {
    const { here, there } = await run(() => {
      const args: AwsRegistryArgs = {
        environment: "prod",
        encryption: { key: "create" },
        access: { pull: ["service:lambda"] },
        identities: [{ name: "ci", issuer: "github", project: "acme/shop", push: ["app"] }],
      };
      const west = new Provider("west", { region: "us-west-2" });
      return {
        here: new AwsRegistry("here", args).login,
        there: new AwsRegistry("there", args, { provider: west }).login,
      };
    });
    expect(here).toContain("--region eu-central-1 ");
    expect(there).toContain("--region us-west-2 ");
    const children = resources.filter(
      ({ name, type }) => /^there-/.test(name) && type.startsWith("aws:"),
    );
    expect(children.map(({ provider }) => provider.includes("::west::"))).toEqual(
      children.map(() => true),
    );
    const texts = (name: string) =>
      JSON.stringify(resources.filter((one) => one.name.startsWith(`${name}-`)));
    expect(texts("there")).not.toMatch(/eu-central-1|wharf-input-/);
    expect(texts("here")).not.toMatch(/us-west-2|wharf-input-/);
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

  it("is refused with all that is wrong before anything is registered", () => {
    const args = {
      repositories: [{ name: "Shop" }],
      retentoin: {},
      lab: { ttlHours: 8 },
      identities: pulumi.output([]),
    } as unknown as AwsRegistryArgs;
    expect(() => new AwsRegistry("r", args)).toThrow(
      [
        'AwsRegistry "r" has 4 problems. Nothing was changed.',
        "",
        "  identities             is an Output; a plain value belongs here",
        "  retentoin              unknown key; did you mean retention?",
        '  repositories[0].name   "Shop" is no repository name: lower-case letters, digits and . _ - between them, parts separated by /',
        "  lab.ttlHours           is counted from the first up, which createRegistry looks up; a class does not",
        "",
      ].join("\n"),
    );
    expect(resources).toEqual([]);
  });
});
