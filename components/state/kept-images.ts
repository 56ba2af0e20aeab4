import type { SharedDescription } from "../model/description";
import * as pulumi from "@pulumi/pulumi";
import { Deletion } from "../model/environment";
import { DescriptionError, type Problem } from "../core/problems";
import { imageHolder, imageHoldersAmong, type Candidate, type ImageHolder } from "./image-holders";
import type { StandingResource } from "./standing";

/**
 * Variable of the environment that names the resources, with commas between them, whose replacement or deletion is agreed to;
 * `wharf up --replace-images` sets it. It holds for one run.
 */
export const replaceImagesVariable = "WHARF_REPLACE_IMAGES";

/**
 * Variable of the environment that names the volume that an earlier stack of the name kept and this one is to take over with the
 * images in it; `wharf up --take-over` sets it. It holds for one run.
 */
export const takeOverVariable = "WHARF_TAKE_OVER";

/** Names of the resources whose replacement or deletion is agreed to. */
export function agreedTo(told = process.env[replaceImagesVariable]): Set<string> {
  return new Set((told ?? "").split(",").filter((name) => name !== ""));
}

/** What a run would do to a resource that images depend on. */
export interface ImageLoss {
  /** Name within the stack, as `wharf preview` has it. */
  name: string;
  holder: ImageHolder;
  fate: "replaced" | "deleted";
  /** What forces it, as `driverOpts` or `driverOpts (from A to B)`; none where the description no longer has the resource. */
  causes: string[];
  /** Whether the engine refuses it, whoever agrees. */
  protect?: boolean;
  /** Whether the stack leaves the old one behind, so that the platform refuses the new one, whoever agrees. */
  retained?: boolean;
}

/** The problem of a plan that images would be lost by. */
export function lossProblem(
  { name, holder, fate, causes, protect, retained }: ImageLoss,
  stack: string,
): Problem {
  const because =
    causes.length > 0
      ? `, since the platform accepts ${causes.join(" and ")} only when it is created`
      : fate === "deleted"
        ? ", since the description no longer has it"
        : "";
  const way = protect
    ? `. It is protected: without the images, set wharf:deletion to force and run up first`
    : retained
      ? `. The stack would leave it behind, and the platform refuses a second one of its name: without the images, set wharf:deletion to force and run up first`
      : "";
  return {
    key: name,
    message: `${holder.noun} would be ${fate}${because}; ${holder.loss}. Put the description back, or copy the images first${way}`,
    fix: agreement(name, stack),
  };
}

/** The command that agrees to the replacement or deletion of a resource. */
export function agreement(name: string, stack: string): string {
  return `npx wharf up --stack ${stack} --replace-images '${name}'   (plain Pulumi: ${replaceImagesVariable}='${name}' pulumi up)`;
}

/**
 * Creates a registry only if what holds the images of the deployed one stays: nothing is registered with the engine before all of
 * it has been checked.
 * @param name of the component: another registry of the program keeps its own
 * @param existing resources of the stack's state
 * @param others what speaks against it besides
 * @param create makes the registry under these options
 * @throws DescriptionError with all of that
 */
export function keepingImages<Registry>(
  name: string,
  existing: readonly StandingResource[],
  args: SharedDescription,
  others: readonly Problem[],
  create: (opts: pulumi.ComponentResourceOptions) => Registry,
): Registry {
  const standing = imageHoldersAmong(existing).filter(({ component }) => component === name);
  const described: Candidate[] = [];
  let open: (nothing: pulumi.Resource[]) => void = () => undefined;
  const registry = create({
    // The component's parts wait for it, and it waits for this.
    dependsOn: new Promise<pulumi.Resource[]>((resolve) => (open = resolve)),
    transformations: [
      ({ type, name: part, props }) => {
        const candidate = { type, name: part, properties: props as Record<string, unknown> };
        if (imageHolder(candidate, name) !== undefined) described.push(candidate);
        return undefined;
      },
    ],
  });
  const agreed = agreedTo();
  const losses = imageLosses(
    standing.filter(({ name }) => !agreed.has(name)),
    described,
    existing,
    args,
  );
  const problems = [...others, ...losses.map((loss) => lossProblem(loss, args.stack))];
  if (problems.length > 0) {
    throw new DescriptionError(`The description of stack ${args.stack}`, problems);
  }
  open([]);
  return registry;
}

/**
 * What of a component's images a description would lose.
 * @param standing what holds images in the state
 * @param described what the description registers
 * @param all every resource in the state
 */
export function imageLosses(
  standing: readonly (Candidate & { holder: ImageHolder })[],
  described: readonly Candidate[],
  all: readonly Candidate[],
  args: Pick<SharedDescription, "deletion">,
): ImageLoss[] {
  return standing.flatMap((one) => lossOf(one, described, all, args) ?? []);
}

function lossOf(
  { type, name, properties = {}, holder }: Candidate & { holder: ImageHolder },
  described: readonly Candidate[],
  all: readonly Candidate[],
  { deletion }: Pick<SharedDescription, "deletion">,
): ImageLoss | undefined {
  const loss = { name, holder, protect: deletion === Deletion.Protect };
  const now = described.find((one) => one.type === type && one.name === name);
  if (now === undefined) {
    // What is to stay is only removed from the state.
    return deletion === Deletion.Retain ? undefined : { ...loss, fate: "deleted", causes: [] };
  }
  const given = givenValues(holder, described, all);
  const causes = holder.createOnly.flatMap((path) => {
    const before = at(properties, path);
    const after = at(now.properties ?? {}, path) ?? configured(holder, path);
    const removed = holder.removed?.includes(path) === true && isNothing(after);
    const same = removed ? isNothing(before) : isSame(path, before, after, given);
    return same ? [] : [cause(path, before, after)];
  });
  if (causes.length === 0) return undefined;
  const retained = deletion === Deletion.Retain && holder.unique === true;
  return { ...loss, fate: "replaced", causes, retained };
}

/**
 * What resources of the stack have given to a create-only property; undefined where the description registers none that gives one,
 * so that an Output comes from elsewhere.
 */
function givenValues(
  { given }: ImageHolder,
  described: readonly Candidate[],
  all: readonly Candidate[],
): unknown[] | undefined {
  if (given === undefined || !described.some(({ type }) => given.type.test(type))) return undefined;
  return all
    .filter(({ type }) => given.type.test(type))
    .map(({ properties = {} }) => given.value(properties));
}

function configured({ configured: keys }: ImageHolder, path: string): string | undefined {
  const [namespace, key] = keys?.[path]?.split(":") ?? [];
  return namespace === undefined || key === undefined
    ? undefined
    : new pulumi.Config(namespace).get(key);
}

function cause(path: string, before: unknown, after: unknown): string {
  const words = [before, after].map((value) =>
    pulumi.Output.isInstance(value) ? "another resource's" : (JSON.stringify(value) ?? "nothing"),
  );
  return `${path} (from ${words.join(" to ")})`;
}

/**
 * Whether a property keeps its value. What the description leaves out the platform has chosen, and keeps. What comes from another
 * resource counts as unchanged where that resource gave it before, since it is checked itself.
 * @param given values that resources of the stack give now; undefined where any value may come from one
 */
function isSame(
  path: string,
  before: unknown,
  after: unknown,
  given: readonly unknown[] | undefined,
): boolean {
  if (isNothing(after)) return true;
  if (pulumi.Output.isInstance(after) || after instanceof Promise) {
    return given === undefined ? !isNothing(before) : given.includes(before);
  }
  if (Array.isArray(after)) {
    return (
      Array.isArray(before) &&
      before.length === after.length &&
      after.every((value, index) => isSame(path, before[index], value, given))
    );
  }
  if (typeof after === "object" && after !== null) {
    return (
      typeof before === "object" &&
      before !== null &&
      Object.entries(after).every(([key, value]) =>
        isSame(path, (before as Record<string, unknown>)[key], value, given),
      )
    );
  }
  // Azure returns either a location's name or its display name.
  return path === "location" ? normal(before) === normal(after) : before === after;
}

function isNothing(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return true;
  return typeof value === "object" &&
    !pulumi.Output.isInstance(value) &&
    !(value instanceof Promise)
    ? Object.keys(value).length === 0
    : false;
}

function normal(location: unknown): string {
  return String(location).toLowerCase().replaceAll(" ", "");
}

/** The value at a path such as `spec.hostPath`. */
function at(properties: Record<string, unknown>, path: string): unknown {
  let value: unknown = properties;
  for (const key of path.split(".")) {
    value =
      typeof value === "object" && value !== null
        ? (value as Record<string, unknown>)[key]
        : undefined;
  }
  return value;
}
