import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { abac, notesOf, one, provider, registered, shop } from "./registration";
import { register } from "../../support/registrations";

describe("a pipeline's identity", () => {
  const deploy = { name: "deploy", project: "acme/shop", push: ["shop/api"] };

  test("trusts one subject of GitHub's tokens, and no key is anywhere", async () => {
    const stack = await registered({
      identities: [{ ...deploy, environment: "production" }],
      azure: abac,
    });
    expect(one(stack, "UserAssignedIdentity").inputs).toMatchObject({
      resourceName: "id-wharf-shop-ci-deploy",
      tags: { stack: "shop" },
    });
    expect(one(stack, "FederatedIdentityCredential").inputs).toMatchObject({
      issuer: "https://token.actions.githubusercontent.com",
      subject: "repo:acme/shop:environment:production",
      audiences: ["api://AzureADTokenExchange"],
    });
  });

  test("gets the workflow that logs in by it", async () => {
    const { outputs } = await registered({ identities: [deploy], azure: abac });
    const workflow = (outputs.workflows as Record<string, string>).deploy ?? "";
    const { jobs } = parse(workflow) as { jobs: Record<string, { steps: object[] }> };
    const steps = Object.values(jobs).flatMap((job) => job.steps);
    expect(steps).toContainEqual({
      name: "Log in to Azure",
      uses: expect.stringMatching(/^azure\/login@[0-9a-f]{40}$/),
      with: {
        "client-id": expect.stringMatching(/^[0-9a-f]{12}$/),
        "tenant-id": "00000000-0000-0000-0000-000000000002",
        "allow-no-subscriptions": "true",
      },
    });
    expect(workflow).toContain("id-token: write");
    expect(workflow).toMatch(/docker push "wharfshop[0-9a-f]{6}\.azurecr\.io\/shop\/api:/);
  });

  test("of a self-managed GitLab exchanges its tokens, which Entra ID must be able to check", async () => {
    const stack = await registered({
      identities: [{ ...deploy, issuer: "https://git.example.com/", tag: "v1.0.0" }],
      azure: abac,
    });
    expect(one(stack, "FederatedIdentityCredential").inputs).toMatchObject({
      issuer: "https://git.example.com",
      subject: "project_path:acme/shop:ref_type:tag:ref:v1.0.0",
    });
    expect(notesOf(stack)).toContain(
      "Entra ID fetches the keys of https://git.example.com over the internet: it must be reachable there.",
    );
    const { deploy: file = "" } = stack.outputs.workflows as Record<string, string>;
    expect(file).toContain("aud: api://AzureADTokenExchange");
    expect(file).toContain("/oauth2/exchange");
  });

  test("in another of Azure's clouds has that one's audience", async () => {
    const { registrations } = await register(
      { target: "azure", ...shop, identities: [deploy], azure: abac },
      {
        provider: {
          ...provider,
          "azure-native:location": "usgovvirginia",
          "azure-native:environment": "usgovernment",
        },
      },
    );
    const credential = registrations.find(({ name }) => name.endsWith("-credential"));
    expect(credential?.inputs.audiences).toEqual(["api://AzureADTokenExchangeUSGov"]);
  });
});

test("a service account of a cluster has an identity that the cluster's issuer vouches for", async () => {
  const issuer = "https://westeurope.oic.prod-aks.azure.com/tenant/id/";
  const stack = await registered({
    clusters: [
      {
        name: "shop",
        issuer,
        workloads: [{ namespace: "flux-system", serviceAccount: "image-reflector" }],
      },
    ],
  });
  expect(one(stack, "FederatedIdentityCredential").inputs).toMatchObject({
    // To the letter: with the slash that AKS puts there.
    issuer,
    subject: "system:serviceaccount:flux-system:image-reflector",
  });
  expect(notesOf(stack).join("\n")).toMatch(
    /Annotate service account flux-system\/image-reflector of cluster shop with azure\.workload\.identity\/client-id: [0-9a-f]{12}\./,
  );
});
