import type { OpenStack } from "./stack";

/** What a state says of a resource, as far as it is asked here. */
interface StateResource {
  type: string;
  retainOnDelete?: boolean;
  outputs?: { name?: string };
}

async function resources({ stack }: OpenStack): Promise<StateResource[]> {
  const { deployment } = (await stack.exportStack()) as {
    deployment: { resources?: StateResource[] } | null;
  };
  return deployment?.resources ?? [];
}

/** Names of the Docker volumes of a stack that stay when it goes, by what the state says of them. */
export async function keptVolumes(open: OpenStack): Promise<string[]> {
  return (await resources(open))
    .filter(({ type, retainOnDelete }) => retainOnDelete && type === "docker:index/volume:Volume")
    .flatMap(({ outputs }) => outputs?.name ?? []);
}

/** References of the images that a stack's containers run. */
export async function imagesOf(open: OpenStack): Promise<string[]> {
  return (await resources(open))
    .filter(({ type }) => type === "docker:index/remoteImage:RemoteImage")
    .flatMap(({ outputs }) => outputs?.name ?? []);
}
