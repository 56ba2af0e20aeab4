import { createHash } from "node:crypto";
import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import {
  carriesSecret,
  isMarked,
  isObject,
  markSecret,
  Unknown,
  unknownString,
  type Values,
} from "../values";
import type { Templates } from "./type";

type Raw = Record<string, JavaScriptValue>;

/** What templates draw on. */
export interface Sources {
  /** Properties as the engine wrote them, secrets marked. */
  raw: Raw;
  /** The same properties as plain values. */
  values: Values;
  settings: Values;
  /** What made-up identifiers are made from. */
  seed: string;
}

interface Rendered {
  raw: JavaScriptValue;
  secret: boolean;
}

/**
 * Renders templates one after another, adding each to the sources so that the next may name it. A value made from a secret is
 * marked secret, one made from an unknown value is unknown.
 */
export function renderAll(templates: Templates, sources: Sources): void {
  for (const [name, template] of Object.entries(templates)) {
    const rendered = render(template, sources);
    if (rendered === undefined) {
      continue;
    }
    const raw = rendered.secret ? markSecret(rendered.raw) : rendered.raw;
    const [parent = "", field] = name.split(".");
    if (field === undefined) {
      sources.raw[name] = raw;
      sources.values[name] = rendered.raw === unknownString ? Unknown : rendered.raw;
      continue;
    }
    // A field that the platform adds to an object stands only where the program gives that object.
    const object = sources.raw[parent];
    if (isObject(sources.values[parent]) && isObject(object) && !isMarked(object)) {
      sources.raw[parent] = { ...object, [field]: raw };
    }
  }
}

/** Renders one text, such as an identifier; undefined where something that it names is missing or unknown. */
export function renderText(template: string, sources: Sources): string | undefined {
  const raw = render(template, sources)?.raw;
  return typeof raw === "string" && raw !== unknownString ? raw : undefined;
}

function render(template: JavaScriptValue, sources: Sources): Rendered | undefined {
  if (typeof template === "string") {
    return renderString(template, sources);
  }
  if (typeof template !== "object" || template === null) {
    return { raw: template, secret: false };
  }
  const entries = Object.entries(template).flatMap(([key, item]) => {
    const rendered = render(item, sources);
    return rendered === undefined ? [] : [[key, rendered] as const];
  });
  const secret = entries.some(([, rendered]) => rendered.secret);
  return Array.isArray(template)
    ? { raw: entries.map(([, { raw }]) => raw), secret }
    : { raw: Object.fromEntries(entries.map(([key, { raw }]) => [key, raw])), secret };
}

const placeholder = /\{([\w:]+)(?:\/(last|label|bare|rooted|lower))?\}/g;

function renderString(template: string, sources: Sources): Rendered | undefined {
  const whole = /^\{(\w+)\}$/.exec(template)?.[1];
  if (whole !== undefined && whole in sources.raw) {
    // A copy keeps the marks of its original, wherever they are inside.
    return { raw: sources.raw[whole] ?? null, secret: false };
  }
  let missing = false;
  let unknown = false;
  let secret = false;
  const raw = template.replace(placeholder, (_, name: string, change: string | undefined) => {
    const value = sources.values[name] ?? sources.settings[name] ?? madeUp(name, sources.seed);
    missing ||= value === undefined;
    unknown ||= value === Unknown;
    secret ||= carriesSecret(sources.raw[name]);
    return changed(String(value), change);
  });
  if (missing) {
    return undefined;
  }
  return unknown ? { raw: unknownString, secret: false } : { raw, secret };
}

function changed(value: string, change: string | undefined): string {
  switch (change) {
    case "last":
      return value.slice(value.lastIndexOf("/") + 1);
    case "label":
      return value.split(".", 1).join();
    case "bare":
      return value.replace(/^https:\/\//, "");
    case "rooted":
      return value.replace(/^\//, "");
    case "lower":
      return value.toLowerCase();
    default:
      return value;
  }
}

function madeUp(name: string, seed: string): string | undefined {
  const [, kind, length] = /^(uuid|hex|digits|upper)(\d*)(?::\w+)?$/.exec(name) ?? [];
  if (kind === undefined) {
    return undefined;
  }
  const hash = createHash("sha256").update(seed).update("\0").update(name).digest("hex");
  switch (kind) {
    case "digits":
      return `1${BigInt(`0x${hash}`)}`.slice(0, Number(length));
    case "upper":
      return hash.toUpperCase().slice(0, Number(length));
    case "hex":
      return hash.slice(0, Number(length));
    default:
      return asUuid(hash);
  }
}

/** The form of a random UUID (RFC 9562, version 4) with the first digits of a hash. */
export function asUuid(hash: string): string {
  const parts = [hash.slice(0, 8), hash.slice(8, 12), `4${hash.slice(13, 16)}`];
  return [...parts, `8${hash.slice(17, 20)}`, hash.slice(20, 32)].join("-");
}
