import { text, type Values } from "../values";

// Identifiers in the form of Azure's documentation.
const documented = "00000000-0000-0000-0000-000000000000";

/** Subscription, tenant, client and location, from the configuration or from the variables that the official plugin reads. */
export function settings(config: Values): Values {
  const { ARM_SUBSCRIPTION_ID, ARM_TENANT_ID, ARM_CLIENT_ID, ARM_LOCATION_NAME } = process.env;
  const location = text(config, "location") || ARM_LOCATION_NAME;
  return {
    subscriptionId: text(config, "subscriptionId") || ARM_SUBSCRIPTION_ID || documented,
    tenantId: text(config, "tenantId") || ARM_TENANT_ID || documented,
    clientId: text(config, "clientId") || ARM_CLIENT_ID || documented,
    ...(location ? { location } : {}),
  };
}
