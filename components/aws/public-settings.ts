import { z } from "zod";

/**
 * Schema of an entry of `wharf:aws.publicRepositories`. Grammar and lengths are those of CreateRepository and
 * RepositoryCatalogDataInput in the API reference of ECR Public.
 */
export const publicRepository = z.strictObject({
  name: z
    .string()
    .min(2, "is shorter than 2 characters")
    .max(205, "is longer than 205 characters")
    .regex(
      /^([a-z0-9]+([._-][a-z0-9]+)*\/)*[a-z0-9]+([._-][a-z0-9]+)*$/,
      "is no repository name of ECR: lower-case letters and digits, single . _ - / between them",
    )
    .meta({ description: "Name of the repository, below the alias of the account's gallery." }),
  description: z.string().max(1024).optional().meta({
    description: "What the gallery says in a line, up to 1024 characters. Defaults to nothing.",
  }),
  about: z.string().max(25_600).optional().meta({
    description: "What the gallery tells of it, in Markdown. Defaults to nothing.",
  }),
  usage: z.string().max(25_600).optional().meta({
    description: "How it is used, in Markdown. Defaults to nothing.",
  }),
  architectures: z
    .array(z.enum(["ARM", "ARM 64", "x86", "x86-64"]))
    .default([])
    .meta({ description: "Architectures to be found by in the gallery. Defaults to none." }),
  operatingSystems: z
    .array(z.enum(["Linux", "Windows"]))
    .default([])
    .meta({ description: "Operating systems to be found by in the gallery. Defaults to none." }),
});

/** A checked public repository. */
export type PublicRepository = z.output<typeof publicRepository>;
