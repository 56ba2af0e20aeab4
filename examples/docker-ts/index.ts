import * as pulumi from "@pulumi/pulumi";
import { DockerRegistry } from "wharf-registry";

const config = new pulumi.Config();

const registry = new DockerRegistry("registry", {
  environment: "dev",
  endpoint: { hosts: [config.get("host") ?? "registry.example.com"], port: 5000 },
  repositories: [{ name: "shop/api" }, { name: "shop/web" }],
  // Without a password one is generated.
  users: [{ name: "admin" }, { name: "ci", password: config.getSecret("ciPassword") }],
});

export const { endpoint, repositories, login, push, caCertificate, credentials } = registry;
