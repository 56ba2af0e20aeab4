import { parse } from "yaml";
import {
  areMountsKnown,
  areVariablesKnown,
  containerType,
  mountsOf,
  normalPath,
  variablesOf,
} from "./docker";
import { isWorkload, workloadTypes, containersOf } from "./kubernetes";
import type { Container } from "./pods";
import { eachKnown, isKnown, known, withoutNulls } from "./known";
import { podRuns, runs } from "./registry";
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
const usualDirectory = "/var/lib/registry";

const settingsDirectories = ["/etc/distribution", "/etc/docker/registry"];
const settingsFile = /(^|\/)config\.ya?ml$/;

/** Whether a path of a container is where its registry keeps images: the directory, one above it, or the only one in it. */
export function holdsImages(path: string, settings: readonly RegistrySettings[]): boolean {
  const set = settings.map(({ get }) => get("storage.filesystem.rootdirectory"))[0];
  const directory = typeof set === "string" ? normalPath(set) : usualDirectory;
  const at = normalPath(path);
  return at !== "/" && (`${directory}/docker` === at || `${directory}/`.startsWith(`${at}/`));
}

/** The settings that a resource holds: of the registry that it runs, or of one that reads them from a file. */
export function registrySettings(resource: Resource): RegistrySettings[] {
  if (resource.type === containerType) return ofContainer(resource);
  if (isWorkload(resource.type)) {
    return eachKnown(
      () => containersOf(resource),
      (container) => (isRegistryPod(container, resource) ? [ofPod(container)] : []),
    );
  }
  const { readers = [] } = resource;
  return fileSettings(resource).flatMap((file) =>
    readers.length === 0
      ? [file]
      : readers.map((container) =>
          layered(podVariables(container), file, file.complete, file.where),
        ),
  );
}

/** The settings files that a Secret or a ConfigMap holds, without what a registry's variables set in their place. */
export function fileSettings(resource: Resource): RegistrySettings[] {
  const decode = (text: string) =>
    resource.type.endsWith(":Secret") ? Buffer.from(text, "base64").toString() : text;
  const files = (["stringData", "data"] as const).flatMap((property) =>
    eachKnown(
      () => Object.keys((resource.props[property] ?? {}) as object),
      (key): [string, string][] => {
        const text: unknown = resource.props[property][key];
        return typeof text === "string" ? [[key, property === "data" ? decode(text) : text]] : [];
      },
    ),
  );
  return files.flatMap(([key, text]) => ofFile(key, text));
}

/** What is found in each of the settings that a resource holds, as far as they are known. */
export function inRegistrySettings(
  resource: Resource,
  find: (settings: RegistrySettings) => Iterable<string>,
): string[] {
  return eachKnown(() => registrySettings(resource), find);
}

/** Whether a container on a Docker host runs distribution, whose settings these are. */
export function isRegistry(resource: Resource): boolean {
  return resource.type === containerType && runs(resource).includes("distribution");
}

function ofContainer(resource: Resource): RegistrySettings[] {
  let complete = areVariablesKnown(resource) && areMountsKnown(resource);
  const uploads = () => resource.props.uploads as Upload[] | undefined;
  const files = eachKnown(uploads, ({ file = "", content }) =>
    typeof content === "string" ? ofFile(file, content) : [],
  );
  if (!isKnown(() => (uploads() ?? []).map((one) => [one.file, one.content]))) complete = false;
  if (!isRegistry(resource)) return files;
  const elsewhere = [...mountsOf(resource).keys()].some(holdsSettings);
  const whole = complete && (!elsewhere || files.length > 0);
  return [layered(variablesOf(resource), files[0], whole, "It")];
}

interface Upload {
  file?: string;
  content?: string;
}

/** Whether a container of a pod runs distribution, whose settings these are. */
export function isRegistryPod(container: Container, resource: Resource): boolean {
  return podRuns(container, resource) === "distribution";
}

function ofPod(container: Container): RegistrySettings {
  const { name } = container;
  const elsewhere =
    known(() => [(container.envFrom ?? []).length > 0])[0] !== false ||
    known(() => [
      (container.volumeMounts ?? []).some(({ mountPath }) => holdsSettings(mountPath)),
    ])[0] !== false;
  const complete = !elsewhere && isKnown(() => (container.env ?? []).map((one) => one.name));
  return layered(podVariables(container), undefined, complete, `Container ${name}`);
}

/** What stands for a value that comes from a Secret or is not known yet: it is set, and not told. */
export const untold = "(from elsewhere)";

function podVariables(container: Container): Map<string, string> {
  return new Map(
    eachKnown(
      () => container.env,
      (one): [string, string][] => [[one.name ?? "", known(() => [one.value])[0] ?? untold]],
    ),
  );
}

function holdsSettings(path: string | undefined): boolean {
  if (path === undefined) return false;
  return settingsDirectories.some((directory) =>
    `${normalPath(path)}/`.startsWith(`${directory}/`),
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
