import { Ajv, type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";
import { execa } from "execa";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Announce } from "../../offline/announce";
import { cached } from "../../offline/cache";

const version = "1.0.0-beta.0";

/** The check of SARIF 2.1.0 by its published schema, of which Microsoft's package @microsoft/jest-sarif brings a copy. */
export async function sarifSchema(announce: Announce): Promise<ValidateFunction> {
  const directory = await cached(
    join("lint", `jest-sarif-${version}`),
    async (into) => {
      announce.start("SARIF", "downloading its schema from npm");
      const { stdout } = await execa("npm", [
        ...["pack", "--silent", "--pack-destination", into],
        `@microsoft/jest-sarif@${version}`,
      ]);
      await execa("tar", [
        "--extract",
        "--gzip",
        "--directory",
        into,
        "--file",
        join(into, stdout),
      ]);
      announce.done("SARIF", "2.1.0-rtm.5");
    },
    announce,
  );
  const file = join(directory, "package/lib/schemas/sarif-2.1.0-rtm.5.json");
  // Draft 4 of JSON Schema differs from draft 7, for this one, only in the name of `$id`.
  const { id, $schema, ...schema } = JSON.parse(await readFile(file, "utf8")) as Record<
    string,
    unknown
  >;
  if (!String($schema).includes("draft-04")) throw new Error(`${String(id)} is of another draft.`);
  // One of its patterns is none of Unicode's strict mode.
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
  addFormats.default(ajv);
  return ajv.compile(schema);
}
