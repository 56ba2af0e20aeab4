import { version } from "@pulumi/azure-native/package.json";
import type { SimulatedPackage } from "../simulated/type";
import { authorization } from "./authorization";
import { containerregistry } from "./containerregistry";
import inputs from "./inputs.json";
import { network } from "./network";
import { platform } from "./platform";
import { text, type Values } from "../values";

// Identifiers in the form of Azure's documentation.
const documented = "00000000-0000-0000-0000-000000000000";

/** Subscription, tenant, client and location, from the configuration or from the variables that the official plugin reads. */
function settings(config: Values): Values {
  const { ARM_SUBSCRIPTION_ID, ARM_TENANT_ID, ARM_CLIENT_ID, ARM_LOCATION_NAME } = process.env;
  const location = text(config, "location") || ARM_LOCATION_NAME;
  return {
    subscriptionId: text(config, "subscriptionId") || ARM_SUBSCRIPTION_ID || documented,
    tenantId: text(config, "tenantId") || ARM_TENANT_ID || documented,
    clientId: text(config, "clientId") || ARM_CLIENT_ID || documented,
    ...(location ? { location } : {}),
  };
}

/** Who and where one is. */
const functions: SimulatedPackage["functions"] = {
  "azure-native:authorization:getClientConfig": {
    clientId: "{clientId}",
    objectId: "{clientId}",
    subscriptionId: "{subscriptionId}",
    tenantId: "{tenantId}",
  },
};

/** What a subscription has once, whoever asks. */
const lookups: SimulatedPackage["lookups"] = {
  "azure-native:security:getPricing": {
    type: "azure-native:security:Pricing",
    finds: ({ scopeId, pricingName }, plan) =>
      plan.scopeId === scopeId && plan.pricingName === pricingName,
  },
};

/** The stand-in for the official azure-native plugin, for the types that Wharf's Azure target uses. It returns what it is given, and calls no Azure. */
export const azureNative: SimulatedPackage = {
  name: "azure-native",
  version,
  cloud: "Azure",
  types: { ...containerregistry, ...authorization, ...network, ...platform },
  deletesFirst: true,
  inputs: inputs as SimulatedPackage["inputs"],
  functions,
  lookups,
  settings,
};
