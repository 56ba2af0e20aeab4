import { parse } from "yaml";
import { containerType, isStarted, mountsOf, variablesOf } from "./docker";
import { isWorkload, workloadTypes, containersOf, type Container } from "./kubernetes";
import { eachKnown, withoutNulls } from "./known";
import type { Resource } from "./rule";

/** The settings of one registry that runs the software distribution, wherever they are written. */
export interface RegistrySettings {
  /** Where they are written, as a message says it. */
  where: string;
  /** Whether these are all settings of it; false where a file has more that cannot be seen here. */
  complete: boolean;
  /** The value of a key, as `http.tls.certificate`; undefined where it is not set, a record where it holds further keys. */
  get(key: string): unknown;
}

/** Types that settings of a registry may be written in. */
export const settingsTypes = [
  containerType,
  ...workloadTypes,
  "kubernetes:core/v1:Secret",
  "kubernetes:core/v1:ConfigMap",
];

/** Where the images of a registry are kept unless its settings say otherwise. */
export const imagesDirectory = "/var/lib/registry";

const settingsDirectories = ["/etc/distribution", "/etc/docker/registry"];
const settingsFile = /(^|\/)config\.ya?ml$/;
const registryImage = /(^|\/)(registry|distribution)(:|@|$)/;

/** The settings that a resource holds: of the registry that it runs, or of one that reads them from a file. */
export function registrySettings(resource: Resource): RegistrySettings[] {
  if (resource.type === containerType) return ofContainer(resource);
  if (isWorkload(resource.type)) return containersOf(resource).filter(isRegistryPod).map(ofPod);
  const { data = {}, stringData = {} } = resource.props as Record<string, Record<string, string>>;
  const texts = [
    ...Object.entries(stringData),
    ...Object.entries(data).map(([key, text]): [string, string] => [key, decoded(resource, text)]),
  ];
  return texts.flatMap(([key, text]) => ofFile(key, text));
}

/** What is found in each of the settings that a resource holds, as far as they are known. */
export function inRegistrySettings(
  resource: Resource,
  find: (settings: RegistrySettings) => Iterable<string>,
): string[] {
  return eachKnown(() => registrySettings(resource), find);
}

function decoded({ type }: Resource, text: string): string {
  return type.endsWith(":Secret") ? Buffer.from(text, "base64").toString() : text;
}

/** Whether a container on a Docker host runs a registry. */
export function isRegistry(resource: Resource): boolean {
  const { image = "", entrypoints = [], command = [] } = resource.props;
  const started = [...entrypoints, ...command] as string[];
  const byVariables = [...variablesOf(resource).keys()].some((name) =>
    name.startsWith("REGISTRY_"),
  );
  const named = registryImage.test(image) || started.some((word) => /(^|\/)registry$/.test(word));
  return isStarted(resource) && (named || byVariables);
}

function ofContainer(resource: Resource): RegistrySettings[] {
  const files = ((resource.props.uploads ?? []) as Upload[]).flatMap(({ file, content }) =>
    content === undefined ? [] : ofFile(file, content),
  );
  if (!isRegistry(resource)) return files;
  const elsewhere = [...mountsOf(resource).keys()].some(holdsSettings);
  const variables = variablesOf(resource);
  return [layered(variables, files[0], !elsewhere || files.length > 0, "It")];
}

interface Upload {
  file: string;
  content?: string;
}

/** Whether a container of a pod runs a registry. */
export function isRegistryPod({ image = "", command = [], env = [] }: Container): boolean {
  return (
    registryImage.test(image) ||
    command.some((word) => /(^|\/)registry$/.test(word)) ||
    env.some(({ name = "" }) => name.startsWith("REGISTRY_"))
  );
}

function ofPod({ name, env = [], envFrom = [], volumeMounts = [] }: Container): RegistrySettings {
  const elsewhere =
    envFrom.length > 0 || volumeMounts.some(({ mountPath }) => holdsSettings(mountPath));
  // What comes from a Secret is set, to a value that is not told.
  const variables = new Map(env.map((one) => [one.name ?? "", one.value ?? "(from elsewhere)"]));
  return layered(variables, undefined, !elsewhere, `Container ${name}`);
}

function holdsSettings(path: string | undefined): boolean {
  if (path === undefined) return false;
  return settingsDirectories.some(
    (directory) => path === directory || path.startsWith(`${directory}/`),
  );
}

/** Variables over a file: distribution reads `http.tls.certificate` from REGISTRY_HTTP_TLS_CERTIFICATE first. */
function layered(
  variables: Map<string, string>,
  file: RegistrySettings | undefined,
  complete: boolean,
  where: string,
): RegistrySettings {
  const get = (key: string): unknown => {
    const name = `REGISTRY_${key.replaceAll(".", "_").toUpperCase()}`;
    if (variables.has(name)) return variables.get(name);
    const below = [...variables.keys()].some((one) => one.startsWith(`${name}_`));
    return below ? {} : file?.get(key);
  };
  return { where, complete, get };
}

/** A settings file of the registry; nothing where a file of that name is another program's. */
function ofFile(name: string, text: string): RegistrySettings[] {
  if (!settingsFile.test(name)) return [];
  const settings = documentOf(text);
  if (settings?.version === undefined || settings.storage === undefined) return [];
  const get = (key: string) =>
    key
      .split(".")
      .reduce<unknown>(
        (part, word) => (part as Record<string, unknown> | null)?.[word] ?? undefined,
        settings,
      );
  return [{ where: name.split("/").at(-1) ?? name, complete: true, get }];
}

function documentOf(text: string): Record<string, unknown> | undefined {
  try {
    const document: unknown = parse(text);
    return typeof document === "object" && document !== null
      ? withoutNulls(document as Record<string, unknown>)
      : undefined;
  } catch {
    // Whoever reads the file says what is wrong with it.
    return undefined;
  }
}
