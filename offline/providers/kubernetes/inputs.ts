import { createHash, randomBytes } from "node:crypto";
import type { Failure } from "../properties";
import { isObject, Unknown, type Value, type Values } from "../values";
import {
  annotation,
  at,
  isEmpty,
  nameOf,
  textAt,
  withMark,
  withMetadata,
  without,
} from "./objects";
import { withCanonicalQuantities } from "./quantities";

/** Marks an object whose name was made up, so that a replacement may stand beside it. */
export const autonamedAnnotation = "pulumi.com/autonamed";

// What kubectl and the controller of Deployments note in an object's annotations.
const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";
const revision = "deployment.kubernetes.io/revision";

// What the API server alone writes into metadata.
const serverFields = [
  "creationTimestamp",
  "deletionGracePeriodSeconds",
  "deletionTimestamp",
  "generation",
  "managedFields",
  "resourceVersion",
  "uid",
];

/** The inputs in the form that the API server keeps them, so that comparing the two shows differences of meaning only. */
export function normalized(inputs: Values): Values {
  const metadata = at(inputs, "metadata");
  const trimmed = isObject(metadata)
    ? withMetadata(inputs, Object.fromEntries(serverFields.map((name) => [name, undefined])))
    : inputs;
  return withCanonicalQuantities(
    textAt(inputs, "kind") === "Secret" ? secretData(trimmed) : trimmed,
  );
}

// The API server moves what is in stringData to data, in base64.
function secretData(secret: Values): Values {
  const { stringData, data, ...rest } = secret;
  const encode = (value: Value): Value =>
    typeof value === "string" ? Buffer.from(value, "utf8").toString("base64") : value;
  if (!isObject(stringData)) return secret;
  const encoded = Object.entries(stringData).map(([key, value]) => [key, encode(value)]);
  return { ...rest, data: { ...(isObject(data) ? data : {}), ...Object.fromEntries(encoded) } };
}

/** What the resource type of a URN says about an object. */
export interface Type {
  apiVersion: string;
  kind: string;
  /** It sets some fields of an object that is not its own. */
  isPatch: boolean;
}

/** Reads a type such as kubernetes:apps/v1:Deployment or kubernetes:core/v1:ServiceAccountPatch; `kind` is the inputs'. */
export function readType(type: string, kind: string): Type {
  const [, groupVersion = "", name = ""] = type.split(":");
  const isPatch = kind !== "" && name === `${kind}Patch`;
  return {
    apiVersion: groupVersion.replace(/^core\//, ""),
    kind: isPatch ? kind : name,
    isPatch,
  };
}

/** Says in sentences what cannot be right, before the API server is asked. */
export function checkObject(inputs: Values, type: Type): Failure[] {
  const failures: Failure[] = [];
  const expect = (property: string, right: boolean, reason: string): void => {
    if (!right) failures.push({ property, reason: `"${property}" ${reason}` });
  };
  for (const name of ["apiVersion", "kind"] as const) {
    const value = inputs[name];
    const right = value === Unknown || value === undefined || value === type[name];
    expect(name, right, `must be ${type[name]} for this resource, not ${String(value)}`);
  }
  const { metadata } = inputs;
  const known = metadata === undefined || metadata === Unknown || isObject(metadata);
  expect("metadata", known, "must be an object");
  expect(
    "metadata.generateName",
    at(metadata, "generateName") === undefined,
    "does not go with server-side apply: leave it and the name out, and one is made up",
  );
  const name = at(metadata, "name");
  if (type.isPatch) {
    expect("metadata.name", Boolean(name), "must say which object to patch");
  }
  for (const field of ["labels", "annotations"]) {
    const values = at(metadata, field);
    for (const [key, value] of Object.entries(isObject(values) ? values : {})) {
      const right = typeof value === "string" || value === Unknown;
      expect(`metadata.${field}["${key}"]`, right, `must be a string: write "${String(value)}"`);
    }
  }
  if (type.kind === "Secret") checkSecret(inputs, expect);
  return failures;
}

function checkSecret(
  inputs: Values,
  expect: (property: string, right: boolean, reason: string) => void,
): void {
  const { data } = inputs;
  for (const [key, value] of Object.entries(isObject(data) ? data : {})) {
    const encoded =
      typeof value === "string" && /^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(value) ? value : undefined;
    const right = value === Unknown || encoded !== undefined;
    expect(`data["${key}"]`, right, "must be base64: give the plain text in stringData instead");
  }
}

/** How the engine wants names made up; without it, the resource's name and eight hexadecimal digits. */
export interface Autonaming {
  proposed?: string;
  disabled?: boolean;
  /** What to make the digits of, so that an update makes up the same name as its plan; empty for any. */
  seed?: Uint8Array;
}

/**
 * The inputs with a name: the program's, else the one made up before, else a new one.
 *
 * @throws {Error} where names are not to be made up and the program gives none
 */
export function named(
  inputs: Values,
  olds: Values,
  resourceName: string,
  autonaming: Autonaming = {},
): Values {
  const { metadata } = inputs;
  if (metadata === Unknown || at(metadata, "name") === Unknown || nameOf(inputs)) return inputs;
  const isKept = isAutonamed(olds) && nameOf(olds) !== "";
  if (!isKept && autonaming.disabled) {
    throw new Error('Names are not made up in this stack: set "metadata.name".');
  }
  const name = isKept
    ? nameOf(olds)
    : autonaming.proposed || `${resourceName}-${digits(autonaming.seed)}`;
  return withMark(withMetadata(inputs, { name }), autonamedAnnotation);
}

function digits(seed: Uint8Array = new Uint8Array()): string {
  return createHash("sha256")
    .update(seed.length > 0 ? seed : randomBytes(32))
    .digest("hex")
    .slice(0, 8);
}

/** Whether the object's name was made up. */
export function isAutonamed(inputs: Values): boolean {
  return annotation(inputs, autonamedAnnotation) === "true";
}

/**
 * What of a live object answers to the inputs, field by field. What the inputs give as empty counts as there: the API
 * server drops it.
 */
export function pruned(live: Values, inputs: Values): Values {
  const result: Values = {};
  for (const [name, asked] of Object.entries(inputs)) {
    const value = live[name];
    if (value !== undefined) result[name] = prunedValue(value, asked);
    else if (isEmpty(asked)) result[name] = asked;
  }
  return result;
}

function prunedValue(live: Value, asked: Value): Value {
  if (isObject(live) && isObject(asked)) return pruned(live, asked);
  if (!Array.isArray(live) || !Array.isArray(asked)) return live;
  return asked.slice(0, live.length).map((item, index) => prunedValue(live[index] ?? null, item));
}

/** What a program would have to say of an object that it takes over: all but what the API server alone writes. */
export function importedInputs(live: Values): Values {
  const annotations = at(live, "metadata", "annotations");
  const kept = isObject(annotations) ? without(annotations, lastApplied, revision) : {};
  const isAnnotated = Object.keys(kept).length > 0;
  const trimmed = withMetadata(live, { annotations: isAnnotated ? kept : undefined });
  return normalized(without(trimmed, "status"));
}
