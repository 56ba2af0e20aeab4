import { acrType, acrTypes, mayBeFor, registriesOf, templateHas } from "../acr";
import { known } from "../known";
import { azureNative, levels, type Resource, type StackRule } from "../rule";

const endpoint = azureNative("network", "PrivateEndpoint");

interface Connection {
  privateLinkServiceId?: string;
}

export const acrPrivateEndpoint: StackRule = {
  name: "acr-private-endpoint",
  severity: "medium",
  description: "Production reaches an ACR registry by a private endpoint.",
  remediation:
    "Give the registry a PrivateEndpoint with groupIds registry in the network of its clients, which SKU Premium has. Where another stack has it, exclude the registry with that reason.",
  corresponds: ["Azure Policy e8eef0a8-67cf-4eb4-9386-14b0e78733d4"],
  levels: levels("disabled", "disabled", "disabled", "advisory"),
  types: [...acrTypes, endpoint],
  *stack(resources) {
    const endpoints = resources.filter(({ type }) => type === endpoint);
    for (const resource of resources.filter(({ type }) => acrTypes.includes(type))) {
      yield* known(function* () {
        for (const { sku, publicNetworkAccess } of registriesOf(resource)) {
          // Other SKUs have no private endpoints.
          if (sku?.name !== "Premium") continue;
          const reached =
            resource.type === acrType
              ? endpoints.some((one) => mayBeFor(one, resource, connections))
              : templateHas(resource, "Microsoft.Network/privateEndpoints");
          if (reached) continue;
          const otherwise =
            publicNetworkAccess === "Disabled"
              ? "publicNetworkAccess is Disabled: nothing reaches it"
              : "clients reach it at its public address";
          yield {
            resource,
            message: `No PrivateEndpoint of this stack leads to it, and ${otherwise}.`,
          };
        }
      });
    }
  },
};

/** Ids of what an endpoint leads to. */
function connections(props: Resource["props"]): unknown[] {
  return [props.privateLinkServiceConnections, props.manualPrivateLinkServiceConnections].flatMap(
    (list: Connection[] | undefined) => (list ?? []).map((one) => one.privateLinkServiceId),
  );
}
