import * as pulumi from "@pulumi/pulumi";
import { Webhook } from "@pulumi/azure-native/containerregistry/webhook";
import type { RegistryArgs } from "../registry";
import type { InRegistry } from "./container-registry";
import { stackTags } from "./labels";

/** The registry's webhooks. Their URL and headers may hold passwords, and are secrets in the stack's state. */
export function createWebhooks(
  name: string,
  registry: InRegistry,
  location: string | undefined,
  args: RegistryArgs,
  opts: pulumi.CustomResourceOptions,
): Webhook[] {
  return args.azure.webhooks.map(
    (webhook) =>
      new Webhook(
        `${name}-webhook-${webhook.name}`,
        {
          ...registry,
          webhookName: webhook.name,
          location,
          serviceUri: pulumi.secret(webhook.url),
          actions: webhook.events,
          scope: webhook.scope,
          customHeaders: pulumi.secret(webhook.headers),
          status: "enabled",
          tags: stackTags(args),
        },
        opts,
      ),
  );
}
