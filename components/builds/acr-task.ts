import { stringify } from "yaml";
import { type Build, BuildCache, defaultBranch, type TagWord } from "../model/builds";
import { cacheTag, sourcePath } from "./docker-script";
import { isPlain, shellWord } from "../core/shell";
import { asTag, roomForNames, templateParts, usedWords } from "./tags";

/** A step of an ACR task in the words of `docker build`, as `azure-native.containerregistry.Task` takes it. */
export interface AzureDockerStep {
  type: "Docker";
  dockerFilePath: string;
  imageNames: string[];
  isPushEnabled: true;
  arguments: { name: string; value: string; isSecret: false }[];
}

/** A step of an ACR task that holds a whole task file, base64. */
export interface AzureEncodedStep {
  type: "EncodedTask";
  encodedTaskContent: string;
}

const registry = "{{.Run.Registry}}";

/**
 * How ACR Tasks build and push; the caller adds `contextPath`, the URL of the source with its branch. A docker step is what the
 * portal shows best. It puts its values into a shell's command and into a Go template without quotes, and starts in the context,
 * so that a task file is used where a value is more than a plain word, or where the Dockerfile is outside of the context.
 */
export function acrTask(build: Build): { step: AzureDockerStep | AzureEncodedStep } {
  return { step: fitsDockerStep(build) ? dockerStep(build) : encodedStep(build) };
}

/** The text of the task file by which ACR Tasks build and push ("ACR Tasks reference: YAML"). */
export function acrTaskYaml(build: Build): string {
  const steps = build.platforms.length > 1 ? indexSteps(build) : imageSteps(build);
  return stringify(
    { version: "v1.1.0", stepTimeout: build.timeoutMinutes * 60, steps },
    {
      // ACR drops every line that begins with #, even inside of a text; so a text stays on its line.
      defaultStringType: "QUOTE_DOUBLE",
      defaultKeyType: "PLAIN",
      lineWidth: 0,
      doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER,
    },
  );
}

function fitsDockerStep(build: Build): boolean {
  const { platforms, context, dockerfile, cache, arguments: values } = build;
  const words = new Set<TagWord>(["commit", "build", "branch"]);
  return (
    platforms.join() === "linux/amd64" &&
    cache.kind !== BuildCache.Registry &&
    sourcePath(context) === "." &&
    [dockerfile, ...Object.values(values)].every(isPlain) &&
    [...usedWords(build)].every((word) => words.has(word))
  );
}

function dockerStep(build: Build): AzureDockerStep {
  return {
    type: "Docker",
    dockerFilePath: build.dockerfile,
    imageNames: build.tags.map((template) => `${build.repository}:${tagOf(template, build)}`),
    isPushEnabled: true,
    arguments: Object.entries(build.arguments).map(([name, value]) => ({
      name,
      value,
      isSecret: false as const,
    })),
  };
}

function encodedStep(build: Build): AzureEncodedStep {
  const encodedTaskContent = Buffer.from(acrTaskYaml(build)).toString("base64");
  return { type: "EncodedTask", encodedTaskContent };
}

/** A step of a task file. */
type TaskStep = { build: string; env?: string[] } | { push: string[] } | { cmd: string };

function imageSteps(build: Build): TaskStep[] {
  const images = build.tags.map((template) => imageOf(build, template));
  const [platform = ""] = build.platforms;
  const layers = layersOf(build, "");
  return [
    buildStep(build, [...images, ...layers], platform, layers),
    { push: [...images, ...layers] },
  ];
}

/**
 * ACR builds for one platform at a time: each image gets a tag of its own, and each tag that was asked for an index over them.
 * The platforms' own tags stay, since ACR's retention would delete an image that has none.
 */
function indexSteps(build: Build): TaskStep[] {
  const parts = build.platforms.map((platform) => {
    const suffix = platform.replaceAll("/", "-");
    const image = `${registry}/${build.repository}:{{.Run.ID}}-${suffix}`;
    const layers = layersOf(build, `-${suffix}`);
    return { image, layers, step: buildStep(build, [image, ...layers], platform, layers) };
  });
  const images = parts.map(({ image }) => image);
  return [
    ...parts.map(({ step }) => step),
    { push: [...images, ...parts.flatMap(({ layers }) => layers)] },
    ...build.tags.flatMap((template) => {
      const index = imageOf(build, template);
      return [
        { cmd: `docker manifest create ${[index, ...images].join(" ")}` },
        { cmd: `docker manifest push --purge ${index}` },
      ];
    }),
  ];
}

/**
 * One `docker build`. ACR splits its words at white space to find base images, before a shell reads them: a value with white
 * space comes by the environment.
 */
function buildStep(build: Build, tags: string[], platform: string, layers: string[]): TaskStep {
  const values = Object.entries(build.arguments);
  const spaced = values.filter(([, value]) => /\s/.test(value));
  const cached = layers.length > 0;
  const words = [
    ...tags.map((tag) => `-t ${tag}`),
    ...(["linux/amd64", "windows/amd64"].includes(platform) ? [] : [`--platform ${platform}`]),
    ...layers.map((image) => `--cache-from ${image}`),
    ...(cached ? ["--build-arg BUILDKIT_INLINE_CACHE=1"] : []),
    ...values.map(([name, value]) =>
      /\s/.test(value)
        ? `--build-arg ${name}`
        : `--build-arg ${literal(shellWord(`${name}=${value}`))}`,
    ),
    `-f ${literal(shellWord(sourcePath(build.dockerfile)))}`,
    literal(shellWord(sourcePath(build.context))),
  ];
  const env = [
    ...(cached ? ["DOCKER_BUILDKIT=1"] : []),
    ...spaced.map(([name, value]) => literal(`${name}=${shellWord(value)}`)),
  ];
  return { build: words.join(" "), ...(env.length > 0 && { env }) };
}

/** The image that holds the layers for the next build, where the build has one. */
function layersOf(build: Build, suffix: string): string[] {
  if (build.cache.kind !== BuildCache.Registry) return [];
  return [`${registry}/${build.cache.repository}:${cacheTag(build)}${suffix}`];
}

function imageOf(build: Build, template: string): string {
  return `${registry}/${build.repository}:${tagOf(template, build)}`;
}

/** A template in the Go templates of ACR, whose values are "Run variables" and whose functions are Sprig's. */
function tagOf(template: string, { branch = defaultBranch }: Build): string {
  // The source trigger of a task names one branch, so that it is known before the build.
  const words: Partial<Record<TagWord, string>> = {
    commit: "{{.Run.Commit}}",
    shortCommit: "{{substr 0 7 .Run.Commit}}",
    branch: asTag(branch).slice(0, roomForNames(template)),
    build: "{{.Run.ID}}",
    date: "{{substr 0 8 .Run.Date}}",
  };
  return templateParts(template)
    .map((part) => ("text" in part ? literal(part.text) : (words[part.word] ?? "")))
    .join("");
}

/** A text in which ACR finds neither a template nor an alias. */
function literal(text: string): string {
  return text.replaceAll("{{", "{{`{{`}}").replaceAll("$", "$$$$");
}
