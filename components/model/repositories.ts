import { z } from "zod";
import type { Path } from "../core/fields";
import { unknownName } from "../core/names";
import type { Problem } from "../core/problems";
import { accessLists } from "./access";
import { type Retention, retentionSettings } from "./retention";

// Grammar of the OCI distribution specification 1.1, "Pulling manifests"; 255 less a host name is what Docker accepts.
const repositoryName = /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$/;
// A tag of the OCI distribution specification 1.1, with * for any text.
const tagPattern = /^[A-Za-z0-9_*][A-Za-z0-9._*-]{0,127}$/;

/** Schema of `immutableTags`: whether a pushed tag may move. */
const immutableTags = z.strictObject({
  enabled: z.boolean().default(true).meta({
    description:
      "Whether tags are immutable; false lets every tag move. Defaults to true where the block is given.",
  }),
  except: z
    .array(z.string().regex(tagPattern, "is not a tag, nor one with * for any text"))
    .default([])
    .meta({
      description:
        "Tags that may still move, * for any text: `[latest, stable]`. Defaults to none.",
    }),
});

/** Schema of `scan`: when images are scanned for vulnerabilities. */
const scan = z.strictObject({
  onPush: z.boolean().default(true).meta({
    description:
      "Whether an image is scanned when it is pushed. Defaults to true where the block is given.",
  }),
});

/** What every repository has, and one may have otherwise: a block of a repository replaces that of all. */
export const repositoryDefaults = {
  immutableTags: immutableTags.optional().meta({
    description:
      "Tags that may not move once they are pushed. Defaults to none in a lab, and on gcp in repositories whose tagged images expire; elsewhere to all except `latest` and `stable`, or to all where the platform has no exceptions.",
  }),
  scan: scan.optional().meta({
    description:
      "Scans for vulnerabilities. Defaults to a scan on push where that is free of charge, and outside a lab.",
  }),
  retention: retentionSettings.optional().meta({
    description: "How long images are kept. Defaults by environment.",
  }),
};

/** Schema of an entry of `wharf:repositories`. */
export const repositorySettings = z.strictObject({
  name: z
    .string()
    .max(200, "is longer than 200 characters")
    .regex(
      repositoryName,
      "is not a repository name: lower-case letters, digits and . _ - between them, parts separated by /",
    )
    .meta({ description: "Name of the repository, as in `shop/api`." }),
  ...repositoryDefaults,
  ...accessLists,
});

/** A repository with every default filled in. */
export interface Repository extends Omit<z.output<typeof repositorySettings>, "retention"> {
  immutableTags: z.output<typeof immutableTags>;
  scan: z.output<typeof scan>;
  retention: Retention;
}

/** Names of the repositories of a description. */
export function repositoryNames({
  repositories,
}: {
  repositories: readonly Repository[];
}): string[] {
  return repositories.map(({ name }) => name);
}

/**
 * The problem of a name at `path` that no repository of a description has; none where one has it.
 * @param set the command that puts a known name in its place; by default the one that sets the key
 */
export function unknownRepository(
  path: Path,
  name: string,
  description: { repositories: readonly Repository[] },
  set?: (name: string) => string,
): Problem[] {
  return unknownName(path, name, repositoryNames(description), {
    predicate: "is not a repository of this description",
    set,
  });
}
