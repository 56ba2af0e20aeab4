import type { OpenStack } from "./stack";

/** What a state says of a resource, as far as it is asked here. */
interface StateResource {
  type: string;
  /** Identifier on the platform. */
  id?: string;
  retainOnDelete?: boolean;
  outputs?: { name?: string };
}

/** What a stack's own removal leaves, by what the state says of it. */
export interface Remains {
  /** Names of the Docker volumes that stay. */
  volumes: string[];
  /** What else stays on its platform, as `aws:ecr/repository:Repository shop/api`. */
  others: string[];
  /** References of the images that its containers run. */
  images: string[];
}

/** Reads what a stack's removal will leave; to be asked before it, while the state still knows. */
export async function remains({ stack }: OpenStack): Promise<Remains> {
  const { deployment } = (await stack.exportStack()) as {
    deployment: { resources?: StateResource[] } | null;
  };
  const named = (type: string, resources: StateResource[]) =>
    resources.filter((one) => one.type === type).flatMap(({ outputs }) => outputs?.name ?? []);
  const resources = deployment?.resources ?? [];
  const volume = "docker:index/volume:Volume";
  const retained = resources.filter(({ retainOnDelete }) => retainOnDelete);
  return {
    volumes: named(volume, retained),
    others: retained
      .filter(({ type }) => type !== volume)
      .map(({ type, id, outputs }) => `${type} ${id ?? outputs?.name ?? ""}`),
    images: named("docker:index/remoteImage:RemoteImage", resources),
  };
}
