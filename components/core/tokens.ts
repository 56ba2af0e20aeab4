import type * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import type { Path } from "./fields";

/** A token within a longer text. */
export const tokens = /wharf-(?:input|place)-[a-z0-9-]+?-end/g;
const token = /^wharf-(?:input|place)-[a-z0-9-]+?-end$/;

/** Whether a text stands for an Output that is not known yet, which no rule can look into. */
export function isToken(value: unknown): boolean {
  return typeof value === "string" && token.test(value);
}

/**
 * A text of a description in whose place a component takes an Output. The schema lets a token pass; whatever looks at the text
 * asks `isToken` first, or runs once it is known.
 */
export function inputOf<Schema extends z.ZodType>(schema: Schema): Schema {
  const marked = schema.meta({ ...schema.meta(), input: true }) as Schema;
  const { run } = marked._zod;
  marked._zod.run = (payload, context) =>
    isToken(payload.value) ? payload : run.call(marked._zod, payload, context);
  return marked;
}

/** The Outputs of a component's args, by the tokens that stand for them; see `Inputs`. */
export interface TakenInputs {
  /** The token of an Output at `path`; a plain value as it is. */
  take<Value>(path: Path, value: pulumi.Input<Value>): Value;
  /**
   * The token of where a provider works, such as its region: letters, digits, `-`, `.` and `:`, which no text has to escape, so that
   * it may stand within one.
   */
  takePlace(path: Path, value: pulumi.Input<string>): string;
  /** What is made of values, tokens among them, once all of them are known. */
  resolved<Values, Made>(
    values: Values,
    make: (known: Values) => pulumi.Input<Made>,
  ): pulumi.Input<Made>;
  /** What a person or a client reads, a text or several, with the values in the places of their tokens. */
  text<Value>(value: pulumi.Input<Value>): pulumi.Output<Value>;
  /** Puts the Outputs back into the inputs of every resource of a component. */
  readonly transformation: pulumi.ResourceTransformation;
}

/**
 * What is made of values of a description, once the Outputs in them are known; at once where there are none, as in every stack that
 * is described by its config.
 * @param values a description, a part of one, or several in a list
 */
export function resolved<Values, Made>(
  { inputs }: { inputs?: TakenInputs },
  values: Values,
  make: (known: Values) => pulumi.Input<Made>,
): pulumi.Input<Made> {
  return inputs === undefined ? make(values) : inputs.resolved(values, make);
}

/** What a person or a client reads of a registry, with the values in the places of their tokens. */
export function told<Value>(
  { inputs }: { inputs?: TakenInputs },
  value: pulumi.Output<Value>,
): pulumi.Output<Value> {
  return inputs === undefined ? value : inputs.text(value);
}
