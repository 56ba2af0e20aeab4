import type { SharedDescription } from "../model/description";
import * as pulumi from "@pulumi/pulumi";
import type { Candidate } from "./image-holders";
import type { Remembered } from "../model/lab";

/** What the state of a stack says of its last `up`, as far as the next one asks; empty for a new stack. */
export interface StandingOutputs extends Remembered {
  target?: string;
  /** US dollars for 30 days, by the description of that `up`. */
  monthlyCost?: number;
  /** Where the images are, see `imagesPlace`; undefined where the platform has them, and in a state from before it was noted. */
  images?: string;
}

/** The running stack in full, as the backend names it. */
const fullName = (stack: string) => `${pulumi.getOrganization()}/${pulumi.getProject()}/${stack}`;

/** The running stack's own outputs as they were before this run. */
export async function standingOutputs({
  stack,
}: Pick<SharedDescription, "stack">): Promise<StandingOutputs> {
  // The engine's own call behind pulumi.StackReference, which would leave a resource of itself in the state.
  const { outputs } = (await pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", {
    name: fullName(stack),
  })) as { outputs: StandingOutputs };
  return outputs;
}

/** A resource of the running stack as its state had it before this run; its properties are its outputs. */
export interface StandingResource extends Required<Candidate> {
  urn: string;
}

/** Every resource in the running stack's state as it was before this run, finished or not. */
export async function standingResources({
  stack,
}: Pick<SharedDescription, "stack">): Promise<StandingResource[]> {
  const { outputs } = (await pulumi.runtime.invoke("pulumi:pulumi:readStackResourceOutputs", {
    stackName: fullName(stack),
  })) as { outputs: Record<string, { type: string; outputs?: Record<string, unknown> }> };
  return Object.entries(outputs).map(([urn, { type, outputs: properties = {} }]) => ({
    urn,
    type,
    properties,
    name: urn.slice(urn.lastIndexOf("::") + 2),
  }));
}
