import { z } from "zod";
import { fieldAt, holdsSecret, isEmpty, secretsIn } from "./fields";
import {
  inTypeOf,
  keyOf,
  problemsOf,
  removeCommand,
  setCommand,
  setSecretCommand,
  unknownKey,
} from "./messages";
import { predicate } from "./predicates";
import type { Problem } from "./problems";
import type { Rule } from "./rule";

/** A stack's config as it was read, or a component's args: plain values by key, and which keys Pulumi holds encrypted. */
export interface StackConfig {
  /** Name of the stack. */
  stack: string;
  /** Values by key, without the `wharf:` before it. */
  values: Record<string, unknown>;
  /** Keys whose value, or a part of it, was set as a secret. */
  secretKeys: ReadonlySet<string>;
}

/** What a schema understood of values, and what is wrong with the rest. */
export interface Understood<Schema extends z.ZodObject> {
  /** Every key of the schema; one that was not understood has its default. */
  values: z.output<Schema>;
  /** Keys that were understood, given or not. */
  keys: ReadonlySet<string>;
  problems: Problem[];
}

/** What the schema of a description understands of a stack's config; it throws nothing. */
export function understand<Schema extends z.ZodObject>(
  schema: Schema,
  config: StackConfig,
): Understood<Schema> {
  const { shape } = schema;
  const problems: Problem[] = Object.keys(config.values)
    .filter((key) => !(key in shape))
    .map((key) => misplacedKey(key, config, schema) ?? unknownKey([], key, Object.keys(shape)));
  const parsed: Record<string, unknown> = {};
  for (const key of Object.keys(shape)) {
    const value = isEmpty(config.values[key]) ? undefined : config.values[key];
    const result = (shape[key] as z.ZodType).safeParse(value, { error: predicate });
    if (result.success) parsed[key] = result.data;
    else
      problems.push(
        ...result.error.issues.flatMap((issue) =>
          problemsOf({ ...issue, path: [key, ...issue.path] }, schema, config.values),
        ),
      );
  }
  problems.push(...plainSecrets(config, schema));
  return {
    values: { ...schema.parse({}), ...parsed } as z.output<Schema>,
    keys: new Set(Object.keys(parsed)),
    problems,
  };
}

/**
 * The problems that rules find in a description. A rule runs where all keys that it needs were understood, so that nothing is
 * reported twice.
 */
export function problemsBy<D>(
  rules: readonly Rule<D>[],
  description: D,
  { keys }: Pick<Understood<z.ZodObject>, "keys">,
  { values }: Pick<StackConfig, "values">,
): Problem[] {
  // A value that Pulumi.yaml gives for none was not written.
  const written = Object.fromEntries(Object.entries(values).filter(([, value]) => !isEmpty(value)));
  return rules
    .filter(({ needs }) => needs.every((key) => keys.has(key)))
    .flatMap(({ find }) => find(description, written));
}

/**
 * The problem of a key such as `endpoint.port`, which `pulumi config set` without `--path` makes of a part's path; undefined for
 * any other unknown key. What it holds is shown only where the part is not a secret.
 */
function misplacedKey(
  key: string,
  { values, secretKeys }: StackConfig,
  schema: z.ZodObject,
): Problem | undefined {
  const path = key.match(/[^.[\]]+/g)?.map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  const [parent, part] = path ?? [];
  if (path === undefined || part === undefined || !(String(parent) in schema.shape))
    return undefined;
  const field = fieldAt(schema, path, values);
  const value = field && inTypeOf(field, values[key]);
  const secret = secretKeys.has(key) || (field !== undefined && holdsSecret(field));
  const set = secret
    ? setSecretCommand(path)
    : value === undefined
      ? undefined
      : setCommand(path, value);
  return {
    key: keyOf([key]),
    message: `unknown key; a part of wharf:${String(parent)} is set with --path`,
    fix: [removeCommand([key]), ...(set === undefined ? [] : [set])].join(" && "),
  };
}

/** A problem for each secret field whose key of the stack config Pulumi holds in plaintext. */
function plainSecrets({ values, secretKeys }: StackConfig, schema: z.ZodObject): Problem[] {
  const plain = Object.entries(values).filter(([key]) => !secretKeys.has(key));
  return secretsIn(schema, Object.fromEntries(plain)).map((path) => ({
    key: keyOf(path),
    message: "is in plaintext in the stack's config; set a secret encrypted",
    fix: setSecretCommand(path),
  }));
}
