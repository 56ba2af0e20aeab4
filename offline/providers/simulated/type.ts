import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import type { Properties } from "../properties";
import type { Values } from "../values";

/**
 * Values by property name. A string is a template: `{name}` stands for an input, a default or an output named before it, or
 * for a setting; `{name/last}` for what follows its last slash, `{name/bare}` for it without `https://`, `{name/rooted}` for it without its first slash, `{name/lower}` for it
 * in lower case, `{name/label}` for what precedes its first dot. `{uuid}`, `{hex8}`, `{digits21}` and `{upper16}` are made from the resource's URN, the same every time, and
 * `{uuid:what}` tells two of a kind apart. What a template names and nobody gave leaves the property out.
 */
export type Templates = Readonly<Record<string, JavaScriptValue>>;

/** How a name is made up where the program gives none: with a random end, as it is, or a random UUID. */
export type Naming = "dashed" | "joined" | "copied" | "uuid";

/** A change that a platform is asked for. */
export interface PlatformChange {
  /** The object as it is; undefined where it is created. */
  before: Values | undefined;
  /** The object as it would be; undefined where it is deleted. */
  after: Values | undefined;
  /** Every existing object of a type, with its `id`. */
  existing(type: string): Values[];
}

/** A resource type of a cloud as data: enough to return it in the form that the platform's provider gives it. */
export interface SimulatedType {
  /** Template of the identifier. */
  id: string;
  /** Inputs whose change replaces the resource; `a.b` is the field `b` of the object `a`. */
  replaces?: readonly string[];
  /** Inputs, or defaults from the provider's configuration, that must be there although the plugin's schema lets them be missing. */
  required?: readonly string[];
  /** The input that names the resource, and how a missing name is made up. */
  named?: readonly [property: string, naming: Naming];
  /** What the platform takes where the program gives nothing. */
  defaults?: Templates;
  /** What only the platform decides; `a.b` is a field `b` that it adds to the object `a`. */
  outputs?: Templates;
  /** Values that an input may have, where the plugin's schema does not list them; `a.b` as above. */
  allowed?: Readonly<Record<string, readonly string[]>>;
  /** Form of an input, and that form in words. */
  patterns?: Readonly<Record<string, readonly [form: RegExp, words: string]>>;
  /** Inputs that hold a JSON document as text, whose layout means nothing. */
  documents?: readonly string[];
  /** The platform refuses a second object of the same identifier, rather than taking it for the first. */
  refusesSecond?: true;
  /** Inputs that an update leaves as they are without an error. */
  unchanged?: readonly string[];
  /** What the platform answers to a change that it refuses; undefined where it accepts it. */
  refuses?(change: PlatformChange): string | undefined;
  /** The official plugin has it deleted before the one that replaces it is made, where it keeps its identifier. */
  deletedFirst?: true;
}

/** Types by token. */
export type SimulatedTypes = Readonly<Record<string, SimulatedType>>;

/** How a function finds an object. */
export interface Lookup {
  /** Token of the object's type. */
  type: string;
  /** Whether an object is the one that the arguments name. */
  finds(args: Values, object: Values): boolean;
}

/** A plugin that returns what it is given. */
export interface SimulatedPackage {
  /** The plugin's name. */
  name: string;
  /** The version of the official plugin that it stands in for. */
  version: string;
  /** The platform in a person's words. */
  cloud: string;
  types: SimulatedTypes;
  /** Whatever is replaced is deleted first, except what the official plugin gave a random name. */
  deletesFirst?: true;
  /** The inputs of each type, read from the plugin's SDK: `inputs.json`, which a test keeps true. */
  inputs: Readonly<Record<string, Properties>>;
  /** Functions that read an object of the platform by token; one that does not exist is an error, as with the official plugin. */
  lookups?: Readonly<Record<string, Lookup>>;
  /** The answers of functions by token: templates over the arguments and the settings. */
  functions: Readonly<Record<string, Templates>>;
  /**
   * What templates take from the provider's configuration, such as the region.
   * @throws Error in the official plugin's words where it cannot be used.
   */
  settings(config: Values): Values;
}
