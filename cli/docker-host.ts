import { existsSync, mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { nothingChanged } from "../components/description/problems";
import { readSubstitutes, substitutesFile } from "../components/description/substitutes";
import { idIn, stackIdLabel, stackLabel } from "../components/docker/labels";
import { findDockerEngine } from "../offline/docker-engine";
import { connectDocker } from "../offline/docker-host";
import { localImages, type Images } from "../offline/images";
import { writeWhole } from "../offline/whole-file";
import { checkout } from "./checkout";
import type { Essentials } from "./description";
import type { Progress } from "./progress";
import { refusal } from "./failure";
import type { PendingCreate } from "./recovery";
import type { State } from "./state";

/** Whether the registry is to run on this machine's Docker engine, which Wharf then sees to. */
export function runsHere<Place extends { target: string | undefined; dockerHost?: string }>(
  place: Place | undefined,
): place is Place {
  if (place === undefined) return false;
  const { target, dockerHost = process.env.DOCKER_HOST } = place;
  return target === "docker" && (dockerHost === undefined || dockerHost.startsWith("unix:"));
}

/**
 * Sees to it that this machine's Docker engine runs and has the images, or can pull them.
 * @throws OfflineError where there is no engine, or an image can be neither pulled nor built
 */
export async function prepareDocker(
  stack: string,
  { images }: Essentials,
  progress: Progress,
): Promise<void> {
  const { fit } = await findDockerEngine(progress);
  // The program says why not, together with all else that is wrong.
  if (!fit) return substituteImages(stack);
  substituteImages(stack, images, (await localImages(images, progress)) ?? {});
}

/** Tells the program which images of this machine run in place of those that it cannot pull; none takes back what was told. */
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
): Promise<void> {
  const docker = connectDocker();
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
 * Docker knows a volume by its name alone: one that was removed by hand and made anew by another stack of this name would be deleted
 * in place of the own one.
 * @throws Failure where a volume that the state names carries the id of another stack
 */
export async function refuseForeignVolumes(stack: string, { resources }: State): Promise<void> {
  const volumes = resources.filter(
    ({ type, retainOnDelete }) => type === "docker:index/volume:Volume" && !retainOnDelete,
  );
  if (volumes.length === 0) return;
  const found = (await connectDocker().listVolumes()).Volumes ?? [];
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
    `These volumes were made by another stack, and would be deleted by their names. ${nothingChanged} Let stack ${stack} forget them first:\n${lines.join("\n")}`,
  );
}

/** Removes images from this machine's engine, but for those that the containers of other stacks still run. */
export async function removeImages(references: string[]): Promise<void> {
  const docker = connectDocker();
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
