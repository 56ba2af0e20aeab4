import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import { GcpRegistry } from "wharf-registry";

const builder = new gcp.serviceaccount.Account("builder", { accountId: "shop-builder" });

const registry = new GcpRegistry("registry", {
  environment: "dev",
  repositories: [
    {
      name: "shop",
      retention: { keepLast: 20 },
      push: [pulumi.interpolate`serviceAccount:${builder.email}`],
    },
  ],
  gcp: { location: "europe-west3" },
});

export const { endpoint, repositories, login, push } = registry;
