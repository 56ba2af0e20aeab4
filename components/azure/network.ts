import type { AzureDescription } from "./settings";
import { PrivateDnsZoneGroup } from "@pulumi/azure-native/network/privateDnsZoneGroup";
import { PrivateEndpoint } from "@pulumi/azure-native/network/privateEndpoint";
import { PrivateZone } from "@pulumi/azure-native/privatedns/privateZone";
import { VirtualNetworkLink } from "@pulumi/azure-native/privatedns/virtualNetworkLink";
import type * as pulumi from "@pulumi/pulumi";

import { digest, prefixInNames, stackTags } from "./names";
import { isToken, resolved } from "../core/tokens";
import { type Home, inGroup } from "./place";

/** Whether the network is limited: not everyone can reach the registry's login. */
export function isLimited({
  azure,
  endpoint,
}: Pick<AzureDescription, "azure" | "endpoint">): boolean {
  return !azure.publicAccess || endpoint.allowFrom.length > 0;
}

/**
 * Who can reach the registry, as properties of Azure Resource Manager. What only Premium has is always stated there: what is left
 * out keeps its value.
 */
export function networkProperties({ azure, endpoint }: AzureDescription, premium: boolean) {
  return {
    publicNetworkAccess: azure.publicAccess ? "Enabled" : "Disabled",
    networkRuleBypassOptions: azure.trustedServices ? "AzureServices" : "None",
    networkRuleSet: premium
      ? {
          defaultAction: endpoint.allowFrom.length === 0 ? "Allow" : "Deny",
          ipRules: endpoint.allowFrom.map((value) => ({ action: "Allow", value })),
        }
      : undefined,
    dataEndpointEnabled: premium ? azure.dataEndpoints : undefined,
  };
}

/** The registry's private endpoints, and the DNS records that resolve to them. */
export interface PrivateAccess {
  endpoints: PrivateEndpoint[];
  /** The stack's own private DNS zone; undefined where every endpoint names an existing one. */
  dnsZone?: PrivateZone;
  links: VirtualNetworkLink[];
  zoneGroups: PrivateDnsZoneGroup[];
}

/** Resource id of the virtual network that a subnet belongs to. */
function networkOf(subnet: string): string {
  return subnet.slice(0, subnet.toLowerCase().lastIndexOf("/subnets/"));
}

/** A part of names that distinguishes subnets, or networks. */
function keyOf(id: string): string {
  return digest(id.toLowerCase()).slice(0, 8);
}

/**
 * A private endpoint in each subnet. Its addresses are registered in the private DNS zone that it names, or in one of the stack,
 * which is linked to the subnets' networks.
 * @param registryId resource id of the registry
 */
export function createPrivateAccess(
  name: string,
  registryId: pulumi.Input<string>,
  home: Home,
  args: AzureDescription,
  opts: pulumi.CustomResourceOptions,
): PrivateAccess {
  const tags = stackTags(args);
  const { privateEndpoints } = args.azure;
  const { resourceGroupName } = home;
  const ownZone = privateEndpoints.filter(({ dnsZone }) => dnsZone === undefined);
  const dnsZone =
    ownZone.length === 0
      ? undefined
      : new PrivateZone(
          `${name}-dns-zone`,
          // Private DNS zones have no region.
          {
            resourceGroupName,
            privateZoneName: `privatelink.${home.suffixes.registry}`,
            location: "global",
            tags,
          },
          opts,
        );
  const links = dnsZone === undefined ? [] : linksOf(ownZone, dnsZone);
  const endpoints: PrivateEndpoint[] = [];
  const zoneGroups: PrivateDnsZoneGroup[] = [];
  for (const [index, { subnet, dnsZone: given }] of privateEndpoints.entries()) {
    // Named by the subnet, so that the order in the description does not matter.
    const key = isToken(subnet) ? String(index) : keyOf(subnet);
    const endpoint = new PrivateEndpoint(
      `${name}-private-endpoint-${key}`,
      {
        ...inGroup(home),
        privateEndpointName: resolved(
          args,
          subnet,
          (id) => `pep-${prefixInNames(args.namePrefix)}-${keyOf(id)}`,
        ),
        subnet: { id: subnet },
        privateLinkServiceConnections: [
          { name: "registry", privateLinkServiceId: registryId, groupIds: ["registry"] },
        ],
        tags,
      },
      opts,
    );
    endpoints.push(endpoint);
    zoneGroups.push(
      new PrivateDnsZoneGroup(
        `${name}-private-endpoint-${key}-dns`,
        {
          resourceGroupName,
          privateEndpointName: endpoint.name,
          privateDnsZoneGroupName: "default",
          privateDnsZoneConfigs: [{ name: "registry", privateDnsZoneId: given ?? dnsZone?.id }],
        },
        opts,
      ),
    );
  }
  return { endpoints, dnsZone, links, zoneGroups };

  /** A link for each network, however many of its subnets have an endpoint. */
  function linksOf(entries: typeof privateEndpoints, zone: PrivateZone): VirtualNetworkLink[] {
    // One whose subnet is an Output is the only one; the rules see to that.
    const networks = new Map(
      entries.map(({ subnet }) => [networkOf(subnet).toLowerCase(), subnet] as const),
    );
    return [...networks].map(([lowerCase, subnet]) => {
      const key = isToken(subnet) ? "0" : keyOf(lowerCase);
      return new VirtualNetworkLink(
        `${name}-dns-link-${key}`,
        {
          resourceGroupName,
          privateZoneName: zone.name,
          virtualNetworkLinkName: resolved(
            args,
            subnet,
            (known) => `${prefixInNames(args.namePrefix)}-${keyOf(networkOf(known))}`,
          ),
          location: "global",
          registrationEnabled: false,
          virtualNetwork: { id: resolved(args, subnet, networkOf) },
          tags,
        },
        opts,
      );
    });
  }
}
