import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import {
  asSecret,
  hasSecret,
  isObject,
  isSecret,
  readStruct,
  writeValue,
  type Values,
} from "../values";
import { textAt } from "./objects";

type Sent = Record<string, JavaScriptValue>;

// Names that begin with x-kubernetes- are no names in the languages that Pulumi speaks.
const dashed = /^x-kubernetes-/;
const underscored = /^x_kubernetes_/;

/** What the state keeps of an object: how it was last seen, and the notes that the official plugin keeps, too. */
export interface Checkpoint {
  live: Values;
  /** What the program last asked for. */
  inputs: Values;
  /** The field manager of server-side apply that owns what this resource set. */
  fieldManager: string;
  /** The apiVersion that the object was created with. */
  initialApiVersion: string;
}

/** Reads properties that the engine sent as an object of Kubernetes. */
export function readObject(struct: Struct | undefined): Values {
  return renamed(readStruct(struct), underscored, (name) => name.replaceAll("_", "-"));
}

/** Reads the state of a resource. */
export function readCheckpoint(struct: Struct | undefined): Checkpoint {
  const { __inputs, __fieldManager, __initialApiVersion, ...live } = readObject(struct);
  const inputs = isObject(__inputs) ? __inputs : {};
  return {
    live,
    inputs,
    fieldManager: typeof __fieldManager === "string" ? __fieldManager : "",
    initialApiVersion:
      typeof __initialApiVersion === "string" ? __initialApiVersion : textAt(inputs, "apiVersion"),
  };
}

/** Writes the state of a resource; what is secret in `asked`, the properties as the engine sent them, is secret in it. */
export function writeCheckpoint(checkpoint: Checkpoint, asked: Struct | undefined): Struct {
  const secrets = sentOf(asked);
  return Struct.fromJavaScript({
    ...marked(checkpoint.live, secrets),
    __inputs: marked(checkpoint.inputs, secrets),
    __initialApiVersion: checkpoint.initialApiVersion,
    __fieldManager: checkpoint.fieldManager,
  });
}

/** Writes an object; what is secret in `asked` is secret in it, and so is all that a Secret holds. */
export function writeObject(object: Values, asked: Struct | undefined): Struct {
  return Struct.fromJavaScript(marked(object, sentOf(asked)));
}

function sentOf(struct: Struct | undefined): Sent {
  return struct === undefined ? {} : struct.toJavaScript();
}

function marked(object: Values, secrets: Sent): Sent {
  const names = renamed(object, dashed, (name) => name.replaceAll("-", "_"));
  const written = writeValue(names) as Sent;
  markSecrets(written, secrets);
  return written;
}

// Where both sides are objects only the fields that hold a secret are marked, so that one secret does not hide
// all of a Deployment; a list is marked as a whole, as the order of its items may change.
function markSecrets(written: Sent, secrets: Sent): void {
  if (written.kind === "Secret") {
    for (const name of ["data", "stringData"]) {
      if (written[name] !== undefined) written[name] = asSecret(written[name]);
    }
    return;
  }
  for (const [name, secret] of Object.entries(secrets)) {
    const value = written[name];
    if (value === undefined || !hasSecret(secret)) continue;
    if (isPlain(value) && isPlain(secret) && !isSecret(secret)) markSecrets(value, secret);
    else written[name] = asSecret(value);
  }
}

function isPlain(value: JavaScriptValue | undefined): value is Sent {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function renamed(object: Values, from: RegExp, to: (name: string) => string): Values {
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => [
      from.test(name) ? to(name) : name,
      Array.isArray(value)
        ? value.map((item) => (isObject(item) ? renamed(item, from, to) : item))
        : isObject(value)
          ? renamed(value, from, to)
          : value,
    ]),
  );
}
