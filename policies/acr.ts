import { azureNative, type Resource } from "./rule";

/** The registry of the azure provider, which is made from Terraform's. */
const classic = "azure:containerservice/registry:Registry";

/** Types that describe a registry of Azure: the registry itself, and a template that does. */
export const acrTypes = [
  azureNative("containerregistry", "Registry"),
  azureNative("resources", "Deployment"),
  classic,
];

const registryType = "Microsoft.ContainerRegistry/registries";

type Described = TemplateResource | undefined;
interface TemplateResource {
  type?: string;
  properties?: object;
  sku?: object;
}

/** The properties of the registries that a resource describes, as azure-native names them. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export function registriesOf({ type, props }: Resource): Record<string, any>[] {
  if (type === classic) return [asNative(props)];
  if (type.endsWith(":Registry")) return [props];
  // A list, or with languageVersion 2.0, which Bicep writes, an object by symbolic names.
  const described = (props.properties?.template?.resources ?? {}) as Record<string, Described>;
  return Object.values(described)
    .filter((resource): resource is TemplateResource => resource?.type === registryType)
    .map(({ properties = {}, sku }) => ({ ...properties, sku }));
}

const status = (on: unknown) => (on === false ? "disabled" : "enabled");

/** The properties of a registry of the azure provider, named as azure-native names them. */
function asNative(props: Resource["props"]): Resource["props"] {
  return new Proxy(props, {
    get: (of: Resource["props"], key): unknown => {
      switch (key) {
        case "adminUserEnabled":
          return of.adminEnabled;
        case "publicNetworkAccess":
          return of.publicNetworkAccessEnabled === false ? "Disabled" : "Enabled";
        case "sku":
          return { name: of.sku as string };
        case "zoneRedundancy":
          return of.zoneRedundancyEnabled === true ? "Enabled" : "Disabled";
        case "encryption":
          return of.encryption?.keyVaultKeyId ? { status: "enabled" } : undefined;
        case "policies":
          return {
            get exportPolicy() {
              return { status: status(of.exportPolicyEnabled) };
            },
            get trustPolicy() {
              return { status: of.trustPolicyEnabled === true ? "enabled" : "disabled" };
            },
          };
        default:
          return of[key as string];
      }
    },
  });
}
