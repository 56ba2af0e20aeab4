import { getClientConfigOutput } from "@pulumi/azure-native/authorization/getClientConfig";
import { Provider } from "@pulumi/azure-native/provider";
import * as pulumi from "@pulumi/pulumi";
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { DescriptionError } from "../core/problems";
import type { AzureDescription } from "./settings";
import { AzureCloud, normalLocation, suffixes } from "./locations";

/** Where the stack is in Azure, as the provider will see it; a part that nothing names is undefined. */
export interface Place {
  /** Identifier of the subscription. */
  subscriptionId: string | undefined;
  /** Location of all that the stack creates, for example `westeurope`. */
  location: string | undefined;
  /** Azure's cloud. */
  cloud: AzureCloud;
}

/** Where the resources of a stack are created. */
export interface Home {
  /** Identifier of the subscription. */
  subscriptionId: string;
  /** Name of the resource group, an output where the stack creates it. */
  resourceGroupName: pulumi.Input<string>;
  /** Location; the provider's own default where undefined. */
  location: string | undefined;
  /** Azure's cloud. */
  cloud: AzureCloud;
  /** Suffixes of host names in this cloud. */
  suffixes: (typeof suffixes)[AzureCloud];
}

/** The part of its home that a resource needs. */
export function inGroup({ resourceGroupName, location }: Home) {
  return { resourceGroupName, location };
}

/** A subscription in the profile that `az login` writes. */
interface ProfileSubscription {
  id: string;
  isDefault: boolean;
}

/** Reads the provider's own settings in its own order: the stack's config, the environment, the login of the Azure CLI. */
export function readPlace(): Place {
  const config = new pulumi.Config("azure-native");
  const location = config.get("location") ?? process.env.ARM_LOCATION_NAME;
  return {
    subscriptionId:
      config.get("subscriptionId") ?? process.env.ARM_SUBSCRIPTION_ID ?? defaultSubscription(),
    location: location === undefined ? undefined : normalLocation(location),
    cloud: cloudNamed(config.get("environment") ?? process.env.ARM_ENVIRONMENT),
  };
}

/**
 * Where a component is: the subscription of its args, else of the provider that it was given, else of the stack; the location of
 * that provider, else of the stack. Of a provider that a program created, both are tokens. The cloud is that of the stack.
 * @throws DescriptionError where no subscription is named
 */
export function placeOf(
  component: pulumi.ComponentResource,
  name: string,
  { inputs, subscriptionId }: Pick<AzureDescription, "inputs" | "subscriptionId">,
): Place & { subscriptionId: string } {
  const stack = readPlace();
  const given = component.getProvider("azure-native:containerregistry:Registry");
  const own = Provider.isInstance(given) && inputs !== undefined ? given : undefined;
  const place = {
    ...stack,
    subscriptionId:
      subscriptionId ??
      (own && inputs?.takePlace(["subscriptionId"], subscriptionOf(own, component))) ??
      stack.subscriptionId,
    location:
      own && inputs !== undefined
        ? inputs.takePlace(
            ["location"],
            settingOf(own, "location").apply((known) =>
              known === undefined ? (stack.location as string) : normalLocation(known),
            ),
          )
        : stack.location,
  };
  if (place.subscriptionId !== undefined) {
    return { ...place, subscriptionId: place.subscriptionId };
  }
  throw new DescriptionError(`AzureRegistry "${name}"`, [
    {
      key: "subscriptionId",
      message:
        "is missing; name the id of the subscription in the args, in the provider given in the options, or in the stack's config azure-native:subscriptionId",
    },
  ]);
}

/** The subscription that a provider works in: the one that it was created with, else that of its login. */
function subscriptionOf(
  provider: Provider,
  component: pulumi.ComponentResource,
): pulumi.Output<string> {
  return settingOf(provider, "subscriptionId").apply((known) =>
    known === undefined
      ? getClientConfigOutput({ parent: component }).subscriptionId
      : pulumi.output(known),
  );
}

/** A setting that a provider was created with. The SDK sets each as a property, which its type leaves out. */
function settingOf(
  provider: Provider,
  setting: "subscriptionId" | "location",
): pulumi.Output<string | undefined> {
  const settings = provider as { [key in typeof setting]?: pulumi.Output<string | undefined> };
  return settings[setting] ?? pulumi.output<string | undefined>(undefined);
}

/** The cloud that a setting of the provider names; the public one for an unknown name, as the provider does. */
function cloudNamed(name: string | undefined): AzureCloud {
  return Object.values(AzureCloud).find((cloud) => cloud === name) ?? AzureCloud.Public;
}

/** The subscription that `az` uses by default; undefined where nobody is logged in. */
export function defaultSubscription(): string | undefined {
  const directory = process.env.AZURE_CONFIG_DIR ?? join(homedir(), ".azure");
  try {
    // The Azure CLI writes the file with a byte order mark, which JSON does not allow.
    const text = readFileSync(join(directory, "azureProfile.json"), "utf8").replace(/^\uFEFF/, "");
    const { subscriptions = [] } = JSON.parse(text) as { subscriptions?: ProfileSubscription[] };
    return subscriptions.find(({ isDefault }) => isDefault)?.id;
  } catch {
    // Without a file that can be read nobody is logged in.
    return undefined;
  }
}
