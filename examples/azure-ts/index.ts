import { AzureRegistry } from "wharf-registry";

const registry = new AzureRegistry("registry", {
  environment: "dev",
  repositories: [{ name: "shop/api", retention: { keepLast: 20 } }],
  azure: { sku: "Standard" },
});

export const { endpoint, repositories, login, push } = registry;
