import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { format, getFileInfo, resolveConfig } from "prettier";
import { z } from "zod";
import { capabilities } from "../components/capabilities";
import type { Support } from "../components/capabilities/capability";
import { Target } from "../components/model/environment";
import { descriptionSchema } from "../components/description/schema";
import { configTable, configYmlTable, markdownTable } from "./tables";

const root = join(__dirname, "..");
const begin = "<!-- generated:begin -->";
const end = "<!-- generated:end -->";

const shape: Record<string, z.ZodType> = descriptionSchema.shape;
const targets = Object.values(Target);

/** Keys whose parts become keys of distribution's config.yml. */
const ofConfigYml = ["storage", "auth", "distribution"];
/** Keys that have a section of their own in docs/config.md: those, and the blocks of the targets. */
const sectioned = [...ofConfigYml, ...targets.filter((target) => target in shape)];

/** docs/config.md: the keys that every target shares, then a section for each long one. */
function configSections(): string {
  const shared = z.strictObject(
    Object.fromEntries(Object.entries(shape).filter(([key]) => !sectioned.includes(key))),
  );
  return [
    "## The registry",
    "",
    configTable(shared, "wharf:"),
    ...sectioned.flatMap((key) => {
      const schema = shape[key] as z.ZodType;
      const table = ofConfigYml.includes(key) ? configYmlTable : configTable;
      const prose = schema.meta()?.description ?? "";
      return ["", `## \`wharf:${key}\``, "", prose, "", table(schema, `wharf:${key}`)];
    }),
  ].join("\n");
}

/** README.md's table: one row for each key, its parts left to docs/config.md. */
function configSummary(): string {
  return markdownTable(
    ["Key", "Meaning"],
    Object.entries(shape).map(([key, schema]) => [
      `\`wharf:${key}\``,
      schema.meta()?.description ?? "",
    ]),
  );
}

const signs: Record<Support["how"], string> = { native: "native", wharf: "by Wharf", refused: "–" };

/** docs/targets.md: every feature on every target, then by what, or why not, target by target. */
function targetSections(): string {
  const overview = markdownTable(
    ["Feature", ...targets],
    capabilities.map(({ feature, on }) => [
      feature,
      ...targets.map((target) => signs[on[target].how]),
    ]),
  );
  const details = targets.flatMap((target) => [
    "",
    `## ${target}`,
    "",
    markdownTable(
      ["Feature", "Keys", "", "By what, or why not and what to use in its place"],
      capabilities.map(({ feature, keys, on: { [target]: support } }) => [
        feature,
        keys.map((key) => `\`${key}\``).join(", "),
        signs[support.how],
        support.how === "refused" ? `${support.reason}; ${support.instead}` : support.by,
      ]),
    ),
  ]);
  return [overview, ...details].join("\n");
}

/** CONTRIBUTING.md: what ESLint refuses, and what to write. */
async function glossaryTable(): Promise<string> {
  // ESLint's config reads it too, which is JavaScript.
  const words: string = "./words.mjs";
  const { glossary } = (await import(words)) as { glossary: { example: string; use: string }[] };
  return markdownTable(
    ["Not", "But"],
    glossary.map(({ example, use }) => [example, use]),
  );
}

/** A generated page: its path from the checkout, and its text as it should be. */
export interface Page {
  path: string;
  text: string;
}

/** The text of `path` with what is between the markers generated again; undefined where there is no such file or marker. */
async function page(path: string, table: () => string): Promise<Page | undefined> {
  const file = join(root, path);
  const old = existsSync(file) ? readFileSync(file, "utf8") : "";
  const [from, to] = [old.indexOf(begin), old.indexOf(end)];
  if (from < 0 || to < from) {
    return undefined;
  }
  const text = `${old.slice(0, from)}${begin}\n\n${table()}\n\n${old.slice(to)}`;
  const { ignored } = await getFileInfo(file, { ignorePath: join(root, ".prettierignore") });
  if (ignored) {
    return { path, text };
  }
  const options = await resolveConfig(file);
  return { path, text: await format(text, { ...options, parser: "markdown" }) };
}

/** Every page with a generated part, as it should be now. */
export async function pages(): Promise<Page[]> {
  const words = await glossaryTable();
  const made = await Promise.all([
    page("docs/config.md", configSections),
    page("docs/targets.md", targetSections),
    page("README.md", configSummary),
    page("CONTRIBUTING.md", () => words),
  ]);
  return made.filter((one) => one !== undefined);
}
