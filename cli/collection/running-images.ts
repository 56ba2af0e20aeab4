import * as pulumi from "@pulumi/pulumi";
import type { DockerHost } from "../../components/docker/host";
import { Api } from "../../components/kubernetes/cluster/api";
import { findCluster } from "../../components/kubernetes/cluster/kubeconfig";
import { connectDocker } from "../../offline/docker/docker-host";
import type { StackConfig } from "../stack/stack-config";

/** Images of the registry that containers run: their digests. */
export interface RunningImages {
  digests: string[];
  /** Why nobody can say which ones run; undefined where it is known. */
  unknown?: string;
}

/** The digest in the name of an image, where it is one of these registries'. */
function digestIn(name: string, hosts: readonly string[]): string | undefined {
  const [, host = "", digest] =
    /^(?:[a-z-]+:\/\/)?([^/]+)\/[^@]+@(sha256:[0-9a-f]{64})$/.exec(name) ?? [];
  return hosts.includes(host) ? digest : undefined;
}

const present = (digests: (string | undefined)[]) =>
  [...new Set(digests.filter((digest) => digest !== undefined))].sort();

/** Images of the registry that the containers of its Docker host run. */
export async function runningOnDocker(
  host: Partial<DockerHost>,
  hosts: readonly string[],
): Promise<RunningImages> {
  try {
    const docker = connectDocker(host);
    const containers = await docker.listContainers();
    const images = new Set(containers.map(({ ImageID }) => ImageID));
    const inspected = await Promise.all([...images].map((id) => docker.getImage(id).inspect()));
    return {
      digests: present(
        inspected.flatMap(({ RepoDigests }) =>
          (RepoDigests ?? []).map((name) => digestIn(name, hosts)),
        ),
      ),
    };
  } catch (error) {
    return {
      digests: [],
      unknown: `the Docker host does not say which images run: ${(error as Error).message}`,
    };
  }
}

interface Pods {
  items?: {
    spec?: { containers?: { image: string }[]; initContainers?: { image: string }[] };
    status?: {
      containerStatuses?: { imageID: string }[];
      initContainerStatuses?: { imageID: string }[];
    };
  }[];
}

/** Images of the registry that the pods of its cluster run or are to run, in every namespace. */
export async function runningOnKubernetes(
  config: StackConfig,
  hosts: readonly string[],
): Promise<RunningImages> {
  const unknown = (why: string) => ({
    digests: [],
    unknown: `which images run is unknown: ${why}`,
  });
  for (const key of ["kubernetes:kubeconfig", "kubernetes:context"]) {
    const value = config.value(key);
    if (typeof value === "string") pulumi.runtime.setConfig(key, value);
    else if (value !== undefined) return unknown(`${key} is encrypted`);
  }
  let api: Api | undefined;
  try {
    api = await Api.connect(findCluster());
    const { body, status } = await api.get<Pods>("/api/v1/pods");
    if (status === 403) return unknown("this user may not list the pods of the cluster");
    if (status !== 200) return unknown(`the cluster answered ${status}`);
    const names = (body.items ?? []).flatMap(({ spec = {}, status: now = {} }) => [
      ...[...(spec.containers ?? []), ...(spec.initContainers ?? [])].map(({ image }) => image),
      ...[...(now.containerStatuses ?? []), ...(now.initContainerStatuses ?? [])].map(
        ({ imageID }) => imageID,
      ),
    ]);
    return { digests: present(names.map((name) => digestIn(name, hosts))) };
  } catch (error) {
    return unknown((error as Error).message);
  } finally {
    api?.close();
  }
}
