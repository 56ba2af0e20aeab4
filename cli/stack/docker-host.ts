import { existsSync, mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { Target } from "../../components/model/environment";
import { nothingChanged } from "../../components/core/problems";
import { readSubstitutes, substitutesFile } from "../../components/description/substitutes";
import { hostFault, isLocal, type DockerHost } from "../../components/docker/host";
import { idIn, stackIdLabel, stackLabel } from "../../components/docker/labels";
import { findDockerEngine } from "../../offline/docker/docker-engine";
import { connectDocker, stackAddress } from "../../offline/docker/docker-host";
import { localImages, type Images } from "../../offline/images/images";
import { writeWhole } from "../../offline/whole-file";
import { checkout } from "../checkout";
import type { Essentials } from "./description";
import type { Progress } from "../ui/progress";
import { Failure, refusal } from "../failure";
import type { PendingCreate } from "./recovery";
import type { State } from "./state";

/** Whether the registry is to run on a Docker engine. */
export function runsOnDocker(described: Essentials | undefined): described is Essentials {
  return described?.target === Target.Docker;
}

/**
 * Makes sure that the stack's Docker engine runs and has the images, or can pull them. It is started, or installed, where nothing
 * names another than this machine's own. Of one that the stack's config names, or that is elsewhere, and that does not answer or
 * cannot run a registry, the program says what is wrong, together with all else.
 * @throws OfflineError where there is no engine, or an image can be neither pulled nor built
 */
export async function prepareDocker(
  stack: string,
  { docker, images }: Essentials,
  progress: Progress,
): Promise<void> {
  const address = stackAddress(docker);
  const engine = await findDockerEngine(progress, address).catch((error: unknown) => {
    if (isLocal(address.host) && address.namedBy !== "docker:host") throw error;
  });
  if (engine?.fit !== true) return substituteImages(stack);
  const running = substitutesOf(stack);
  const local = await localImages(images, progress, connectDocker(docker), running);
  substituteImages(stack, images, local ?? {});
}

/** Tells the program which images of this machine run in place of those that it cannot pull; none withdraws what was told. */
export function substituteImages(
  stack: string,
  wanted: Partial<Images> = {},
  local: Partial<Images> = {},
): void {
  const file = substitutesFile(checkout, stack);
  const pairs = (["registry", "redis"] as const).flatMap((role) => {
    const [from, to] = [wanted[role], local[role]];
    return from === undefined || to === undefined || from === to ? [] : [[from, to]];
  });
  if (pairs.length === 0) return rmSync(file, { force: true });
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  writeWhole(file, JSON.stringify(Object.fromEntries(pairs)));
}

/** References of the images of this machine that a stack runs in place of others. */
export function substitutesOf(stack: string): string[] {
  const file = substitutesFile(checkout, stack);
  return existsSync(file) ? Object.values(readSubstitutes(file)) : [];
}

/**
 * Removes containers and networks that a killed engine created without noting it down: the next `up` would meet their
 * names, or make a second network of the same name. Volumes and images are found again by name.
 * @param id the id in the stack's state, which they carry; undefined for a state from before stacks had ids, whose objects have none
 */
export async function removeLeftovers(
  pending: PendingCreate[],
  stack: string,
  id: string | undefined,
  host: Partial<DockerHost>,
): Promise<void> {
  const docker = connectDocker(host);
  for (const { type, objectName } of pending) {
    if (objectName === undefined) continue;
    if (type === "docker:index/container:Container") {
      const [found] = await docker.listContainers({
        all: true,
        filters: filters(objectName, stack),
      });
      if (found?.Names.includes(`/${objectName}`) && found.Labels[stackIdLabel] === id) {
        await docker.getContainer(found.Id).remove({ force: true });
      }
    }
    if (type === "docker:index/network:Network") {
      const found = await docker.listNetworks({ filters: filters(objectName, stack) });
      for (const { Id, Name, Labels } of found) {
        if (Name === objectName && Labels?.[stackIdLabel] === id) {
          await docker.getNetwork(Id).remove();
        }
      }
    }
  }
}

function filters(name: string, stack: string): { name: string[]; label: string[] } {
  return { name: [name], label: [`${stackLabel}=${stack}`] };
}

/**
 * Docker knows a volume only by its name: one that was removed by hand and created again by another stack of this name would be deleted
 * instead.
 * @throws Failure where a volume that the state names carries the id of another stack, and where the engine does not answer
 */
export async function refuseForeignVolumes(
  stack: string,
  { resources }: State,
  host: Partial<DockerHost>,
): Promise<void> {
  const volumes = resources.filter(
    ({ type, retainOnDelete }) => type === "docker:index/volume:Volume" && !retainOnDelete,
  );
  if (volumes.length === 0) return;
  const found = await volumesOn(host);
  const foreign = volumes.filter(({ outputs = {} }) => {
    const volume = found.find(({ Name }) => Name === outputs.name);
    return volume !== undefined && idIn(outputs.labels) !== volume.Labels?.[stackIdLabel];
  });
  if (foreign.length === 0) return;
  const lines = foreign.map(
    ({ outputs, urn }) =>
      `  ${String(outputs?.name)}\n    pulumi state delete --target-dependents '${urn}' --stack ${stack}`,
  );
  throw refusal(
    `These volumes were made by another stack, and would be deleted, since they have the names of this one's. ${nothingChanged} Let stack ${stack} forget them first:\n${lines.join("\n")}`,
  );
}

async function volumesOn(host: Partial<DockerHost>) {
  try {
    return (await connectDocker(host).listVolumes()).Volumes ?? [];
  } catch (error) {
    const { message, fix } = hostFault(stackAddress(host), error);
    throw new Failure(
      [`The stack's Docker host: ${message}. ${nothingChanged}`, fix ?? []].flat().join("\n  "),
    );
  }
}

/** Removes images from a stack's engine, except those that the containers of other stacks still run. */
export async function removeImages(references: string[], host: Partial<DockerHost>): Promise<void> {
  const docker = connectDocker(host);
  for (const reference of references) {
    try {
      await docker.getImage(reference).remove();
    } catch (error) {
      const { statusCode } = error as { statusCode?: number };
      // 404: it is gone already. 409: a container runs it.
      if (statusCode !== 404 && statusCode !== 409) throw error;
    }
  }
}
