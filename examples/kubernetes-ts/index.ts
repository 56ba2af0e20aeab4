import { KubernetesRegistry } from "wharf-registry";

const registry = new KubernetesRegistry("registry", {
  environment: "lab",
  repositories: [{ name: "shop/api" }],
  users: [{ name: "admin" }, { name: "ci" }],
});

export const { endpoint, repositories, login, push, caCertificate } = registry;
