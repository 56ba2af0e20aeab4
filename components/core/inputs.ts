import * as pulumi from "@pulumi/pulumi";
import type { Path } from "./fields";
import { tokens, type TakenInputs } from "./tokens";

// A description is checked, and decides which resources there are, before any Output is known. So a component's args are taken
// apart: a token, a text that nothing else holds, stands for each Output while the description is checked and the resources are
// laid out, and the Outputs are put back where a resource takes the value. A text that is made of several values, such as a policy,
// is made again once they are known (`Inputs.resolved`), since in JSON or YAML a value may need escaping, and lists are sorted.

/** The Outputs of a component's args, by the tokens that stand for them in its description. */
export class Inputs implements TakenInputs {
  private readonly outputs = new Map<string, pulumi.Output<unknown>>();

  /** The token of an Output at `path`, the same at every run; a plain value as it is. */
  take<Value>(path: Path, value: pulumi.Input<Value>): Value {
    return this.taken("input", path, value);
  }

  /** The token of where a provider works, which may stand within a text. */
  takePlace(path: Path, value: pulumi.Input<string>): string {
    return this.taken("place", path, value);
  }

  private taken<Value>(kind: string, path: Path, value: pulumi.Input<Value>): Value {
    if (!pulumi.Output.isInstance(value) && !(value instanceof Promise)) return value as Value;
    const place = path.map((part) =>
      String(part)
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, "-"),
    );
    // Children are named by a token, so that it must not change with the other args.
    // A token ends at its first `-end`, which a part such as `endpoint` must not be taken for.
    const begin = `wharf-${kind}-${place.join("-").replaceAll("-end", "-e-nd")}`;
    const taken = [...this.outputs.keys()].filter((one) => one.startsWith(`${begin}-`)).length;
    const made = taken === 0 ? `${begin}-end` : `${begin}-${taken}-end`;
    this.outputs.set(made, pulumi.output(value));
    return made as Value;
  }

  /** A value with a token for each Output in it, however deep; a key that says nothing, `{ region: undefined }`, is left out. */
  takeAll(path: Path, value: unknown): unknown {
    const taken = this.take(path, value as pulumi.Input<unknown>);
    if (Array.isArray(taken)) return taken.map((part, i) => this.takeAll([...path, i], part));
    if (!isBlock(taken)) return taken;
    return Object.fromEntries(
      Object.entries(taken).flatMap(([key, part]) =>
        part === undefined ? [] : [[key, this.takeAll([...path, key], part)]],
      ),
    );
  }

  /**
   * What is made of values, tokens among them, once all of them are known; at once, and as it is, where there are none.
   * @param values a description, a part of one, or several in a list
   */
  resolved<Values, Made>(
    values: Values,
    make: (known: Values) => pulumi.Input<Made>,
  ): pulumi.Input<Made> {
    const needed = this.within(values);
    if (needed.length === 0) return make(values);
    return pulumi.all(needed.map((one) => this.outputs.get(one))).apply((known) => {
      const byToken = new Map(needed.map((one, i) => [one, known[i]]));
      return make(
        replaced(values, (text) => (byToken.has(text) ? byToken.get(text) : text)) as Values,
      );
    }) as pulumi.Input<Made>;
  }

  /** What a person or a client reads, a text or several, with the values in the places of their tokens. */
  text<Value>(value: pulumi.Input<Value>): pulumi.Output<Value> {
    return pulumi.output(value).apply((known) => {
      const needed = this.within(known);
      return pulumi
        .all(needed.map((one) => this.outputs.get(one)))
        .apply(
          (values) =>
            replaced(known, (text) =>
              needed.reduce((filled, one, i) => filled.replaceAll(one, String(values[i])), text),
            ) as Value,
        );
    }) as unknown as pulumi.Output<Value>;
  }

  /**
   * Puts the Outputs back into the inputs of every resource of a component.
   * @throws Error where a token stands within a longer text, which should have been made by `resolved`: a fault of Wharf's own
   */
  readonly transformation: pulumi.ResourceTransformation = ({ props, opts, type, name }) => {
    const filled = (value: unknown, path: Path): unknown => {
      if (pulumi.Output.isInstance(value)) {
        return value.apply((known: unknown) =>
          this.within(known).length === 0 ? known : filled(known, path),
        );
      }
      if (typeof value === "string") {
        const output = this.outputs.get(value);
        if (output !== undefined) return output;
        const inside = value.match(tokens) ?? [];
        if (inside.length === 0) return value;
        if (inside.some((one) => !one.startsWith("wharf-place-"))) {
          throw new Error(`${type} ${name}: ${path.join(".")} holds a value that is not known yet`);
        }
        return this.text(value);
      }
      if (Array.isArray(value)) return value.map((part, i) => filled(part, [...path, i]));
      if (!isBlock(value)) return value;
      return Object.fromEntries(
        Object.entries(value).map(([key, part]) => [key, filled(part, [...path, key])]),
      );
    };
    return { props: filled(props, []) as pulumi.Inputs, opts };
  };

  /** The tokens in a value. */
  private within(value: unknown): string[] {
    const found = new Set<string>();
    replaced(value, (text) => {
      for (const one of text.match(tokens) ?? []) if (this.outputs.has(one)) found.add(one);
      return text;
    });
    return [...found];
  }
}

/** The value with every text in it replaced; what is not a plain list or block stays the same object. */
function replaced(value: unknown, replace: (text: string) => unknown): unknown {
  if (typeof value === "string") return replace(value);
  if (Array.isArray(value)) return value.map((part) => replaced(part, replace));
  if (!isBlock(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [replace(key), replaced(part, replace)]),
  );
}

function isBlock(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype
  );
}
