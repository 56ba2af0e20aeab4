import * as pulumi from "@pulumi/pulumi";
import { readFileSync } from "node:fs";
import { sdkClass } from "./sdk-class";

/** A resource that Wharf has registered: what the benchmark has read from a preview of Wharf's. */
interface Registered {
  urn: string;
  type: string;
  inputs: Record<string, unknown>;
  protect: boolean;
  retainOnDelete: boolean;
  /** URNs of what it waits for, beside what its inputs are made from. */
  dependsOn: string[];
  /** URNs of what an input is made from, by the input's name. */
  madeFrom: Record<string, string[]>;
}

/** What stands in a preview for a value that is not known yet: UnknownStringValue of the engine's plugin package. */
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

// Every resource by the class of its SDK, with the arguments that it has in Wharf's stack. What they are made from is waited for
// as one would by hand; there is no description, no check, no component, and there are no outputs.
const registered = JSON.parse(readFileSync("resources.json", "utf8")) as Registered[];
const made = new Map<string, pulumi.CustomResource>();

const inputsOf = new Map(registered.map(({ urn, inputs }) => [urn, inputs]));

/** A value as one writes it by hand: as the property of another resource that it is, or made from what it waits for. */
function inputOf(value: unknown, urns: string[]): unknown {
  const [first] = urns;
  const source = made.get(first ?? "");
  if (first === undefined || source === undefined) return value;
  const [property] =
    Object.entries(inputsOf.get(first) ?? {}).find(([, given]) => given === value) ?? [];
  if (property !== undefined) return (source as unknown as Record<string, unknown>)[property];
  if (JSON.stringify(value).includes(unknown)) return withUnknown(value, source.id);
  // A resource's URN is known at once, so that the value is, too.
  return pulumi.all(urns.flatMap((urn) => made.get(urn)?.urn ?? [])).apply(() => value);
}

/** A value whose unknown parts are an output that is not known yet. */
function withUnknown(value: unknown, output: pulumi.Output<unknown>): unknown {
  if (value === unknown) return output;
  if (Array.isArray(value)) return value.map((part) => withUnknown(part, output));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, withUnknown(part, output)]),
  );
}

for (const { urn, type, inputs, protect, retainOnDelete, ...rest } of registered) {
  const Resource = sdkClass(type);
  const args = Object.entries(inputs).map(([name, value]) => [
    name,
    inputOf(value, rest.madeFrom[name] ?? []),
  ]);
  const dependsOn = rest.dependsOn.flatMap((each) => made.get(each) ?? []);
  const name = urn.split("::").at(-1) ?? "";
  made.set(
    urn,
    new Resource(name, Object.fromEntries(args) as pulumi.Inputs, {
      protect,
      retainOnDelete,
      dependsOn,
    }),
  );
}
