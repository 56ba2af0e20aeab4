import { z } from "zod";
import { defaultOf, shapeOf, unwrap } from "../components/core/fields";

type Schema = z.core.$ZodType;

/** One key of the stack's config, as a row of a table. */
export interface Row {
  /** The key as the user writes it: `wharf:users[].name`. */
  key: string;
  /** The discriminator's value with which the key exists, such as `s3`; undefined for all others. */
  only?: string;
  /** Key of distribution's config.yml that it becomes. */
  configYml?: string;
  type: string;
  /** The default as text; `required` where there is none to fall back on. */
  default: string;
  meaning: string;
  /** What a value of the key is checked with. */
  schema: z.ZodType;
}

/** The parts of a zod schema that a table shows. */
interface Definition {
  type: string;
  innerType?: Schema;
  element?: Schema;
  valueType?: Schema;
  options?: Schema[];
  discriminator?: string;
  entries?: Record<string, string>;
  values?: unknown[];
}

interface Meta {
  description?: string;
  configYml?: string;
  secret?: boolean;
}

const definitionOf = (schema: Schema) => schema._zod.def as unknown as Definition;

/** What is said of a field: of the outermost schema that says it, since wrappers hide the inner one. */
function metaOf(schema: Schema): Meta {
  const { innerType } = definitionOf(schema);
  const own = (schema as z.ZodType).meta() ?? {};
  return innerType === undefined ? own : { ...metaOf(innerType), ...own };
}

function isOptional(schema: Schema): boolean {
  const { type, innerType } = definitionOf(schema);
  return type === "optional" || (innerType !== undefined && isOptional(innerType));
}

/** The range of a number in words, by its JSON schema, which tells inclusive from exclusive bounds; those of a safe integer are none. */
function rangeOf(schema: Schema): string {
  const { minimum, exclusiveMinimum, maximum, exclusiveMaximum } = z.toJSONSchema(schema);
  const isSafe = (bound: unknown) => Math.abs(Number(bound)) < Number.MAX_SAFE_INTEGER;
  if (isSafe(minimum) && isSafe(maximum)) return `, ${minimum} to ${maximum}`;
  const bounds = [
    ["above", exclusiveMinimum] as const,
    ["at least", minimum] as const,
    ["below", exclusiveMaximum] as const,
    ["at most", maximum] as const,
  ];
  return bounds
    .filter(([, bound]) => isSafe(bound))
    .map(([words, bound]) => `, ${words} ${bound}`)
    .join("");
}

/** The type of a field in words. */
function typeOf(schema: Schema): string {
  const definition = definitionOf(unwrap(schema));
  switch (definition.type) {
    case "string":
      return "text";
    case "boolean":
      return "true or false";
    case "number":
      return `number${rangeOf(unwrap(schema))}`;
    case "enum":
      return Object.values(definition.entries ?? {})
        .map((value) => `\`${value}\``)
        .join(", ");
    case "literal":
      return (definition.values ?? []).map((value) => `\`${String(value)}\``).join(", ");
    case "array":
      return `list of ${typeOf(definition.element as Schema).replace(/^block$/, "blocks")}`;
    case "record":
      return `${typeOf(definition.valueType as Schema)} by name`;
    case "union":
      return (definition.options ?? []).map(typeOf).join(" or ");
    default:
      return "block";
  }
}

function defaultText(schema: Schema, meaning: string): string {
  const value = defaultOf(schema);
  if (value === undefined) {
    return isOptional(schema) ? "" : "required";
  }
  if (typeof value === "object" && value !== null) {
    const parts = Array.isArray(value) ? value : Object.keys(value);
    if (parts.length === 0) {
      return meaning.includes("Defaults to") ? "" : "none";
    }
    return parts.map((part) => `\`${String(part)}\``).join(", ");
  }
  return `\`${String(value)}\``;
}

/** The prose without a sentence that only repeats the default. */
function withoutDefault(description: string, preset: string): string {
  const text = preset.replaceAll("`", "");
  return description
    .replace(/ ?Defaults to ([^.]*(?:\.\d[^.]*)*)\./g, (sentence, named: string) =>
      named.replaceAll("`", "") === text ? "" : sentence,
    )
    .trim();
}

function rowOf(schema: Schema, key: string, only?: string): Row {
  const { description = "", configYml, secret } = metaOf(schema);
  const preset = defaultText(schema, description);
  const meaning = withoutDefault(description, preset).replace(/ Required\.$/, "");
  return {
    key,
    only,
    schema: schema as z.ZodType,
    configYml,
    type: typeOf(schema),
    default: preset,
    meaning:
      secret === true && !meaning.includes("set as a secret")
        ? `${meaning} Set as a secret.`
        : meaning,
  };
}

/** The rows of a union whose members one key tells apart: that key, then what each member adds. */
function unionRows(schema: Schema, key: string, only?: string): Row[] {
  const { options = [], discriminator = "" } = definitionOf(unwrap(schema));
  const names = options.map((option) => {
    const literal = shapeOf(option)?.[discriminator];
    return String(literal && definitionOf(literal).values?.[0]);
  });
  const preset = (defaultOf(schema) as Record<string, unknown> | undefined)?.[discriminator];
  const choice: Row = {
    ...rowOf(schema, `${key}.${discriminator}`, only),
    type: names.map((name) => `\`${name}\``).join(", "),
    default: preset === undefined ? "required" : `\`${String(preset)}\``,
  };
  const members = options.flatMap((option, index) =>
    Object.entries(shapeOf(option) ?? {})
      .filter(([name]) => name !== discriminator)
      .flatMap(([name, field]) =>
        rowsOf(field, `${key}.${name}`, [only, names[index]].filter(Boolean).join(", ")),
      ),
  );
  return [choice, ...members];
}

function rowsOf(schema: Schema, key: string, only?: string): Row[] {
  const inner = unwrap(schema);
  const definition = definitionOf(inner);
  const shape = shapeOf(inner);
  if (shape !== undefined) {
    const fields = Object.entries(shape).flatMap(([name, field]) =>
      rowsOf(field, /[:]$/.test(key) ? `${key}${name}` : `${key}.${name}`, only),
    );
    return isOptional(schema) ? [rowOf(schema, key, only), ...fields] : fields;
  }
  if (definition.discriminator !== undefined) {
    return unionRows(schema, key, only);
  }
  const element = definition.element;
  if (element !== undefined && shapeOf(element) !== undefined) {
    return [rowOf(schema, key, only), ...rowsOf(element, `${key}[]`, only)];
  }
  return [rowOf(schema, key, only)];
}

/** Every key below `prefix` that the schema knows, in the schema's order. */
export function configRows(schema: z.ZodType, prefix: string): Row[] {
  return rowsOf(schema, prefix);
}

/** A Markdown table; the bars inside cells are escaped. */
export function markdownTable(head: string[], rows: string[][]): string {
  const line = (cells: string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

const keyCell = ({ key, only }: Row) => `\`${key}\`${only === undefined ? "" : ` (${only})`}`;

/** Markdown table of every key of the schema: key, type, default, meaning. */
export function configTable(schema: z.ZodType, prefix: string): string {
  return markdownTable(
    ["Key", "Type", "Default", "Meaning"],
    configRows(schema, prefix).map((row) => [keyCell(row), row.type, row.default, row.meaning]),
  );
}

/** Markdown table of every key of the schema, with the key of config.yml that each becomes. */
export function configYmlTable(schema: z.ZodType, prefix: string): string {
  return markdownTable(
    ["Key", "In config.yml", "Type", "Default", "Meaning"],
    configRows(schema, prefix).map((row) => [
      keyCell(row),
      row.configYml === undefined ? "" : `\`${row.configYml}\``,
      row.type,
      row.default,
      row.meaning,
    ]),
  );
}
