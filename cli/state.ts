import type { OpenStack } from "./stack";

/** What a state says of a resource, as far as it is asked here. */
interface StateResource {
  type: string;
  retainOnDelete?: boolean;
  outputs?: { name?: string };
}

/** Docker objects of a stack that its own removal leaves, by what the state says of them. */
export interface Remains {
  /** Names of the volumes that stay. */
  volumes: string[];
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
  return {
    volumes: named(
      "docker:index/volume:Volume",
      resources.filter(({ retainOnDelete }) => retainOnDelete),
    ),
    images: named("docker:index/remoteImage:RemoteImage", resources),
  };
}
