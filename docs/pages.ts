import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { format, getFileInfo, resolveConfig } from "prettier";
import { z } from "zod";
import { descriptionSchema } from "../components/description/schema";
import { configTable, configYmlTable } from "./tables";

const root = join(__dirname, "..");
const begin = "<!-- config:begin -->";
const end = "<!-- config:end -->";

/** Keys whose many parts README.md leaves to docs/config.md. */
const long = ["storage", "auth", "engine"] as const;

const shape: Record<string, z.ZodType> = descriptionSchema.shape;
const isLong = (key: string) => (long as readonly string[]).includes(key);
const short = z.strictObject(
  Object.fromEntries(Object.entries(shape).filter(([key]) => !isLong(key))),
);

/** docs/config.md: the short keys, then a section for each key that becomes a part of config.yml. */
function sections(): string {
  return [
    "## The registry",
    "",
    configTable(short, "wharf:"),
    ...long.flatMap((key) => [
      "",
      `## \`wharf:${key}\``,
      "",
      shape[key]?.meta()?.description ?? "",
      "",
      configYmlTable(descriptionSchema.shape[key], `wharf:${key}`),
    ]),
  ].join("\n");
}

/** README.md's table: the keys that most stacks set, and one row for each of the long ones. */
function summary(): string {
  const links = long.map((key) => {
    const meaning = shape[key]?.meta()?.description ?? "";
    return `| \`wharf:${key}\` | block | | ${meaning} See [docs/config.md](docs/config.md). |`;
  });
  return [configTable(short, "wharf:"), ...links].join("\n");
}

/** A generated page: its path from the checkout, and its text as it should be. */
export interface Page {
  path: string;
  text: string;
}

/** The text of `path` with what stands between the markers made anew; undefined where there is no such file or marker. */
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
  const made = await Promise.all([page("docs/config.md", sections), page("README.md", summary)]);
  return made.filter((one) => one !== undefined);
}
