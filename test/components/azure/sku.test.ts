import { describe, expect, test } from "vitest";
import { checkDescription } from "../../../components/description/check";
import { chooseSku } from "../../../components/azure/sku";

/** The SKU of a description, and what led to it. */
function choose(values: Record<string, unknown>) {
  return chooseSku(
    checkDescription({
      stack: "shop",
      values: { target: "azure", ...values },
      secretKeys: new Set(["azure"]),
    }),
  );
}

const subscription = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/net";
const subnet = `${subscription}/providers/Microsoft.Network/virtualNetworks/hub/subnets/registry`;
const users = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ name: `token-${i}`, role: "pull" }));
const webhooks = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ name: `hook${i}x`, url: "https://ci.example.com/" }));

describe("the smallest SKU", () => {
  test.each([
    ["a lab", {}, "Basic"],
    ["staging", { environment: "staging" }, "Basic"],
    [
      "roles by repository",
      { azure: { roleAssignmentMode: "AbacRepositoryPermissions" } },
      "Basic",
    ],
    ["soft delete", { azure: { softDeleteDays: 7 } }, "Basic"],
    ["retention", { retention: { keepLast: 10, untaggedAfterDays: 7 } }, "Basic"],
    ["100 tokens", { users: users(100) }, "Basic"],
    ["101 tokens", { users: users(101) }, "Standard"],
    ["501 tokens", { users: users(501) }, "Premium"],
    ["2 webhooks", { azure: { webhooks: webhooks(2) } }, "Basic"],
    ["3 webhooks", { azure: { webhooks: webhooks(3) } }, "Standard"],
    ["11 webhooks", { azure: { webhooks: webhooks(11) } }, "Premium"],
    ["production", { environment: "prod" }, "Standard"],
    ["anonymous pulls", { access: { public: true } }, "Standard"],
    ["network rules", { endpoint: { allowFrom: ["203.0.113.0/24"] } }, "Premium"],
    ["private endpoints", { azure: { privateEndpoints: [{ subnet }] } }, "Premium"],
    ["data endpoints", { azure: { dataEndpoints: true } }, "Premium"],
    ["no export", { azure: { exportImages: false, publicAccess: false } }, "Premium"],
    ["replicas", { azure: { replicas: [{ location: "northeurope" }] } }, "Premium"],
    ["a customer-managed key", { encryption: { key: "create" } }, "Premium"],
  ])("for %s", (_, values, sku) => {
    const choice = choose(values);
    expect(choice).toMatchObject({ sku, smallest: sku });
    expect(choice.reasons.length > 0).toBe(sku !== "Basic");
  });

  test("has a reason for each feature that asks for it, and none of a smaller SKU's", () => {
    const values = {
      environment: "prod",
      encryption: { key: "create" },
      azure: { dataEndpoints: true },
    };
    expect(choose(values).reasons).toEqual([
      "wharf:azure.dataEndpoints needs dedicated data endpoints",
      "wharf:encryption.key needs encryption by a customer-managed key",
    ]);
  });

  test("gives way to a larger one that is asked for", () => {
    expect(choose({ azure: { sku: "Premium" } })).toEqual({
      sku: "Premium",
      smallest: "Basic",
      reasons: [],
    });
  });
});
