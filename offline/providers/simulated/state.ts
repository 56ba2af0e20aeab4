import type { JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { readStruct, unknownString, type Values } from "../values";
import { renderAll, renderText, type Sources } from "./template";
import type { SimulatedType } from "./type";

/** A resource as it will be or is. */
export interface Simulated {
  /** Undefined while something that it is made from is not known. */
  id: string | undefined;
  /** Every property as the engine takes it. */
  raw: Record<string, JavaScriptValue>;
  /** Every property as a plain value. */
  values: Values;
}

/** The inputs with what the platform adds where the program gives nothing. */
export function withDefaults(
  type: SimulatedType,
  urn: string,
  inputs: Struct | undefined,
  settings: Values,
): Sources {
  const raw = { ...inputs?.toJavaScript() } as Sources["raw"];
  const values = readStruct(inputs);
  for (const note of ["__defaults", ...Object.keys(raw).filter((name) => raw[name] === null)]) {
    delete raw[note];
    delete values[note];
  }
  const missing = Object.entries(type.defaults ?? {}).filter(([name]) => !(name in values));
  const sources = { raw, values, settings, seed: "" };
  renderAll(Object.fromEntries(missing), sources);
  // A replacement differs in one of these, and is another object with other identifiers.
  const identity = (type.replaces ?? []).map((path) => String(JSON.stringify(at(values, path))));
  return { ...sources, seed: [urn, ...identity].join("\0") };
}

/** The resource that these inputs make: a function only of them, of its URN and of the settings. */
export function simulate(
  type: SimulatedType,
  urn: string,
  inputs: Struct | undefined,
  settings: Values,
): Simulated {
  const sources = withDefaults(type, urn, inputs, settings);
  const id = renderText(type.id, sources);
  if (id !== undefined) {
    sources.values.id = id;
  }
  renderAll(type.outputs ?? {}, sources);
  return { id, raw: sources.raw, values: sources.values };
}

/** What the preview of a creation knows of the resource: nothing that the platform decides. */
export function foresee(
  type: SimulatedType,
  urn: string,
  inputs: Struct | undefined,
  settings: Values,
): Record<string, JavaScriptValue> {
  const { raw } = withDefaults(type, urn, inputs, settings);
  for (const name of Object.keys(type.outputs ?? {})) {
    if (!name.includes(".")) {
      raw[name] = unknownString;
    }
  }
  return raw;
}

/** The value at a path such as `a.b`. */
export function at(values: Values, path: string): Values[string] | undefined {
  let value: Values[string] | undefined = values;
  for (const key of path.split(".")) {
    value =
      typeof value === "object" && value !== null && !Array.isArray(value) ? value[key] : undefined;
  }
  return value;
}
