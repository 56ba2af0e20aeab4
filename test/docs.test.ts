import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { keysWithShortForm } from "../components/description/short-forms";
import { descriptionSchema } from "../components/description/schema";
import { pages } from "../docs/pages";
import { configRows, configTable } from "../docs/tables";

/** Values on and next to the bounds of a documented type, far off where it states none, and whether it says they are accepted. */
function valuesAround(type: string): [number, boolean][] {
  const bound = (words: RegExp) => {
    const [number] = words.exec(type) ?? [];
    return number === undefined ? undefined : Number(number);
  };
  const least = bound(/[\d.]+(?= to )|(?<=at least )[\d.]+/);
  const above = bound(/(?<=above )\d+/);
  const most = bound(/(?<=to |at most )\d+/);
  const far = 2 ** 30;
  const values: [number, boolean][] = [];
  if (least !== undefined) values.push([least, true], [least - 0.001, false], [least - 1, false]);
  if (above !== undefined) values.push([above, false], [above + 1, true]);
  if (most !== undefined) values.push([most, true], [most + 0.001, false], [most + 1, false]);
  if (least === undefined && above === undefined) values.push([-far, true]);
  if (most === undefined) values.push([far, true]);
  return values;
}

describe("the generated documentation", () => {
  test("is what the schemas say now; `npm run docs` writes it again", async () => {
    const made = await pages();
    expect(made.map(({ path }) => path)).toEqual([
      "docs/config.md",
      "docs/targets.md",
      "README.md",
      "CONTRIBUTING.md",
    ]);
    for (const { path, text } of made) {
      expect(readFileSync(join(__dirname, "..", path), "utf8"), `${path} is stale`).toBe(text);
    }
  });

  test("Pulumi.yaml types and describes the same keys", () => {
    const { config } = parse(readFileSync(join(__dirname, "../Pulumi.yaml"), "utf8")) as {
      config: Record<string, { type?: string; description?: string }>;
    };
    expect(Object.keys(config)).toEqual(Object.keys(descriptionSchema.shape));
    for (const [key, { type, description }] of Object.entries(config)) {
      if (keysWithShortForm.includes(key)) expect(type).toBeUndefined();
      else expect(type).toMatch(/^(string|array|object)$/);
      expect(description).toMatch(/^[A-Z].*\.$/);
    }
  });

  test("every key has prose, in whole sentences", () => {
    const rows = configRows(descriptionSchema, "wharf:");
    expect(rows.length).toBeGreaterThan(100);
    expect(rows.filter(({ meaning }) => !/^[A-Z].*[.)]$/s.test(meaning))).toEqual([]);
  });

  test("every number's range is the one that its schema has", () => {
    const numbers = configRows(descriptionSchema, "wharf:").filter(({ type }) =>
      type.startsWith("number"),
    );
    expect(numbers.length).toBeGreaterThan(60);
    const wrong = numbers.flatMap(({ key, type, schema }) =>
      valuesAround(type)
        .filter(([value, accepted]) => schema.safeParse(value).success !== accepted)
        .map(
          ([value, accepted]) =>
            `${key}: ${type}, but ${value} is ${accepted ? "refused" : "accepted"}`,
        ),
    );
    expect(wrong).toEqual([]);
  });

  test("every whole description for Kubernetes in the README changes Secrets in place", () => {
    const readme = readFileSync(join(__dirname, "../README.md"), "utf8");
    const configs = [...readme.matchAll(/```yaml\n(config:\n.*?)```/gs)].map(
      ([, text = ""]) => (parse(text) as { config: Record<string, unknown> }).config,
    );
    const onKubernetes = configs.filter((config) => config["wharf:target"] === "kubernetes");
    expect(onKubernetes.length).toBeGreaterThan(0);
    for (const config of onKubernetes) {
      expect(config).toMatchObject({ "kubernetes:enableSecretMutable": "true" });
    }
  });

  test("no key appears twice", () => {
    const keys = configRows(descriptionSchema, "wharf:").map(({ key, only }) => `${key} ${only}`);
    expect(keys).toEqual([...new Set(keys)]);
  });
});

describe("configTable", () => {
  const text = z.string().meta({ description: "Text." });

  test("names type, default and meaning, and strips what the default column says already", () => {
    const schema = z.strictObject({
      port: z.int().min(1).max(9).default(5).meta({ description: "Port. Defaults to 5." }),
      size: z.number().positive().optional().meta({ description: "Size. Defaults to the disk's." }),
      kind: z.enum(["a", "b"]).meta({ description: "Kind a|b. Required." }),
      key: text.meta({ description: "Key.", secret: true }),
    });
    expect(configTable(schema, "x:").split("\n")).toEqual([
      "| Key | Type | Default | Meaning |",
      "| --- | --- | --- | --- |",
      "| `x:port` | number, 1 to 9 | `5` | Port. |",
      "| `x:size` | number, above 0 |  | Size. Defaults to the disk's. |",
      "| `x:kind` | `a`, `b` | required | Kind a\\|b. |",
      "| `x:key` | text | required | Key. Set as a secret. |",
    ]);
  });

  test("walks nested blocks, lists of blocks, and unions inside unions", () => {
    const inner = z
      .discriminatedUnion("type", [
        z.strictObject({ type: z.literal("p"), word: text }),
        z.strictObject({ type: z.literal("q") }),
      ])
      .meta({ description: "How." });
    const schema = z
      .discriminatedUnion("kind", [
        z.strictObject({ kind: z.literal("a"), list: z.array(z.strictObject({ name: text })) }),
        z.strictObject({ kind: z.literal("b"), how: inner }),
      ])
      .default({ kind: "a", list: [] })
      .meta({ description: "What." });
    const keys = configRows(z.strictObject({ top: schema }), "x:");
    expect(keys.map(({ key, only }) => [key, only])).toEqual([
      ["x:top.kind", undefined],
      ["x:top.list", "a"],
      ["x:top.list[].name", "a"],
      ["x:top.how.type", "b"],
      ["x:top.how.word", "b, p"],
    ]);
  });
});

describe("the glossary", () => {
  test("refuses its examples, over two lines of a comment too, and takes what it says to write", async () => {
    const file: string = "../docs/words.mjs";
    const { avoided, glossary } = (await import(file)) as {
      avoided(text: string): { found: string }[];
      glossary: { example: string; use: string }[];
    };
    const overTwoLines = (text: string) => text.replace(/ (?=\S+$)/, "\n   * ");
    const missed = glossary.filter(
      ({ example }) => avoided(example).length === 0 || avoided(overTwoLines(example)).length === 0,
    );
    expect(missed).toEqual([]);
    expect(glossary.flatMap(({ use }) => avoided(use))).toEqual([]);
  });
});
