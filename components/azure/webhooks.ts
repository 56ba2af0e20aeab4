import type { AzureDescription } from "./settings";
import * as pulumi from "@pulumi/pulumi";
import { Webhook } from "@pulumi/azure-native/containerregistry/webhook";

import type { InRegistry } from "./container-registry";
import { stackTags } from "./names";

/** ACR reads a repository without a tag as its `latest` (az acr webhook create, `--scope`); in Wharf it means all of its tags. */
function webhookScope(scope: string): string {
  return scope.includes(":") ? scope : `${scope}:*`;
}

/** The registry's webhooks. Their URL and headers may hold passwords, and are secrets in the stack's state. */
export function createWebhooks(
  name: string,
  registry: InRegistry,
  location: string | undefined,
  args: AzureDescription,
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
          scope: webhook.scope === undefined ? undefined : webhookScope(webhook.scope),
          customHeaders: pulumi.secret(webhook.headers),
          status: "enabled",
          tags: stackTags(args),
        },
        opts,
      ),
  );
}
