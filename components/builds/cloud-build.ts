import { stringify } from "yaml";
import { type Build, BuildCache, type TagWord } from "../model/builds";
import { dockerLines, needsBuilder, sourcePath } from "./docker-script";
import { pinnedImages } from "./pinned";
import { type BuildVariables, tagLines, templateParts, usedWords } from "./tags";

/** A step of a build, as `gcp.cloudbuild.Trigger` takes it. */
export interface CloudBuildStep {
  id: string;
  name: string;
  args?: string[];
  envs?: string[];
  script?: string;
}

/** A build of Cloud Build, as `gcp.cloudbuild.Trigger` takes it. */
export interface CloudBuildDefinition {
  steps: CloudBuildStep[];
  /** Images that Cloud Build pushes itself once every step is through; undefined where a step pushes. */
  images?: string[];
  substitutions: Record<string, string>;
  options: {
    /** Logs go to Cloud Logging only: a custom service account requires that, or a bucket for them. */
    logging: "CLOUD_LOGGING_ONLY";
  };
  /** Seconds with an s after them. */
  timeout: string;
}

/** Where a build pushes to: addresses without a tag. */
export interface CloudBuildPlace {
  address: string;
  /** Address of the repository that holds the layers, where the build's cache is in a registry. */
  cacheAddress?: string;
}

/** Words that a substitution gives as a tag takes them; the others need a shell. */
const substitutions: Partial<Record<TagWord, string>> = {
  commit: "${COMMIT_SHA}",
  shortCommit: "${SHORT_SHA}",
  build: "${BUILD_ID}",
};

const variables: BuildVariables = {
  commit: "$COMMIT_SHA",
  ref: "${TAG_NAME:-$BRANCH_NAME}",
  build: "$BUILD_ID",
};

/**
 * The build by which Cloud Build builds and pushes. Where substitutions make the tags, Cloud Build pushes the images itself, so
 * that it lists them and their digests among the build's results; elsewhere a shell makes the tags and pushes.
 */
export function cloudBuild(build: Build, at: CloudBuildPlace): CloudBuildDefinition {
  const cached =
    at.cacheAddress === undefined ? { ...build, cache: { kind: "none" as const } } : build;
  const native = build.platforms.join() === "linux/amd64" && !needsBuilder(cached);
  const simple = native && [...usedWords(build)].every((word) => word in substitutions);
  return {
    ...(simple ? bySubstitution(build, at) : { steps: [byShell(cached, at)] }),
    substitutions: {},
    options: { logging: "CLOUD_LOGGING_ONLY" },
    timeout: `${build.timeoutMinutes * 60}s`,
  };
}

function bySubstitution(
  build: Build,
  { address }: CloudBuildPlace,
): Pick<CloudBuildDefinition, "steps" | "images"> {
  const images = build.tags.map((template) => `${address}:${substituted(template)}`);
  const args = [
    "build",
    "--file",
    literal(sourcePath(build.dockerfile)),
    ...Object.entries(build.arguments).flatMap(([name, value]) => [
      "--build-arg",
      literal(`${name}=${value}`),
    ]),
    ...images.flatMap((image) => ["--tag", image]),
    literal(sourcePath(build.context)),
  ];
  return { steps: [{ id: "build", name: pinnedImages.cloudBuilder, args }], images };
}

/** One step that runs a script, in which Cloud Build substitutes nothing; what it knows comes by the environment. */
function byShell(build: Build, { address, cacheAddress }: CloudBuildPlace): CloudBuildStep {
  const known = ["COMMIT_SHA", "BRANCH_NAME", "TAG_NAME", "BUILD_ID"];
  const lines = [...tagLines(build, variables), ...dockerLines(build)];
  return {
    id: "build",
    name: pinnedImages.cloudBuilder,
    envs: [
      ...known
        .filter((name) => lines.some((line) => line.includes(name)))
        .map((name) => `${name}=$${name}`),
      `REPOSITORY=${address}`,
      ...(build.cache.kind === BuildCache.Registry ? [`CACHE_REPOSITORY=${cacheAddress}`] : []),
    ],
    script: ["#!/bin/sh", "set -eu", ...lines, ""].join("\n"),
  };
}

function substituted(template: string): string {
  return templateParts(template)
    .map((part) => ("text" in part ? literal(part.text) : substitutions[part.word]))
    .join("");
}

/** A text in which Cloud Build substitutes nothing. */
function literal(text: string): string {
  return text.replaceAll("$", "$$$$");
}

/** The same as the text of a cloudbuild.yaml. */
export function cloudBuildYaml(build: Build, at: CloudBuildPlace): string {
  const { steps, ...rest } = cloudBuild(build, at);
  const written = steps.map(({ envs, ...step }) => ({ ...step, ...(envs && { env: envs }) }));
  return stringify({ steps: written, ...rest }, { lineWidth: 0 });
}
