import { beforeAll, describe, expect, it } from "vitest";
import type { Registration } from "../../support/registrations";
import { answerOf, type Document, other, repository } from "./iam-simulation-stack";
import { deploy, document, inputsOf } from "./registrations";

const unit = "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111";
const upstream = `${other}.dkr.ecr.us-east-1.amazonaws.com`;

let registrations: Registration[];
let notes: string[];
beforeAll(async () => {
  const made = await deploy({
    environment: "prod",
    access: { pull: [`organizationalUnit:${unit}`] },
    pullThroughCaches: [{ upstream: `https://${upstream}`, name: "shared" }],
    encryption: { key: "create" },
    aws: { managePrivateRegistry: true, doubleEncryption: true },
  });
  ({ registrations } = made);
  notes = made.outputs.notes as string[];
});

const documentOf = (type: string, text: string) =>
  document(inputsOf(registrations, type)[0]?.[text]) as unknown as Document;

describe("an organizational unit", () => {
  const puller = `arn:aws:iam::${other}:role/puller`;
  const ask = (action: string, path: string | undefined, resource: Document, on = "app") =>
    answerOf(
      {
        identity: {
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Action: "ecr:*", Resource: "*" }],
        },
        resource,
      },
      {
        action,
        principal: puller,
        resource: repository(on),
        ...(path !== undefined && {
          context: { "aws:PrincipalOrgPaths": [path] as unknown as string },
        }),
      },
    );

  it.each([
    ["is let in", `${unit}/`, "Allowed"],
    ["is let in with those below it", `${unit}/ou-ab12-22222222/`, "Allowed"],
    ["is not another whose id begins alike", `${unit}99/`, "ImplicitlyDenied"],
    ["is not its organization's root", "o-a1b2c3d4e5/r-ab12/", "ImplicitlyDenied"],
    ["is not an account of no organization", undefined, "ImplicitlyDenied"],
  ])("%s", async (_, path, answer) => {
    const policy = documentOf("ecr/repositoryPolicy:RepositoryPolicy", "policy");
    expect(await ask("ecr:BatchGetImage", path, policy)).toBe(answer);
    expect(await ask("ecr:PutImage", path, policy)).toBe("ImplicitlyDenied");
  });

  it("may create repositories by pulling through a cache", async () => {
    const policy = documentOf("ecr/registryPolicy:RegistryPolicy", "policy");
    const action = "ecr:BatchImportUpstreamImage";
    expect(await ask(action, `${unit}/`, policy, "shared/base")).toBe("Allowed");
    expect(await ask(action, "o-a1b2c3d4e5/r-ab12/", policy, "shared/base")).toBe(
      "ImplicitlyDenied",
    );
  });
});

describe("a cache of another registry of ECR", () => {
  it("pulls by a role that reads there and writes below the cache only", async () => {
    expect(inputsOf(registrations, "ecr/pullThroughCacheRule:PullThroughCacheRule")).toEqual([
      expect.objectContaining({
        ecrRepositoryPrefix: "shared",
        upstreamRegistryUrl: upstream,
        customRoleArn: expect.stringContaining("registry-cache-shared-role") as string,
      }),
    ]);
    const found = registrations.find(({ name }) => name === "registry-cache-shared-role-policy");
    const identity = document(found?.inputs.policy) as unknown as Document;
    const ask = (action: string, resource: string) =>
      answerOf({ identity }, { action, resource, of: resource.split(":")[4] });
    const there = `arn:aws:ecr:us-east-1:${other}:repository/base`;
    expect(await ask("ecr:PutImage", repository("shared/base"))).toBe("Allowed");
    expect(await ask("ecr:PutImage", repository("app"))).toBe("ImplicitlyDenied");
    expect(await ask("ecr:PutImage", there)).toBe("ImplicitlyDenied");
    const role = registrations.find(({ name }) => name === "registry-cache-shared-role");
    expect(role?.inputs.assumeRolePolicy).toContain("pullthroughcache.ecr.amazonaws.com");
    expect(notes.join("\n")).toMatch(
      /The cache shared pulls as \S+: where 210987654321\.dkr\.ecr\.us-east-1\.amazonaws\.com is of another account/,
    );
  });
});

describe("two layers of encryption", () => {
  it("are asked for by repositories and templates", () => {
    const types = [
      "ecr/repository:Repository",
      "ecr/repositoryCreationTemplate:RepositoryCreationTemplate",
    ].flatMap((type) =>
      inputsOf(registrations, type).map(
        ({ encryptionConfigurations }) =>
          (encryptionConfigurations as { encryptionType: string }[])[0]?.encryptionType,
      ),
    );
    expect(types).toEqual(["KMS_DSSE", "KMS_DSSE"]);
  });
});
