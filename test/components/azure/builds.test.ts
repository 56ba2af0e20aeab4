import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { contextOf, triggersOf } from "../../../components/azure/acr-tasks/triggers";
import type { Build } from "../../../components/model/builds";
import { checkDescription } from "../../../components/description/check";
import { abac, all, notesOf, one, provider, registered, shop } from "./registration";

describe("a build", () => {
  const build = { repository: "shop/api", source: "github.com/acme/shop" };
  const tokens = { "github.com": { token: "hidden", expires: "2999-01-31" } };

  test("starts on commits by a token, and says how it is started by hand", async () => {
    const stack = await registered({
      builds: [{ ...build, branch: "next", tags: ["{build}"], timeoutMinutes: 20 }],
      azure: { ...abac, registryName: "acmeshop", builds: { tokens } },
    });
    expect(one(stack, "Task").inputs).toMatchObject({
      taskName: "build-shop-api",
      status: "Enabled",
      platform: { os: "Linux", architecture: "amd64" },
      timeout: 1200,
      identity: { type: "SystemAssigned" },
      credentials: {
        sourceRegistry: { loginMode: "None" },
        customRegistries: { "acmeshop.azurecr.io": { identity: "[system]" } },
      },
      step: {
        type: "Docker",
        contextPath: "https://github.com/acme/shop.git#next",
        contextAccessToken: "[secret]",
        imageNames: ["shop/api:{{.Run.ID}}"],
        isPushEnabled: true,
      },
      // The SDK fills in what a trigger leaves out, and with the token all of it is a secret.
      trigger: "[secret]",
    });
    expect(stack.outputs.builds).toEqual({
      "shop-api": "az acr task run --registry acmeshop --name build-shop-api",
    });
  });

  test("without a token starts by its schedule and by a new base image, and waits for one", async () => {
    const stack = await registered({
      builds: [{ ...build, schedule: "0 3 * * 1", onBaseImage: true, tags: ["{build}"] }],
    });
    const { trigger, step } = one(stack, "Task").inputs as Record<string, object>;
    expect(trigger).toEqual({
      baseImageTrigger: {
        name: "base-image",
        status: "Enabled",
        baseImageTriggerType: "Runtime",
        updateTriggerPayloadType: "Default",
      },
      timerTriggers: [{ name: "schedule", schedule: "0 3 * * 1", status: "Enabled" }],
    });
    expect(step).not.toHaveProperty("contextAccessToken");
    expect(notesOf(stack)).toContain(
      `Commits do not start build shop-api without a token for github.com: pulumi config set --path 'wharf:azure.builds.tokens["github.com"].expires' YYYY-MM-DD && pulumi config set --secret --path 'wharf:azure.builds.tokens["github.com"].token'`,
    );
  });

  test.each([
    ["github.com/acme/shop", "https://github.com/acme/shop.git", "Github"],
    [
      "dev.azure.com/acme/shop/_git/api",
      "https://dev.azure.com/acme/shop/_git/api",
      "VisualStudioTeamService",
    ],
  ])("of %s has a trigger for its host", async (source, repositoryUrl, sourceControlType) => {
    const [host = ""] = source.split("/");
    const { builds, azure } = checkDescription({
      stack: "shop",
      values: {
        target: "azure",
        ...shop,
        builds: [{ ...build, source }],
        azure: { builds: { tokens: { [host]: tokens["github.com"] } } },
      },
      secretKeys: new Set(["azure"]),
    });
    const [settings] = builds;
    const context = contextOf(settings as Build, azure.builds);
    expect(await pulumi.isSecret(pulumi.output(context.token))).toBe(true);
    expect(triggersOf(settings as Build, context)).toEqual({
      sourceTriggers: [
        {
          name: "commits",
          status: "Enabled",
          sourceTriggerEvents: ["commit"],
          sourceRepository: {
            ...{ repositoryUrl, branch: "main", sourceControlType },
            sourceControlAuthProperties: { token: context.token, tokenType: "PAT" },
          },
        },
      ],
    });
  });

  test("for two platforms and with layers in a registry is a task file", async () => {
    const stack = await registered({
      builds: [
        {
          ...build,
          platforms: ["linux/amd64", "linux/arm64"],
          cache: { kind: "registry", repository: "shop/layers" },
          schedule: "0 3 * * 1",
          tags: ["{build}"],
        },
      ],
    });
    const { step } = one(stack, "Task").inputs as {
      step: { type: string; encodedTaskContent: string };
    };
    expect(step.type).toBe("EncodedTask");
    const { steps } = parse(Buffer.from(step.encodedTaskContent, "base64").toString()) as {
      steps: object[];
    };
    expect(steps.length).toBeGreaterThan(2);
  });

  test("does what a task file in its source code says", async () => {
    const stack = await registered({
      builds: [{ ...build, schedule: "0 3 * * 1" }],
      azure: { builds: { taskFiles: { "shop-api": "ci/acr-task.yaml" } } },
    });
    expect(one(stack, "Task").inputs.step).toEqual({
      type: "FileTask",
      taskFilePath: "ci/acr-task.yaml",
      contextPath: "https://github.com/acme/shop.git#main",
    });
  });

  test("runs on a pool of its own, which makes the registry Premium", async () => {
    const subnet = `/subscriptions/${provider["azure-native:subscriptionId"]}/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/hub/subnets/builds`;
    const agentPool = { name: "builders", tier: "S2", count: 2, subnet };
    const stack = await registered({
      builds: [{ ...build, schedule: "0 3 * * 1", tags: ["{build}"] }],
      azure: { builds: { agentPool } },
    });
    expect(one(stack, "AgentPool").inputs).toMatchObject({
      agentPoolName: "builders",
      tier: "S2",
      count: 2,
      os: "Linux",
      virtualNetworkSubnetResourceId: subnet,
    });
    expect(one(stack, "containerregistry:Registry").inputs.sku).toEqual({ name: "Premium" });
    expect(one(stack, "Task").inputs).toHaveProperty("agentPoolName");
    expect(one(stack, "Task").inputs).not.toHaveProperty("agentConfiguration");
    expect(notesOf(stack)).toContain(
      "SKU Premium: wharf:azure.builds.agentPool needs agent pools.",
    );
  });

  test("on an existing pool creates none", async () => {
    const stack = await registered({
      builds: [{ ...build, schedule: "0 3 * * 1", tags: ["{build}"] }],
      azure: { builds: { agentPool: { name: "builders" } } },
    });
    expect(all(stack, "AgentPool")).toEqual([]);
    expect(one(stack, "Task").inputs.agentPoolName).toBe("builders");
  });

  test("passes the network rules of its registry", async () => {
    const stack = await registered({
      builds: [{ ...build, schedule: "0 3 * * 1", tags: ["{build}"] }],
      endpoint: { allowFrom: ["203.0.113.0/24"] },
    });
    const { properties } = one(stack, "resources:Deployment").inputs as {
      properties: { template: { resources: { properties: object }[] } };
    };
    expect(properties.template.resources[0]?.properties).toMatchObject({
      networkRuleBypassAllowedForTasks: true,
    });
  });

  test("is spoken of while its token is about to end", async () => {
    const expires = new Date().toISOString().slice(0, 10);
    const stack = await registered({
      builds: [build],
      azure: { builds: { tokens: { "github.com": { token: "hidden", expires } } } },
    });
    expect(notesOf(stack).join("\n")).toContain(
      `The token for github.com expires on ${expires}; after that commits start no builds: pulumi config set`,
    );
  });
});

test("a lock comes after all that stands in the registry's scope", async () => {
  const stack = await registered({
    environment: "prod",
    identities: [{ name: "deploy", project: "acme/shop", push: ["shop/api"] }],
    clusters: [{ name: "shop", nodes: "33333333-3333-3333-3333-333333333333" }],
    pullThroughCaches: [
      { upstream: "ghcr", credentials: { username: "acme", password: "hidden" } },
    ],
    builds: [
      {
        repository: "shop/api",
        source: "github.com/acme/shop",
        schedule: "0 3 * * 1",
        tags: ["{build}"],
      },
    ],
    azure: { ...abac, builds: { agentPool: { name: "builders", tier: "S1" } } },
  });
  expect(one(stack, "ManagementLockByScope").dependsOn).toEqual(
    expect.arrayContaining([
      "registry-identity-deploy-push",
      "registry-cluster-shop-nodes-pull",
      "registry-cache-ghcr",
      "registry-cache-ghcr-credentials",
      "registry-build-shop-api",
      "registry-build-shop-api-push",
      "registry-build-agent-pool",
    ]),
  );
});
