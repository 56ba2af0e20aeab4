import { z } from "zod";

/** A schema of any kind. */
export type AnySchema = z.core.$ZodType;
/** Keys and indices that lead from a schema or value to a part of it. */
export type Path = readonly PropertyKey[];

/** What Wharf writes into the `meta` of a field. */
export interface FieldMeta {
  /** Prose: what it is, its unit and its default. */
  description?: string;
  /** True for what must be set with `pulumi config set --secret` and never shown. */
  secret?: boolean;
}

declare module "zod" {
  interface GlobalMeta extends FieldMeta {
    /** Key of distribution's config.yml that the field becomes, for the table in the docs. */
    configYml?: string;
    /** Whether a component takes an Output here, see `inputOf`. */
    input?: boolean;
    /** Noun that a message uses for the value, such as `port`. */
    kind?: string;
  }
}

/** The schema below defaults and optionality; of a union the member that `value` chooses by its discriminator. */
export function unwrap(schema: AnySchema, value?: unknown): AnySchema {
  const def = schema._zod.def as {
    type: string;
    innerType?: AnySchema;
    options?: AnySchema[];
    discriminator?: string;
  };
  if (def.innerType !== undefined) return unwrap(def.innerType, value);
  if (def.type === "union" && def.discriminator !== undefined) {
    const chosen = (value as Record<string, unknown> | undefined)?.[def.discriminator];
    const member = def.options?.find((option) => {
      const shape = shapeOf(option);
      const literal = shape?.[def.discriminator as string];
      return (literal?._zod.def as { values?: unknown[] } | undefined)?.values?.includes(chosen);
    });
    return member ?? schema;
  }
  return schema;
}

/** The words by which a union's members are told apart, such as the kinds of storage. */
export function unionKinds(schema: AnySchema, discriminator: string): string[] {
  const { options = [] } = unwrap(schema)._zod.def as { options?: AnySchema[] };
  return options.flatMap((option) => {
    const literal = shapeOf(option)?.[discriminator]?._zod.def as
      { values?: unknown[] } | undefined;
    return literal?.values?.map(String) ?? [];
  });
}

/** Fields of an object schema by key; undefined for any other schema. */
export function shapeOf(schema: AnySchema): Record<string, AnySchema> | undefined {
  const def = unwrap(schema)._zod.def as { type: string; shape?: Record<string, AnySchema> };
  return def.type === "object" ? def.shape : undefined;
}

/** The field that `path` leads to for `value`, wrappers and all; undefined where the schema has none. */
export function fieldAt(schema: AnySchema, path: Path, value: unknown): AnySchema | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return schema;
  const def = unwrap(schema, value)._zod.def as {
    shape?: Record<string, AnySchema>;
    element?: AnySchema;
    valueType?: AnySchema;
  };
  const next = def.shape?.[String(key)] ?? def.element ?? def.valueType;
  const nextValue = (value as Record<PropertyKey, unknown> | undefined)?.[key];
  return next === undefined ? undefined : fieldAt(next, rest, nextValue);
}

/** What a value is, at a path of it, and the field that is for it; undefined where the schema has none. */
type Visit<Found> = (
  part: unknown,
  path: Path,
  field: AnySchema | undefined,
) => Found[] | undefined;

/**
 * What is found in a value and the parts of its lists and blocks, from the outside in; below a part for which `visit` returns
 * something, nothing is visited.
 */
export function foundIn<Found>(schema: AnySchema, values: unknown, visit: Visit<Found>): Found[] {
  const within = (part: unknown, path: Path): Found[] => {
    const found = visit(part, path, fieldAt(schema, path, values));
    if (found !== undefined) return found;
    if (typeof part !== "object" || part === null) return [];
    return Object.entries(part).flatMap(([key, value]) =>
      within(value, [...path, Array.isArray(part) ? Number(key) : key]),
    );
  };
  return within(values, []);
}

/** The secret parts of a value, by their paths. */
export function secretsIn(schema: AnySchema, values: unknown): Path[] {
  return foundIn<Path>(schema, values, (_, path, field) => {
    if (field === undefined) return [];
    return z.globalRegistry.get(field)?.secret === true ? [path] : undefined;
  });
}

/** The default of a field, also of one that fills in its parts; undefined where it has none. */
export function defaultOf(schema: AnySchema): unknown {
  const def = schema._zod.def as { defaultValue?: unknown; innerType?: AnySchema };
  if (def.defaultValue !== undefined) return def.defaultValue;
  return def.innerType === undefined ? undefined : defaultOf(def.innerType);
}

/** Whether a field, or a part of what it holds, must be kept secret. */
export function holdsSecret(schema: AnySchema): boolean {
  if (z.globalRegistry.get(schema)?.secret === true) return true;
  const def = schema._zod.def as {
    innerType?: AnySchema;
    element?: AnySchema;
    valueType?: AnySchema;
    options?: AnySchema[];
    shape?: Record<string, AnySchema>;
  };
  return [
    def.innerType,
    def.element,
    def.valueType,
    ...(def.options ?? []),
    ...Object.values(def.shape ?? {}),
  ].some((part) => part !== undefined && holdsSecret(part));
}

/** Whether a value is a block of keys. */
export function isBlock(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a value says nothing: Pulumi.yaml gives every key an empty default, since Pulumi demands a value of a key without one. */
export function isEmpty(value: unknown): boolean {
  return (
    value === undefined ||
    value === "" ||
    (typeof value === "object" && value !== null && Object.keys(value).length === 0)
  );
}
