import { azureNative, type Resource } from "./rule";

/** Types that describe a registry of Azure: the registry itself, and a template that does. */
export const acrTypes = [
  azureNative("containerregistry", "Registry"),
  azureNative("resources", "Deployment"),
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
  if (type.endsWith(":Registry")) return [props];
  // A list, or with languageVersion 2.0, which Bicep writes, an object by symbolic names.
  const described = (props.properties?.template?.resources ?? {}) as Record<string, Described>;
  return Object.values(described)
    .filter((resource): resource is TemplateResource => resource?.type === registryType)
    .map(({ properties = {}, sku }) => ({ ...properties, sku }));
}
