import type { SharedDescription } from "../../model/description";
import type { Problem } from "../../core/problems";
import { takeOverVariable } from "../../state/kept-images";

import { lostState, stackIdsAmong } from "../../state/stack-id";
import type { StandingResource } from "../../state/standing";
import { idIn, stackIdLabel, stackLabel } from "../labels";

/** An object of the Docker host that has a name which the stack would give. */
export interface NamedObject {
  kind: "container" | "network" | "volume";
  name: string;
  /** Docker's own identifier; of a volume its name. */
  id: string;
  labels: Record<string, string>;
}

/** Type token of each kind in a state. */
const types: Record<NamedObject["kind"], string> = {
  container: "docker:index/container:Container",
  network: "docker:index/network:Network",
  volume: "docker:index/volume:Volume",
};

/** Name of the volume that holds a stack's images. */
export function dataVolumeName({ namePrefix }: Pick<SharedDescription, "namePrefix">): string {
  return `${namePrefix}-data`;
}

/** The objects that have a name which the stack gives. */
export function namedAlike(
  objects: NamedObject[],
  {
    pullThroughCaches: caches,
    namePrefix,
  }: Pick<SharedDescription, "pullThroughCaches" | "namePrefix">,
): NamedObject[] {
  const prefix = namePrefix;
  const delivered = ["settings", "users", "redis-settings"];
  const servers = ["registry", "redis"];
  const cached = caches.map(({ name }) => `cache-${name}`);
  const names: Record<NamedObject["kind"], string[]> = {
    container: [...servers, ...delivered, ...cached, ...cached.map((name) => `${name}-settings`)],
    network: [],
    volume: [
      "data",
      "directory",
      ...delivered,
      ...cached.flatMap((name) => [`${name}-settings`, `${name}-data`]),
    ],
  };
  return objects.filter(({ kind, name }) =>
    kind === "network" ? name === prefix : names[kind].some((part) => name === `${prefix}-${part}`),
  );
}

/**
 * What exists on the Docker host under the stack's names and is not its own: it would be taken over, or be in the way half-way
 * through.
 * @param alike what has a name which the stack gives
 * @param standing what the stack's state holds
 */
export function ownerProblems(
  alike: NamedObject[],
  standing: StandingResource[],
  args: SharedDescription,
): Problem[] {
  const others = alike.filter((object) => !isOwn(object, standing));
  const told = process.env[takeOverVariable];
  const kept = others.filter((object) => isKept(object, args));
  const foreign = others.filter((object) => !kept.includes(object));
  // While another stack of the name exists, its images are not available.
  if (foreign.length > 0) return foreignProblems(others, args);
  return kept.filter(({ name }) => name !== told).map((volume) => keptProblem(volume, args));
}

/**
 * Whether an object is of the stack with that state: it carries the id in it. One from before stacks had ids carries none, and a
 * volume that was taken over that of an earlier stack: they are the stack's where its state names them.
 */
export function isOwn(object: NamedObject, standing: StandingResource[]): boolean {
  const id = object.labels[stackIdLabel];
  if (id !== undefined && stackIdsAmong(standing).includes(id)) return true;
  return standing.some(
    ({ type, properties }) =>
      type === types[object.kind] &&
      properties.name === object.name &&
      // Docker knows a volume only by its name: one that another stack created under it has that one's id.
      (object.kind === "volume"
        ? idIn(properties.labels) === id
        : id === undefined && [undefined, object.id].includes(properties.id as string)),
  );
}

/** Whether an object is a volume with images that an earlier stack of the name kept. */
function isKept({ kind, name, labels }: NamedObject, args: SharedDescription): boolean {
  return kind === "volume" && name === dataVolumeName(args) && labels[stackLabel] === args.stack;
}

function keptProblem({ name, labels }: NamedObject, { stack }: SharedDescription): Problem {
  const id = labels[stackIdLabel];
  return {
    key: `volume ${name}`,
    message: `holds the images of an earlier stack ${stack}${id === undefined ? "" : ` (${stackIdLabel}=${id})`}. Use it again with the images in it, under new passwords and a new CA, or delete it with them: docker volume rm ${name}`,
    fix: takeOverCommand(name, stack),
  };
}

/** The command by which a stack takes a volume over that an earlier one of its name kept. */
export function takeOverCommand(volume: string, stack: string): string {
  return `npx wharf up --stack ${stack} --take-over ${volume}   (plain Pulumi: ${takeOverVariable}=${volume} pulumi up)`;
}

/** One problem for each owner, with all that is its. */
function foreignProblems(foreign: NamedObject[], args: SharedDescription): Problem[] {
  const { stack } = args;
  const owners = [...new Set(foreign.map(ownerOf))];
  return owners.map((owner) => {
    const objects = foreign.filter((object) => ownerOf(object) === owner);
    const names = objects.map(({ kind, name }) => `${kind} ${name}`).join(", ");
    return {
      key: `stack ${stack}`,
      message: `the engine has ${names} of ${owner}, and this stack would take these names: ${lostState("them")}. Otherwise choose another name for this stack, or remove them if nobody needs them: ${removal(objects.filter((object) => !isKept(object, args)))}`,
      fix: `cp Pulumi.${stack}.yaml Pulumi.${stack}-2.yaml && npx wharf up --stack ${stack}-2`,
    };
  });
}

/** Whose an object is, as far as its labels tell. */
function ownerOf({ labels }: NamedObject): string {
  const name = labels[stackLabel];
  if (name === undefined) return "an unknown owner, without a stack's label";
  const id = labels[stackIdLabel];
  return id === undefined
    ? `another stack ${name} without an id`
    : `another stack ${name} (${stackIdLabel}=${id})`;
}

function removal(objects: NamedObject[]): string {
  const names = (kind: NamedObject["kind"]) =>
    objects.filter((object) => object.kind === kind).map(({ name }) => name);
  const commands = {
    "docker rm --force": names("container"),
    "docker network rm": names("network"),
    "docker volume rm": names("volume"),
  };
  return Object.entries(commands)
    .filter(([, given]) => given.length > 0)
    .map(([command, given]) => `${command} ${given.join(" ")}`)
    .join(" && ");
}
