import { Analyzer } from "@pulumi/pulumi/provider/experimental/analyzer";
import { generateSchema } from "@pulumi/pulumi/provider/experimental/schema";
import manifest from "../package.json";
import { published } from "./host";

/** The package's name for Pulumi: the first part of its types' tokens, and of the names of its SDKs. */
const name = "wharf";

/**
 * The schema from which Pulumi generates SDKs and checks YAML programs, as JSON: what Pulumi's own analyzer reads in the sources of
 * the five classes and their args.
 *
 * @param directory that of the package's sources
 * @throws where a class or its args have a type that cannot be published
 */
export function packageSchema(directory: string): string {
  // The entry is named, since `exports` and `main` name compiled files.
  const analyzer = new Analyzer(directory, name, { main: "index.ts" }, new Set(published));
  const { components, typeDefinitions, dependencies } = analyzer.analyze();
  const { description, version } = manifest;
  const schema = generateSchema(
    name,
    version,
    description,
    components,
    typeDefinitions,
    dependencies,
  );
  return withoutArgs({
    ...schema,
    meta: { supportPack: true },
    language: {
      ...schema.language,
      // Without the extra types the SDK does not compile: the generator leaves out the type of plain objects in a list.
      go: {
        respectSchemaVersion: true,
        generateExtraInputTypes: true,
        importBasePath: "wharf.invalid/sdk/go/wharf",
      },
      python: { respectSchemaVersion: true, pyproject: { enabled: true } },
    },
  });
}

/** The schema as JSON, with no `Args` at the end of its types' names: SDKs add that to the name of what is an argument. */
function withoutArgs(schema: object): string {
  return JSON.stringify(schema).replaceAll(
    new RegExp(`(?<="(?:#/types/)?${name}:index:\\w+)Args(?=")`, "g"),
    "",
  );
}
