import type { OpenStack } from "./stack";

/** Names of the Docker volumes of a stack that stay when it goes, by what the state says of them. */
export async function keptVolumes({ stack }: OpenStack): Promise<string[]> {
  const { deployment } = (await stack.exportStack()) as {
    deployment: {
      resources?: { type: string; retainOnDelete?: boolean; outputs?: { name?: string } }[];
    } | null;
  };
  return (deployment?.resources ?? [])
    .filter(({ type, retainOnDelete }) => retainOnDelete && type === "docker:index/volume:Volume")
    .flatMap(({ outputs }) => outputs?.name ?? []);
}
