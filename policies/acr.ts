import { known } from "./known";
import { azureNative, type Resource } from "./rule";

/** The registry, and a template that may describe some. */
export const acrType = azureNative("containerregistry", "Registry");
export const templateType = azureNative("resources", "Deployment");
export const acrTypes = [acrType, templateType];

const registryType = "Microsoft.ContainerRegistry/registries";

type Described = TemplateResource | undefined;
interface TemplateResource {
  type?: string;
  properties?: object;
  sku?: object;
}

/** The properties of the registries that a resource describes, as azure-native names them. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export function registriesOf(resource: Resource): Record<string, any>[] {
  if (resource.type === acrType) return [resource.props];
  if (resource.type !== templateType) return [];
  return inTemplate(resource)
    .filter(({ type }) => type === registryType)
    .map(({ properties = {}, sku }) => ({ ...properties, sku }));
}

/** Whether a template describes a resource of a type of Azure, besides its registries. */
export function templateHas({ type, props }: Resource, wanted: string): boolean {
  return (
    type === templateType &&
    inTemplate({ props }).some((one) => one.type?.toLowerCase() === wanted.toLowerCase())
  );
}

function inTemplate({ props }: Pick<Resource, "props">): TemplateResource[] {
  // A list, or with languageVersion 2.0, which Bicep writes, an object by symbolic names.
  const described = (props.properties?.template?.resources ?? {}) as Record<string, Described>;
  return Object.values(described).filter((one): one is TemplateResource => one !== undefined);
}

/**
 * Whether another resource of the stack is made for a registry: by what it was made from, or by a name or id that it has; true as long as
 * neither is known.
 * @param reads the name or the id of the registry that the other one has
 */
export function mayBeFor(
  other: Resource,
  registry: Resource,
  reads: (props: Resource["props"]) => unknown[],
): boolean {
  const made = Object.values(other.madeFrom ?? {}).flat();
  if (made.some(({ urn }) => urn === registry.urn)) return true;
  const named = known(() => [
    reads(other.props).some(
      (one) => lastOf(one) === lastOf(registry.props.registryName ?? registry.name),
    ),
  ]);
  return named[0] ?? made.length === 0;
}

/** A name, or the name at the end of an id, as Azure compares them. */
const lastOf = (nameOrId: unknown) => String(nameOrId).split("/").at(-1)?.toLowerCase();
