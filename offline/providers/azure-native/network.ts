import type { SimulatedTypes } from "../simulated/type";
import { arm, located, succeeded } from "./arm";

const etag = 'W/"{uuid:etag}"';

/** Private ways to a registry, and the names that lead there. */
export const network: SimulatedTypes = {
  "azure-native:network:PrivateEndpoint": located(
    arm("Microsoft.Network", "privateEndpoints:privateEndpointName", {
      outputs: { etag, networkInterfaces: [], ...succeeded },
    }),
  ),
  "azure-native:network:PrivateDnsZoneGroup": {
    ...arm(
      "Microsoft.Network",
      "privateEndpoints:privateEndpointName/privateDnsZoneGroups:privateDnsZoneGroupName",
    ),
    // Its `name` is an input, and it tells no type.
    outputs: { etag, ...succeeded },
  },
  "azure-native:network:VirtualNetwork": located(
    arm("Microsoft.Network", "virtualNetworks:virtualNetworkName", {
      outputs: { etag, resourceGuid: "{uuid:network}", ...succeeded },
    }),
  ),
  "azure-native:network:Subnet": {
    ...arm("Microsoft.Network", "virtualNetworks:virtualNetworkName/subnets:subnetName"),
    // Its `name` and `type` are inputs.
    outputs: { etag, ...succeeded },
  },
  "azure-native:privatedns:PrivateZone": {
    ...located(
      arm("Microsoft.Network", "privateDnsZones:privateZoneName", {
        outputs: { etag: "{uuid:etag}", ...succeeded },
      }),
    ),
    // A zone is in no region: Azure accepts only `global`.
    defaults: { location: "global" },
    allowed: { location: ["global", "Global"] },
  },
  "azure-native:privatedns:VirtualNetworkLink": {
    ...located(
      arm(
        "Microsoft.Network",
        "privateDnsZones:privateZoneName/virtualNetworkLinks:virtualNetworkLinkName",
        { outputs: { virtualNetworkLinkState: "Completed", ...succeeded } },
      ),
    ),
    defaults: { location: "global" },
    allowed: { location: ["global", "Global"] },
  },
};
