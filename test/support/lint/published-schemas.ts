import { Ajv, type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";
import { execa } from "execa";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Announce } from "../../../offline/announce";
import { cached } from "../../../offline/cache";

const version = "0.39.0";

/** Files that SchemaStore, GitLab, Atlassian and Google publish a schema of. */
export type PublishedSchema =
  "bitbucket-pipelines" | "cloudbuild" | "github-workflows" | "gitlab-ci";

/** The check of a published schema, out of the package of check-jsonschema, which brings a copy of each. */
export async function publishedSchema(
  name: PublishedSchema,
  announce: Announce,
): Promise<ValidateFunction> {
  const directory = await publishedSchemas(announce);
  const file = join(directory, "check_jsonschema/builtin_schemas/vendor", `${name}.json`);
  return compiled(JSON.parse(await readFile(file, "utf8")) as object);
}

/** The check of a schema. Unknown keywords and formats are for editors. */
export function compiled(schema: object): ValidateFunction {
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats.default(ajv);
  return ajv.compile(schema);
}

/** The directory of all published schemas, downloaded the first time. */
export function publishedSchemas(announce: Announce): Promise<string> {
  return cached(
    join("lint", `check-jsonschema-${version}`),
    async (into) => {
      announce.start("check-jsonschema", "downloading it from PyPI");
      const install = ["-m", "pip", "install", "--quiet", "--no-deps", "--target", into];
      await execa("python3", [...install, `check-jsonschema==${version}`]);
      announce.done("check-jsonschema", version);
    },
    announce,
  );
}
