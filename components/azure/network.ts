import type { AzureDescription } from "./settings";
import { PrivateDnsZoneGroup } from "@pulumi/azure-native/network/privateDnsZoneGroup";
import { PrivateEndpoint } from "@pulumi/azure-native/network/privateEndpoint";
import { PrivateZone } from "@pulumi/azure-native/privatedns/privateZone";
import { VirtualNetworkLink } from "@pulumi/azure-native/privatedns/virtualNetworkLink";
import type * as pulumi from "@pulumi/pulumi";

import { digest, prefixInNames, stackTags } from "./names";
import { isToken, resolved } from "../core/tokens";
import { type Home, inGroup } from "./place";

/** Whether anything but the registry's own login decides who reaches it. */
export function isLimited({
  azure,
  endpoint,
}: Pick<AzureDescription, "azure" | "endpoint">): boolean {
  return !azure.publicAccess || endpoint.allowFrom.length > 0;
}

/** Who reaches the registry, in the words of its properties in Azure Resource Manager. */
export function networkProperties({ azure, endpoint }: AzureDescription) {
  return {
    publicNetworkAccess: azure.publicAccess ? "Enabled" : "Disabled",
    networkRuleBypassOptions: azure.trustedServices ? "AzureServices" : "None",
    networkRuleSet:
      endpoint.allowFrom.length === 0
        ? undefined
        : {
            defaultAction: "Deny",
            ipRules: endpoint.allowFrom.map((value) => ({ action: "Allow", value })),
          },
    dataEndpointEnabled: azure.dataEndpoints || undefined,
  };
}

/** The registry's addresses within private networks, and the names that lead to them. */
export interface PrivateAccess {
  endpoints: PrivateEndpoint[];
  /** Private DNS zone of the stack's own; undefined where every endpoint names one. */
  dnsZone?: PrivateZone;
  links: VirtualNetworkLink[];
  zoneGroups: PrivateDnsZoneGroup[];
}

/** Virtual network that a subnet belongs to, by their identifiers. */
function networkOf(subnet: string): string {
  return subnet.slice(0, subnet.toLowerCase().lastIndexOf("/subnets/"));
}

/** A part of names that tells subnets, or networks, from one another. */
function keyOf(id: string): string {
  return digest(id.toLowerCase()).slice(0, 8);
}

/**
 * A private endpoint in each subnet. Its addresses are entered in the private DNS zone that it names, or in one of the stack's
 * own, which is linked to the subnets' networks.
 * @param registryId identifier of the registry
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
          // Private DNS zones stand in no region.
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
    // Named after the subnet, so that the order in the description does not matter.
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
