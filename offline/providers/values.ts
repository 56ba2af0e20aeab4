import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";

/** Stands for a value that is only known once another resource has been created (in a preview). */
export const Unknown = Symbol("unknown");

/** A property value as the providers see it: plain data, secrets unwrapped, unknowns as {@link Unknown}. */
export type Value = null | boolean | number | string | typeof Unknown | Value[] | Values;

/** The properties of a resource, or of an object nested in it. */
export interface Values {
  [name: string]: Value;
}

// How the engine writes what JSON cannot say: sdk/go/common/resource/sig and plugin/rpc.go of pulumi/pulumi.
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const outputSignature = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
/** How the engine writes {@link Unknown}. */
export const unknownString = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const unknownSignatures = new Set([
  unknownString,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7", // boolean
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421", // number
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2", // array
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff", // object
]);

/** Reads the properties that the engine sent. Nulls are left out, as they mean "not given". */
export function readStruct(struct: Struct | undefined): Values {
  return struct === undefined ? {} : readObject(struct.toJavaScript());
}

function readObject(raw: Record<string, JavaScriptValue>): Values {
  const values: Values = {};
  for (const [name, value] of Object.entries(raw)) {
    if (value !== null) {
      values[name] = readValue(value);
    }
  }
  return values;
}

function readValue(raw: JavaScriptValue): Value {
  if (typeof raw === "string") {
    return unknownSignatures.has(raw) ? Unknown : raw;
  }
  if (Array.isArray(raw)) {
    return raw.map(readValue);
  }
  if (typeof raw !== "object" || raw === null) {
    return raw;
  }
  const object = raw as Record<string, JavaScriptValue>;
  const signature = object[signatureKey];
  if (signature === secretSignature) {
    return readValue(object.value ?? null);
  }
  if (signature === outputSignature) {
    return object.value === undefined ? Unknown : readValue(object.value);
  }
  return readObject(object);
}

/** Writes properties for the engine. */
export function writeStruct(values: Values): Struct {
  const raw: Record<string, JavaScriptValue> = {};
  for (const [name, value] of Object.entries(values)) raw[name] = writeValue(value);
  return Struct.fromJavaScript(raw);
}

/** Marks a value, as the engine writes it, secret. */
export function markSecret(raw: JavaScriptValue): JavaScriptValue {
  return { [signatureKey]: secretSignature, value: raw };
}

/** Tells whether a value, as the engine writes it, is secret or holds a secret anywhere inside. */
export function carriesSecret(raw: JavaScriptValue | undefined): boolean {
  if (Array.isArray(raw)) {
    return raw.some(carriesSecret);
  }
  if (typeof raw !== "object" || raw === null) {
    return false;
  }
  return isMarked(raw) || Object.values(raw).some(carriesSecret);
}

/** Tells whether a value, as the engine writes it, is secret as a whole. */
export function isMarked(raw: object): boolean {
  return (raw as Record<string, JavaScriptValue>)[signatureKey] === secretSignature;
}

/** A value in the form that is sent, with nothing marked secret. */
function writeValue(value: Value): JavaScriptValue {
  if (value === Unknown) {
    return unknownString;
  }
  if (Array.isArray(value)) {
    return value.map(writeValue);
  }
  if (isObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([name, nested]) => [name, writeValue(nested)]),
    );
  }
  return value;
}

/** Tells an object from the other kinds of value. */
export function isObject(value: Value | undefined): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The string of that name, "" when it is not given. */
export function text(values: Values, name: string): string {
  const value = values[name];
  return typeof value === "string" ? value : "";
}

/** The number of that name, 0 when it is not given. */
export function number(values: Values, name: string): number {
  const value = values[name];
  return typeof value === "number" ? value : 0;
}

/** Whether the boolean of that name is given and true. */
export function flag(values: Values, name: string): boolean {
  return values[name] === true;
}

/** The list of strings of that name, empty when it is not given. */
export function texts(values: Values, name: string): string[] {
  const value = values[name];
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

/** The list of objects of that name, empty when it is not given. */
export function objects(values: Values, name: string): Values[] {
  const value = values[name];
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** The map of strings of that name, undefined when it is empty or not given. */
export function textMap(values: Values, name: string): Record<string, string> | undefined {
  const value = values[name];
  if (!isObject(value) || Object.keys(value).length === 0) {
    return undefined;
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, String(item)]));
}
