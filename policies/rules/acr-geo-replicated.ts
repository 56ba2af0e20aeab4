import { acrType, acrTypes, mayBeFor, registriesOf, templateHas } from "../acr";
import { known } from "../known";
import { azureNative, levels, type StackRule } from "../rule";

const replication = azureNative("containerregistry", "Replication");

export const acrGeoReplicated: StackRule = {
  name: "acr-geo-replicated",
  severity: "low",
  description: "An ACR registry that production pulls from outlives the loss of a region.",
  remediation:
    "Give the registry a Replication in a second region, which SKU Premium has. Where one region is enough, exclude it with that reason.",
  corresponds: ["CKV_AZURE_165", "AZR-000004"],
  levels: levels("disabled", "disabled", "disabled", "advisory"),
  types: [...acrTypes, replication],
  *stack(resources) {
    const replications = resources.filter(({ type }) => type === replication);
    for (const resource of resources.filter(({ type }) => acrTypes.includes(type))) {
      yield* known(function* () {
        for (const { sku, georeplications } of registriesOf(resource)) {
          // Other SKUs cannot replicate; whether they do for production is another rule's.
          if (sku?.name !== "Premium" || georeplications?.length > 0) continue;
          const replicated =
            resource.type === acrType
              ? replications.some((one) =>
                  mayBeFor(one, resource, ({ registryName }) => [registryName]),
                )
              : templateHas(resource, "Microsoft.ContainerRegistry/registries/replications");
          if (!replicated)
            yield { resource, message: "No Replication of this stack has its images elsewhere." };
        }
      });
    }
  },
};
