import type { StepEventMetadata } from "@pulumi/pulumi/automation";
import { DescriptionError, nothingChanged } from "../../components/core/problems";
import { imageHoldersAmong } from "../../components/state/image-holders";
import { storageName } from "../../components/state/images-place";
import {
  agreedTo,
  lossProblem,
  type ImageLoss,
  replaceImagesVariable,
  takeOverVariable,
} from "../../components/state/kept-images";
import { refusal } from "../failure";
import { resourceName } from "./state";

/** What a command line agrees to beside the description, for the run that it is given to. */
export interface Agreement {
  /** Names of the resources whose replacement or deletion is agreed to, as `wharf preview` has them. */
  replaceImages?: string[];
  /** Name of the volume that an earlier stack of the name kept, to be taken over with the images in it. */
  takeOver?: string;
}

/**
 * Tells the program, which looks at the state and at the platform itself, what is agreed to. By variables of this process, so that
 * it holds for one run and nobody commits it; a plain `pulumi` is told by the same.
 */
export function agree({ replaceImages = [], takeOver }: Agreement): void {
  if (replaceImages.length > 0) process.env[replaceImagesVariable] = replaceImages.join(",");
  if (takeOver !== undefined) process.env[takeOverVariable] = takeOver;
}

/** A step of a plan, as far as it is asked here. */
export type PlannedStep = Pick<
  StepEventMetadata,
  "op" | "urn" | "type" | "old" | "new" | "keys" | "detailedDiff"
>;

const replacing = new Set<string>(["replace", "create-replacement", "delete-replaced"]);

/** What a plan does to resources that images depend on. */
export interface PlannedLosses {
  losses: ImageLoss[];
  /** Names of those that are no longer described and that stay on the platform, since the stack only forgets them. */
  forgotten: string[];
}

/** Reads a plan; a plan of the engine's, so that the providers themselves have said what they replace. */
export function plannedLosses(steps: readonly PlannedStep[]): PlannedLosses {
  const known = steps.map((step) => ({
    ...{ step, type: step.type, name: resourceName(step) },
    properties: step.old?.inputs,
  }));
  const losses = new Map<string, ImageLoss>();
  const forgotten = new Set<string>();
  for (const { name, holder, step } of imageHoldersAmong(known)) {
    const loss = { name, holder, protect: step.old?.protect };
    if (replacing.has(step.op)) {
      const causes = new Set([...(losses.get(step.urn)?.causes ?? []), ...forcing(step)]);
      losses.set(step.urn, { ...loss, fate: "replaced", causes: [...causes] });
    } else if (step.op === "delete") {
      if (step.old?.retainOnDelete === true) forgotten.add(name);
      else losses.set(step.urn, { ...loss, fate: "deleted", causes: [] });
    }
  }
  return { losses: [...losses.values()], forgotten: [...forgotten] };
}

/** The properties by which a resource is replaced; none of any other step. */
export function forcing({ op, keys, detailedDiff }: PlannedStep): string[] {
  if (!replacing.has(op)) return [];
  if (keys != null && keys.length > 0) return keys;
  return Object.entries(detailedDiff ?? {})
    .filter(([, { diffKind }]) => diffKind.endsWith("-replace"))
    .map(([property]) => property);
}

/**
 * Refuses a plan that would lose images.
 * @returns what a person should know of the images in a plan that may be carried out, a line each
 * @throws Failure where the plan replaces or deletes what images depend on and nobody asked for it by name
 */
export function refuseLosses(stack: string, steps: readonly PlannedStep[]): string[] {
  const { losses, forgotten } = plannedLosses(steps);
  const agreed = agreedTo();
  const refused = losses.filter(({ name }) => !agreed.has(name));
  if (refused.length > 0) {
    const { message } = new DescriptionError(
      `The plan for stack ${stack}`,
      refused.map((loss) => lossProblem(loss, stack)),
    );
    throw refusal(message.trimEnd());
  }
  const lost = losses.map(({ name }) => name);
  const idle = [...agreed].find((name) => name !== storageName && !lost.includes(name));
  if (idle !== undefined) {
    throw refusal(
      `--replace-images ${idle}: the plan for stack ${stack} does not replace a resource of that name that holds images. ${nothingChanged}`,
    );
  }
  return [
    ...losses.map(({ name, holder, fate }) => `${name} is ${fate}, as you asked: ${holder.loss}.`),
    ...forgotten.map(
      (name) => `${name} stays on its platform with its images; the stack only forgets it.`,
    ),
  ];
}
