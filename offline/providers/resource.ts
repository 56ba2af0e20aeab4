import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { planProperties, type Failure, type Properties } from "./properties";
import type { Values } from "./values";

/** What a provider found or made: the identifier and every property. */
export interface Found {
  id: string;
  state: Values;
  /** The state as it is sent, where a provider marks nested secrets itself. */
  written?: Struct;
  /** The inputs as a refresh found them. */
  inputs?: Struct;
}

/**
 * A resource type: its properties and what is done to it. Every function gets plain values; in
 * `create` and `update` all inputs are known and their defaults filled in.
 */
export interface Resource {
  properties: Properties;
  /** The version of the state's shape that the official plugin notes, so that it takes this one over. */
  stateVersion?: number;
  /** Inputs get their defaults in Check, as the official docker plugin does it. */
  fillsDefaults?: true;
  /** The name comes from the resource's own where the program gives none. */
  autonamed?: true;
  /** The old one must go before the new one can come: always, or where the name is the program's. */
  deleteBeforeReplace?: true;
  /** Checks that concern several inputs at once. */
  check?(inputs: Values): Failure[];
  create(planned: Values): Promise<Found>;
  /** The object as it is now; undefined where it is gone. */
  read(id: string, state: Values): Promise<Found | undefined>;
  update(id: string, state: Values, planned: Values): Promise<Values>;
  delete(id: string, state: Values): Promise<void>;
}

/** A plugin: its resource types by token, and how it takes its configuration. */
export interface Package {
  name: string;
  /** The version of the official plugin that it stands in for. */
  version: string;
  resources: Record<string, Resource>;
  /** Takes the provider's configuration; throws a plain sentence where it cannot be used. */
  configure(config: Values): void;
}

/**
 * The object exists but is not as it should be, for instance a container that did not become
 * healthy. The engine keeps it in the state, so that nothing is orphaned, and reports the reason.
 */
export class Incomplete extends Error {
  constructor(
    readonly found: Found,
    reason: string,
  ) {
    super(reason);
  }
}

/** What a resource will look like with these inputs; `state` is undefined in the preview of a creation. */
export function planned(resource: Resource, inputs: Values, state: Values | undefined): Values {
  return planProperties(inputs, resource.properties, state);
}
