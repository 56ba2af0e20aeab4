import { CronExpressionParser } from "cron-parser";
import { z } from "zod";
import { sourceExamples, sourceOf } from "./build-sources";

/** Where the layers of one build wait for the next. */
export const BuildCache = { None: "none", Registry: "registry", Local: "local" } as const;
export type BuildCache = (typeof BuildCache)[keyof typeof BuildCache];

/** Words that a tag template may hold in braces, and what each stands for. */
export const tagWords = {
  commit: "the full hash of the commit",
  shortCommit: "its first seven characters",
  branch: "the branch, with - for what no tag may hold",
  tag: "the Git tag that started the build",
  semver: "that tag as a version: without a leading v",
  build: "the platform's own number or id of the build",
  date: "the day of the build, as 20270131 in UTC",
} as const;
export type TagWord = keyof typeof tagWords;

const gitPattern = z
  .string()
  .regex(/^[^\s~^:?[\\]{1,200}$/, "is no name in Git, nor one with * for any text");

const cache = z.strictObject({
  kind: z.enum(BuildCache).default(BuildCache.None).meta({
    description:
      "Where layers wait for the next build: `registry` in an image beside those that are built, `local` on the machine that builds. Defaults to none.",
  }),
  repository: z.string().min(1).optional().meta({
    description:
      "Repository of this description that holds the layers, where `kind` is `registry`; its tags must be free to move. Required there.",
  }),
});

/** Schema of an entry of `wharf:builds`. */
export const buildSettings = z.strictObject({
  name: z
    .string()
    .regex(
      /^[a-z][a-z0-9-]{0,38}[a-z0-9]$/,
      "is no name of a build: 2 to 40 lower-case letters, digits and - between them, a letter first",
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
      error: `is no place that source code is built from: ${sourceExamples.join(", ")}`,
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
      "Files that a commit must touch to be built, `*` and `**` as in a shell. Defaults to all.",
  }),
  context: z.string().min(1).default(".").meta({
    description: "Directory of the source code that is handed to the build. Defaults to its root.",
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
          "is no platform such as linux/amd64 or linux/arm64",
        ),
    )
    .min(1)
    .default(["linux/amd64"])
    .meta({
      description:
        "Platforms that the image is for; several make an index. Defaults to linux/amd64.",
    }),
  arguments: z
    .record(z.string().regex(/^[A-Za-z_]\w*$/, "is no name of a build argument"), z.string())
    .default({})
    .meta({
      description:
        "Build arguments by name. They stand in the image's history, so that no secret belongs here. Defaults to none.",
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
      "is no schedule in cron's five fields, as in 0 3 * * 1 for Mondays at 3:00 UTC",
    )
    .optional()
    .meta({
      description:
        "When to build although nothing was committed, in cron's five fields, UTC. Defaults to never.",
    }),
  onBaseImage: z.boolean().default(false).meta({
    description: "Whether a new base image starts a build. Defaults to false.",
  }),
  cache: cache.prefault({}).meta({ description: "Layers that the next build takes over." }),
  timeoutMinutes: z
    .int()
    .min(5)
    .max(480)
    .default(60)
    .meta({ description: "Time in minutes after which a build is given up. Defaults to 60." }),
});

/** A checked entry of `wharf:builds`. */
export type BuildSettings = z.output<typeof buildSettings>;

/** A build with its name, and the one pattern that starts it. */
export interface Build extends BuildSettings {
  name: string;
}

function isSchedule(schedule: string): boolean {
  if (schedule.trim().split(/\s+/).length !== 5) return false;
  try {
    CronExpressionParser.parse(schedule);
    return true;
  } catch {
    return false;
  }
}

/** The branch that is built, and whose pipelines an identity is for, where a description names none. */
export const defaultBranch = "main";

/** The name of a build: its own, or its repository's with - for what a name cannot hold. */
function buildName({ name, repository }: Pick<BuildSettings, "name" | "repository">): string {
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
