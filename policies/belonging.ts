import { registriesOf, templateType } from "./acr";
import { isReleaseOfRegistry } from "./chart";
import { containerType, mountsOf } from "./docker";
import { eachKnown, isKnown, known } from "./known";
import { allContainersOf, isWorkload, podSpecOf } from "./kubernetes";
import type { Container, PodSpec } from "./pods";
import { imageNames, runs, softwareOf } from "./registry";
import { fileSettings, registrySettings } from "./registry-settings";
import type { Resource } from "./rule";

/** Types of the registries of the clouds and of what belongs only to them, in the packages that have them. */
const managed =
  /^(aws:(ecr|ecrpublic)\/|aws-native:ecr:|gcp:artifactregistry\/|azure-native:containerregistry:|azure:containerservice\/registry)/;

const configTypes = ["kubernetes:core/v1:ConfigMap", "kubernetes:core/v1:Secret"];
const networkTypes = /^kubernetes:(core\/v1:Service|networking\.k8s\.io\/v1:Ingress)$/;
const builds = /\b(docker|buildx|buildctl|podman|buildah|kaniko|ecr)\b/i;

/** Whether a ConfigMap or a Secret, whose readers decide what it means. */
export function isRead({ type }: Pick<Resource, "type">): boolean {
  return configTypes.includes(type);
}

/** Whether only other resources may show that one of a type belongs to a registry. The clouds' own registries show it by themselves. */
export function mayBeOthers(type: string): boolean {
  return !managed.test(type);
}

/** Whether a resource shows by itself that it is a registry, or serves or feeds one. */
export function isEvident(resource: Resource): boolean {
  const { type } = resource;
  const shows = known(() => {
    if (managed.test(type)) return [true];
    if (type === templateType) return [registriesOf(resource).length > 0];
    if (type === containerType)
      return [runs(resource).length > 0 || registrySettings(resource).length > 0];
    if (isWorkload(type)) return [runs(resource).length > 0];
    if (isRead(resource)) return [fileSettings(resource).length > 0];
    if (type.startsWith("kubernetes:helm.sh/")) return [isReleaseOfRegistry(resource)];
    return [imageNames(resource).some((name) => softwareOf(name)) || feeds(resource)];
  });
  return shows[0] ?? false;
}

/** Whether a project or a trigger builds images. */
function feeds({ type, props }: Resource): boolean {
  if (type === "aws:codebuild/project:Project") {
    const privileged = known(() => [props.environment?.privilegedMode === true])[0];
    return privileged || known(() => [builds.test(String(props.source?.buildspec))])[0] === true;
  }
  if (type !== "gcp:cloudbuild/trigger:Trigger") return false;
  const text = known(() => [JSON.stringify(props.build ?? "")])[0] ?? "docker";
  return props.filename !== undefined || builds.test(text) || /"images":\[/.test(text);
}

/**
 * The resources of a stack that belong to a registry: registries, what they are made from, what they mount, what leads to them, and what
 * hands files to them.
 */
export function belonging(resources: readonly Resource[]): Set<Resource> {
  const all = new Set(resources.filter(isEvident));
  // Each step may show more: an Ingress leads to a Service that leads to a registry.
  for (let size = -1; size !== all.size;) {
    size = all.size;
    const members = [...all];
    const sources = new Set(members.flatMap(madeFrom));
    const names = members.flatMap(mounted);
    for (const one of resources) {
      if (all.has(one)) continue;
      const isSource = sources.has(one.urn) && !isWorkload(one.type);
      if (isSource || isMounted(one, names) || members.some((member) => leadsTo(one, member)))
        all.add(one);
    }
  }
  return all;
}

/** What a resource is made from. A cluster's own things are the provider's, and no part of it. */
function madeFrom({ type, madeFrom: made = {} }: Resource): string[] {
  return type.startsWith("pulumi:")
    ? []
    : Object.values(made).flatMap((from) => from.map(({ urn }) => urn));
}

/** A name with what it is a name of, and where. */
interface Mounted {
  type: string;
  namespace?: string;
  name: string;
}

/** What a registry's containers mount, by name. */
function mounted(resource: Resource): Mounted[] {
  if (resource.type === containerType) {
    const networks = eachKnown(
      () => resource.props.networksAdvanced as { name: string }[],
      ({ name }) => [{ type: "docker:index/network:Network", name }],
    );
    const volumes = [...mountsOf(resource).values()].filter((name) => name !== "");
    return [...networks, ...volumes.map((name) => ({ type: "docker:index/volume:Volume", name }))];
  }
  if (!isWorkload(resource.type)) return [];
  const namespace = namespaceOf(resource);
  return eachKnown(
    () => podSpecOf(resource).volumes as Volume[],
    (volume) => {
      const found: [string, string | undefined][] = [
        ["kubernetes:core/v1:PersistentVolumeClaim", volume.persistentVolumeClaim?.claimName],
        ["kubernetes:core/v1:ConfigMap", volume.configMap?.name],
        ["kubernetes:core/v1:Secret", volume.secret?.secretName],
      ];
      return found.flatMap(([type, name]) =>
        name === undefined ? [] : [{ type, namespace, name }],
      );
    },
  );
}

interface Volume {
  name?: string;
  persistentVolumeClaim?: { claimName?: string };
  configMap?: { name?: string };
  secret?: { secretName?: string };
}

function namespaceOf({ props }: Resource): string | undefined {
  return known(() => [props.metadata?.namespace as string | undefined])[0];
}

function nameOf({ props, name }: Resource): string {
  return known(() => [(props.metadata?.name ?? props.name) as string])[0] ?? name;
}

function isMounted(resource: Resource, names: readonly Mounted[]): boolean {
  return names.some(
    ({ type, namespace, name }) =>
      type === resource.type && name === nameOf(resource) && namespace === namespaceOf(resource),
  );
}

/** Whether a resource leads to a member: by its selector, its backends, a proxy's settings, or a volume that both mount. */
function leadsTo(resource: Resource, member: Resource): boolean {
  const { type, props, madeFrom: made = {} } = resource;
  const isMade = Object.values(made).some((from) => from.some(({ urn }) => urn === member.urn));
  if (networkTypes.test(type)) {
    if (isMade) return true;
    if (namespaceOf(resource) !== namespaceOf(member)) return false;
    const tells = known(() => [
      type.endsWith(":Service")
        ? isWorkload(member.type) && selects(props.spec?.selector as Labels, member)
        : member.type.endsWith(":Service") && backends(props.spec).includes(nameOf(member)),
    ]);
    return tells[0] ?? false;
  }
  if (/^(aws:codebuild\/project|gcp:cloudbuild\/trigger):/.test(type)) return isMade;
  if (type !== containerType || member.type !== containerType) return false;
  if (isMade) return true;
  const hosts = known(() => [member.props.name as string | undefined])[0];
  const shared = [...mountsOf(resource).values()].filter((name) => name !== "");
  const theirs = [...mountsOf(member).values()];
  return (
    shared.some((name) => theirs.includes(name)) || (hosts !== undefined && names(resource, hosts))
  );
}

type Labels = Record<string, string> | undefined;

function selects(selector: Labels, { props }: Resource): boolean {
  const labels = (props.spec?.template?.metadata?.labels ?? props.metadata?.labels ?? {}) as object;
  const wanted = Object.entries(selector ?? {});
  return wanted.length > 0 && wanted.every(([key, value]) => (labels as Labels)?.[key] === value);
}

/** Names of the Services that an Ingress leads to. */
function backends(spec: unknown): string[] {
  const text = JSON.stringify(spec) ?? "";
  return [...text.matchAll(/"service":\{"name":"([^"]+)"/g)].map(([, name = ""]) => name);
}

/** Whether a container's settings, variables or command name a host. */
function names({ props }: Resource, host: string): boolean {
  const text = (["envs", "command", "entrypoints", "uploads"] as const)
    .flatMap((key) =>
      eachKnown(
        () => props[key] as unknown[],
        (one) => [JSON.stringify(one)],
      ),
    )
    .join("\n");
  return (
    text.includes(`//${host}:`) || text.includes(`//${host}/`) || text.includes(`server ${host}:`)
  );
}

/** Hands every ConfigMap and Secret the containers that read it as a file. */
export function withReaders(resources: readonly Resource[]): Resource[] {
  const workloads = resources.filter(({ type }) => isWorkload(type));
  return resources.map((resource) => {
    if (!isRead(resource)) return resource;
    const readers = workloads.flatMap((workload) => readersOf(resource, workload));
    return { ...resource, readers };
  });
}

function readersOf(resource: Resource, workload: Resource): Container[] {
  if (namespaceOf(resource) !== namespaceOf(workload)) return [];
  const spec: PodSpec = known(() => [podSpecOf(workload)])[0] ?? {};
  const volumes = eachKnown(
    () => spec.volumes as Volume[],
    ({ name, configMap, secret }) => {
      const source = resource.type.endsWith(":Secret") ? secret?.secretName : configMap?.name;
      return source === nameOf(resource) ? [name] : [];
    },
  );
  return eachKnown(
    () => (isKnown(() => spec.containers) ? allContainersOf(workload) : []),
    (container) =>
      (container.volumeMounts ?? []).some(({ name }) => volumes.includes(name)) ? [container] : [],
  );
}
