import { containerType, isStarted, variablesOf } from "./docker";
import { eachKnown, known } from "./known";
import { containersOf, isWorkload } from "./kubernetes";
import type { Container } from "./pods";
import type { Resource } from "./rule";

/** What serves images, or lets in whoever asks for them. */
export type Software = "distribution" | "harbor" | "zot" | "docker_auth";

/**
 * Names of images without their host, tag and digest: `registry` of Docker Hub and copies of it, Harbor's build of the same, the parts of
 * Harbor, zot and docker_auth. A UI for registries, a registry of schemas or of packages is none.
 */
const images: readonly (readonly [RegExp, Software])[] = [
  [/(^|\/)(registry|distribution|registry-photon)$/, "distribution"],
  [/(^|\/)(goharbor\/[\w-]+|harbor-(core|portal|jobservice|registryctl|db|exporter))$/, "harbor"],
  [/(^|\/)zot(-minimal)?(-(linux|darwin|freebsd)-\w+)?$/, "zot"],
  [/(^|\/)docker_auth$/, "docker_auth"],
];

/**
 * Variables that only the registry's own settings have as names (distribution.github.io/distribution/about/configuration). Others call
 * theirs REGISTRY_ too: REGISTRY_URL and REGISTRY_TITLE are a UI's, REGISTRY_DATASOURCE_URL is a registry's of schemas.
 */
const ownVariable = new RegExp(
  `^REGISTRY_(${[
    "AUTH_(HTPASSWD|SILLY)_(REALM|PATH|SERVICE)",
    "AUTH_TOKEN_(REALM|SERVICE|ISSUER|ROOTCERTBUNDLE|AUTOREDIRECT|JWKS)",
    "HTTP_(ADDR|NET|PREFIX|HOST|SECRET|RELATIVEURLS|DRAINTIMEOUT|(TLS|HEADERS|DEBUG|HTTP2|H2C)_\\w+)",
    "STORAGE_(FILESYSTEM|S3|GCS|AZURE|INMEMORY|DELETE|CACHE|MAINTENANCE|REDIRECT)(_\\w+)?",
    "PROXY_(REMOTEURL|USERNAME|PASSWORD|TTL|EXEC_\\w+)",
    "(NOTIFICATIONS|HEALTH|VALIDATION)_(ENDPOINTS|EVENTS|STORAGEDRIVER|MANIFESTS)(_\\w+)?",
  ].join("|")})$`,
);

/** Types of images that a program pulls or builds, and the properties that hold their names. */
const imageTypes: Record<string, readonly string[]> = {
  "docker:index/remoteImage:RemoteImage": ["name"],
  "docker:index/registryImage:RegistryImage": ["name"],
  "docker:index/image:Image": ["imageName"],
  "docker-build:index:Image": ["tags"],
};

/** What an image runs, by its name; undefined where that is not a registry. */
export function softwareOf(image: unknown): Software | undefined {
  if (typeof image !== "string") return undefined;
  const name = image.replace(/@.*$/, "").replace(/:[^/:]*$/, "");
  return images.find(([pattern]) => pattern.test(name))?.[1];
}

/** Names that an image resource gives, as far as they are known; none where the resource is not an image. */
export function imageNames({ type, props }: Resource): string[] {
  return (imageTypes[type] ?? []).flatMap((key) =>
    known(() => [props[key] as string | string[]]).flat(),
  );
}

/** What a container on a Docker host, or the containers of a workload, run of a registry. */
export function runs(resource: Resource): Software[] {
  if (resource.type === containerType) {
    const { props, madeFrom } = resource;
    if (!known(() => [isStarted(resource)])[0]) return [];
    const started = [
      ...eachKnown(
        () => props.entrypoints as string[],
        (word) => [word],
      ),
      ...eachKnown(
        () => props.command as string[],
        (word) => [word],
      ),
    ];
    const names = [...variablesOf(resource).keys()];
    const of = softwareIn(() => props.image, madeFrom?.image, started, names);
    return of === undefined ? [] : [of];
  }
  if (!isWorkload(resource.type)) return [];
  return eachKnown(
    () => containersOf(resource),
    (container) => {
      const of = podRuns(container, resource);
      return of === undefined ? [] : [of];
    },
  );
}

/** What a container of a pod runs of a registry. */
export function podRuns(container: Container, { madeFrom }: Resource): Software | undefined {
  const started = eachKnown(
    () => container.command,
    (word) => [word],
  );
  const names = eachKnown(
    () => container.env,
    ({ name = "" }) => [name],
  );
  return softwareIn(() => container.image, madeFrom?.spec, started, names);
}

/** An image is followed to what it was made from where its own name does not tell: it is not known yet, or an id. */
function softwareIn(
  image: () => unknown,
  madeFrom: readonly Resource[] | undefined,
  started: readonly unknown[],
  variables: readonly string[],
): Software | undefined {
  const name = known(() => [image()])[0];
  const named = softwareOf(name);
  if (named !== undefined) return named;
  const tells = typeof name === "string" && !/^(sha256:|$)/.test(name);
  const followed = tells ? [] : (madeFrom ?? []).flatMap(imageNames).map(softwareOf);
  const [of] = followed.filter((one) => one !== undefined);
  if (of !== undefined) return of;
  const starts = started.some((word) => typeof word === "string" && /(^|\/)registry$/.test(word));
  return starts || variables.some((one) => ownVariable.test(one)) ? "distribution" : undefined;
}
