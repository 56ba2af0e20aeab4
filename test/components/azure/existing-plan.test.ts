import * as pulumi from "@pulumi/pulumi";
import { afterEach, expect, test, vi } from "vitest";
import { completed, Registry } from "../../../components/azure";
import { asChecked } from "../../../components/component/described";
import { checkDescription } from "../../../components/description/check";
import { provider } from "./registration";

afterEach(() => vi.unstubAllEnvs());

/** The parts of the plan that a stack with Defender states where the subscription's own plan is this one. */
async function stated(plan: object): Promise<unknown> {
  vi.stubEnv("ARM_USE_MSI", "true");
  let extensions: unknown;
  await pulumi.runtime.setMocks({
    call: ({ token }) => (token.endsWith(":getPricing") ? plan : { tenantId: "none" }),
    newResource: ({ type, name, inputs }) => {
      if (type.endsWith(":Pricing")) ({ extensions } = inputs as { extensions: unknown });
      return { id: name, state: inputs as object };
    },
  });
  pulumi.runtime.setAllConfig(provider);
  const description = checkDescription({
    stack: "shop",
    values: { target: "azure", azure: { defender: true } },
    secretKeys: new Set(),
  });
  const known = await completed({ ...description, stack: "shop" });
  new Registry("registry", asChecked(known) as never);
  await pulumi.runtime.disconnect();
  return extensions;
}

const assessment = { name: "ContainerRegistriesVulnerabilityAssessments", isEnabled: "True" };

test("Defender's plan keeps the parts that others have enabled in the subscription", async () => {
  const others = [
    { name: "ContainerSensor", isEnabled: "True" },
    { name: "AgentlessDiscoveryForKubernetes", isEnabled: "False" },
  ];
  const off = { ...assessment, isEnabled: "False", operationStatus: { code: "Succeeded" } };
  expect(await stated({ pricingTier: "Standard", extensions: [off, ...others] })).toEqual([
    ...others.toReversed(),
    assessment,
  ]);
});

test("Defender's plan has only the part that scans images where the subscription has no plan", async () => {
  expect(await stated({ pricingTier: "Free", extensions: [] })).toEqual([assessment]);
});
