import { z } from "zod";
import { sourceExamples, sourceOf } from "./build-sources";
import { isSchedule } from "./schedule";

/** Where the layers of a build are cached for the next one. */
export const BuildCache = { None: "none", Registry: "registry", Local: "local" } as const;
export type BuildCache = (typeof BuildCache)[keyof typeof BuildCache];

/** Words that a tag template may have in braces, and what each stands for. */
export const tagWords = {
  commit: "the full hash of the commit",
  shortCommit: "its first seven characters",
  branch: "the branch, with - for characters that a tag may not have",
  tag: "the Git tag that started the build",
  semver: "that tag as a version: without a leading v",
  build: "the platform's own number or id of the build",
  date: "the day of the build, as 20270131 in UTC",
} as const;
export type TagWord = keyof typeof tagWords;

const gitPattern = z
  .string()
  .regex(/^[^\s~^:?[\\]{1,200}$/, "is not a name in Git, nor one with * for any text");

const cache = z.strictObject({
  kind: z.enum(BuildCache).default(BuildCache.None).meta({
    description:
      "Where layers are cached for the next build: `registry` in an image beside the built ones, `local` on the machine that builds. Defaults to none.",
  }),
  repository: z.string().min(1).optional().meta({
    description:
      "Repository of this description that holds the layers; its tags must not be immutable. Required with kind `registry`.",
  }),
});

/** Schema of an entry of `wharf:builds`. */
export const buildSettings = z.strictObject({
  name: z
    .string()
    .regex(
      /^[a-z][a-z0-9-]{0,38}[a-z0-9]$/,
      "is not a name of a build: 2 to 40 lower-case letters, digits and - between them, a letter first",
    )
    .optional()
    .meta({
      description: "Name of the build. Defaults to its repository's, with - for the slashes.",
    }),
  repository: z.string().min(1).meta({
    description: "Repository of this description that the image is pushed to.",
  }),
  source: z
    .string()
    .refine((source) => sourceOf(source) !== undefined, {
      error: `is not a place that source code is built from: ${sourceExamples.join(", ")}`,
    })
    .meta({
      description: `Repository of the source code: ${sourceExamples.map((example) => `\`${example}\``).join(", ")}.`,
    }),
  branch: gitPattern.optional().meta({
    description:
      "Branch whose commits are built, `*` for any text. Defaults to main where no `tag` is given.",
  }),
  tag: gitPattern.optional().meta({
    description: "Git tags that are built, `*` for any text, as in `v*`. Defaults to none.",
  }),
  paths: z.array(z.string().min(1)).default([]).meta({
    description:
      "Files of which a commit must change one to be built, `*` and `**` as in a shell. Defaults to all files.",
  }),
  context: z.string().min(1).default(".").meta({
    description: "Directory of the source code that is the build context. Defaults to its root.",
  }),
  dockerfile: z
    .string()
    .min(1)
    .default("Dockerfile")
    .meta({ description: "Dockerfile, from the root of the source code. Defaults to Dockerfile." }),
  platforms: z
    .array(
      z
        .string()
        .regex(
          /^(linux|windows)\/[a-z0-9]+(\/v\d+)?$/,
          "is not a platform such as linux/amd64 or linux/arm64",
        ),
    )
    .min(1)
    .default(["linux/amd64"])
    .meta({
      description:
        "Platforms of the image, as in `linux/arm64`; several make an image index. Defaults to linux/amd64.",
    }),
  arguments: z
    .record(z.string().regex(/^[A-Za-z_]\w*$/, "is not a name of a build argument"), z.string())
    .default({})
    .meta({
      description:
        "Build arguments by name. The image's history shows them, so do not put secrets here. Defaults to none.",
    }),
  tags: z
    .array(z.string().min(1))
    .min(1)
    .default(["{commit}"])
    .meta({
      description: `Tags of the image. In braces: ${Object.entries(tagWords)
        .map(([word, meaning]) => `\`{${word}}\`, ${meaning}`)
        .join("; ")}. Defaults to the commit.`,
    }),
  approval: z.boolean().default(false).meta({
    description: "Whether somebody must approve each build before it runs. Defaults to false.",
  }),
  schedule: z
    .string()
    .refine(
      isSchedule,
      "is not a schedule in cron's five fields, as in 0 3 * * 1 for Mondays at 3:00 UTC",
    )
    .optional()
    .meta({
      description:
        "Schedule by which it is also built, in cron's five fields, UTC, as in `0 3 * * 1`. Defaults to none.",
    }),
  onBaseImage: z.boolean().default(false).meta({
    description: "Whether a new base image starts a build. Defaults to false.",
  }),
  cache: cache.prefault({}).meta({ description: "Where layers are cached for the next build." }),
  timeoutMinutes: z
    .int()
    .min(5)
    .max(480)
    .default(60)
    .meta({ description: "Time in minutes after which a build is stopped. Defaults to 60." }),
});

/** A checked entry of `wharf:builds`. */
export type BuildSettings = z.output<typeof buildSettings>;

/** A build with its name, and the one pattern that starts it. */
export interface Build extends BuildSettings {
  name: string;
}

/** The branch that is built, and whose pipelines an identity is for, where a description names none. */
export const defaultBranch = "main";

/** The name of a build: its own, or its repository's with - for what a name cannot hold. */
export function buildName({
  name,
  repository,
}: Pick<BuildSettings, "name" | "repository">): string {
  return name ?? repository.replace(/[^a-z0-9]+/g, "-").slice(0, 40);
}

/** A build with what it leaves open filled in. */
export function withBuildDefaults(build: BuildSettings): Build {
  const { branch, tag } = build;
  return {
    ...build,
    name: buildName(build),
    ...(branch === undefined && tag === undefined && { branch: defaultBranch }),
  };
}
