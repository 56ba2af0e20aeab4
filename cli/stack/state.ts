import type { DockerHost } from "../../components/docker/host";
import { componentsAmong, imageHoldersAmong } from "../../components/state/image-holders";
import type { Lifetime } from "../../components/model/lab";
import { stackIdsAmong } from "../../components/state/stack-id";

/** What a state says of a resource, as far as it is asked here. */
export interface StateResource {
  urn: string;
  /** Pulumi's type token. */
  type: string;
  /** Whether it is a resource of a platform: not a component, not the stack itself. */
  custom: boolean;
  /** Identifier on the platform. */
  id?: string;
  /** Whether it was only read: it belongs to somebody else, and stays. */
  external?: boolean;
  /** Whether the engine refuses to delete it. */
  protect?: boolean;
  /** Whether it stays on the platform when the stack forgets it. */
  retainOnDelete?: boolean;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
}

/** A stack's state, read once. */
export interface State {
  resources: StateResource[];
  /** What an engine that was killed had in hand. */
  pending: { type: string; resource: StateResource }[];
}

/**
 * What the stack is for and when it expires, as the last `up` that was begun wrote it down; undefined where no registry of Wharf's is
 * in the state, or one from before it was written down.
 */
export function lifetimeIn({ resources }: State): Lifetime | undefined {
  const registry = resources.find(({ type }) => /^wharf:index:\w+Registry$/.test(type));
  const { environment, expiresAt } = registry?.inputs ?? {};
  if (typeof environment !== "string") return undefined;
  return { environment, ...(typeof expiresAt === "string" && { expiresAt }) };
}

/** The id that the state keeps and the stack's objects are labelled with; undefined in a state from before stacks had ids. */
export function stackIdIn({ resources }: State): string | undefined {
  return stackIdsAmong(
    resources.map((resource) => ({
      ...{ type: resource.type, name: resourceName(resource) },
      properties: resource.outputs ?? {},
    })),
  )[0];
}

/** Target of a stack's registry; undefined where the state holds none. */
export function targetIn({ resources }: State): string | undefined {
  const type = resources.flatMap(
    ({ type }) => /^wharf:index:(\w+)Registry$/.exec(type)?.[1] ?? [],
  )[0];
  return type?.toLowerCase();
}

/** The stack's outputs as the state holds them, the secret ones marked as such. */
export function outputsIn({ resources }: State): Record<string, unknown> {
  return resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs ?? {};
}

/** A setting of a provider as the stack's resources were made with it; undefined where its default held. */
export function providerSetting(
  { resources }: State,
  provider: string,
  key: string,
): string | undefined {
  const made = resources.find(({ type }) => type === `pulumi:providers:${provider}`);
  const value = made?.inputs?.[key];
  return typeof value === "string" ? value : undefined;
}

/** The Docker host that the stack's resources were made on, as far as its config named it. */
export function dockerHostIn(state: State): Partial<DockerHost> {
  const setting = (key: string) => providerSetting(state, "docker", key);
  return { host: setting("host"), certPath: setting("certPath") };
}

/** The stack's resources on its platform. */
export function platformResources({ resources }: State): StateResource[] {
  return resources.filter(
    ({ custom, external, type }) => custom && !external && !type.startsWith("pulumi:providers:"),
  );
}

/** Name within the stack. */
export function resourceName({ urn }: Pick<StateResource, "urn">): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}

/** What a stack's own removal leaves, by what the state says of it. */
export interface Remains {
  /** Names of the Docker volumes that stay. */
  volumes: string[];
  /** Directories of the Docker host that hold images. */
  directories: string[];
  /** What else stays on its platform, as `aws:ecr/repository:Repository shop/api`. */
  others: string[];
  /** References of the images that its containers run. */
  images: string[];
}

/** What a stack's removal will leave; to be asked before it, while the state still knows. */
export function remains({ resources }: State): Remains {
  const named = (type: string, among: StateResource[]) =>
    among
      .filter((one) => one.type === type)
      .flatMap(({ outputs }) => (outputs?.name as string | undefined) ?? []);
  const volume = "docker:index/volume:Volume";
  const retained = resources.filter(({ retainOnDelete }) => retainOnDelete);
  return {
    volumes: named(volume, retained),
    directories: resources.flatMap(directoryOf),
    others: retained
      .filter(({ type }) => type !== volume)
      .map(({ type, id, outputs }) => `${type} ${id ?? String(outputs?.name ?? "")}`),
    images: named("docker:index/remoteImage:RemoteImage", resources),
  };
}

/** The directory of the Docker host that a bind volume is a name for; deleting the volume deletes nothing in it. */
function directoryOf({ type, outputs }: StateResource): string[] {
  const { o, device } = (outputs?.driverOpts ?? {}) as { o?: string; device?: string };
  const isBind = type === "docker:index/volume:Volume" && o === "bind";
  return isBind && device !== undefined ? [device] : [];
}

/** What holds images and is deleted with the stack; not a bucket, nor a directory of the host. */
export function imageHolders(state: State): StateResource[] {
  const candidate = (resource: StateResource) => ({
    ...{ resource, type: resource.type, name: resourceName(resource) },
    properties: resource.inputs,
  });
  const components = componentsAmong(state.resources.map(candidate));
  return imageHoldersAmong(platformResources(state).map(candidate), components)
    .filter(({ holder, resource }) => holder.holdsImages && !resource.retainOnDelete)
    .map(({ resource }) => resource);
}
