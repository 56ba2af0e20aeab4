import { azureNative, type Resource } from "./rule";

/** Types that describe a registry of Azure: the registry itself, and a template that does. */
export const acrTypes = [
  azureNative("containerregistry", "Registry"),
  azureNative("resources", "Deployment"),
];

const registryType = "Microsoft.ContainerRegistry/registries";

interface TemplateResource {
  type?: string;
  properties?: object;
  sku?: object;
}

/** The properties of the registries that a resource describes, as azure-native names them. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export function registriesOf({ type, props }: Resource): Record<string, any>[] {
  if (type.endsWith(":Registry")) return [props];
  const described = (props.properties?.template?.resources ?? []) as TemplateResource[];
  return described
    .filter((resource) => resource.type === registryType)
    .map(({ properties = {}, sku }) => ({ ...properties, sku }));
}
