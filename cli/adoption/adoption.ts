import type { PulumiFn } from "@pulumi/pulumi/automation";
import * as pulumi from "@pulumi/pulumi";
import { nothingChanged } from "../../components/core/problems";
import { imageHoldersAmong } from "../../components/state/image-holders";
import { refusal } from "../failure";
import type { PlannedStep } from "../stack/planned-losses";
import { resourceName } from "../stack/state";
import { command, type OpenStack } from "../stack/stack";
import type { Session } from "../ui/session";
import { type ExistingResource, lookUp, type LookedAt } from "./existing";

/**
 * Imports what exists into the stack's state, under the parents and by the providers that the program gives it, and touches nothing
 * else: the engine reads each by its ID and keeps what it reads, also where the description has it otherwise. The next `up` changes
 * what differs.
 */
export async function importAll(
  open: OpenStack,
  existing: readonly ExistingResource[],
  session: Session,
): Promise<void> {
  const target = [...new Set(existing.flatMap(({ urn, parents }) => [...parents, urn]))];
  // From here on the stack is not to be forgotten.
  open.created = false;
  session.progress.start("import");
  await session.follow(open, nothingChanged, ({ program, ...run }) =>
    open.stack.up({ ...run, target, program: importing(program, existing) }),
  );
  const count =
    existing.length === 1 ? "1 existing resource is" : `${existing.length} existing resources are`;
  session.progress.done("import", `${count} in stack ${open.name}, unchanged`);
}

/**
 * The program, except that the engine imports what exists in place of creating it. Each is described as it is, so that it depends on
 * nothing that is not in the state yet: a state with such a resource would be invalid.
 */
function importing(program: PulumiFn, existing: readonly ExistingResource[]): PulumiFn {
  return async () => {
    pulumi.runtime.registerStackTransformation(({ type, name, props, opts }) => {
      const found = existing.find((one) => one.type === type && one.name === name);
      if (found === undefined) return undefined;
      const described = Object.keys(props as Record<string, unknown>).map((property) => [
        property,
        found.properties[property],
      ]);
      return {
        props: Object.fromEntries(described) as pulumi.Inputs,
        opts: { ...opts, import: found.id, ignoreChanges: ["*"], dependsOn: [] },
      };
    });
    return program();
  };
}

/**
 * What a plan would create although it exists: the repositories that `down` kept with all that belongs to them. It asks the platform only
 * where the plan creates something that holds images. What cannot be asked is told, and left to the platform to refuse.
 * @throws Failure where some of it is not this stack's by its labels
 */
export async function keptByEarlierStack(
  open: LookedAt,
  steps: readonly PlannedStep[],
  session: Session,
): Promise<ExistingResource[]> {
  const created = steps
    .filter(({ op }) => op === "create")
    .map((step) => ({ type: step.type, name: resourceName(step), properties: step.new?.inputs }));
  if (!imageHoldersAmong(created).some(({ type }) => /^(aws|gcp|azure-native):/.test(type)))
    return [];
  session.progress.start("lookup", "whether any of it exists already");
  const { existing, faults } = await lookUp(open, steps, session);
  session.progress.clear();
  const [fault] = faults;
  if (fault !== undefined) {
    session.progress.line(`Whether all of it is new is not known: ${fault}`);
  }
  refuseForeign(open.name, existing);
  const others = existing.filter(({ owner }) => owner === undefined);
  if (others.length === 0) return existing;
  throw refusal(
    `${others.map(lineOf).join("\n")}\n${others.length === 1 ? "It exists" : "They exist"} already, and no label says that stack ${open.name} created ${others.length === 1 ? "it" : "them"}. ${nothingChanged} To take ${others.length === 1 ? "it" : "them"} into the stack with the images: ${command("adopt", open.name)}. Else choose other names.`,
  );
}

/** @throws Failure where something that exists is labelled with the name of another stack */
export function refuseForeign(stack: string, existing: readonly ExistingResource[]): void {
  const foreign = existing.flatMap((one) =>
    one.owner !== undefined && "stack" in one.owner
      ? [`${lineOf(one)} of stack ${one.owner.stack}`]
      : [],
  );
  if (foreign.length === 0) return;
  throw refusal(
    `${foreign.join("\n")}\nThese are another stack's by their labels. ${nothingChanged} Choose other names for stack ${stack}, or another account, project or subscription.`,
  );
}

/** A resource that exists as a line of a list. */
export function lineOf({ type, id }: ExistingResource): string {
  return `  ${type.split(":")[2] ?? type} ${id}`;
}
