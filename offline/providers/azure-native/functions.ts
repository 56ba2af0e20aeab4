import type { EchoPackage } from "../simulated/type";

/** Who and where one is. */
export const functions: EchoPackage["functions"] = {
  "azure-native:authorization:getClientConfig": {
    clientId: "{clientId}",
    objectId: "{clientId}",
    subscriptionId: "{subscriptionId}",
    tenantId: "{tenantId}",
  },
};
