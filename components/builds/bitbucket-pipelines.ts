import { stringify } from "yaml";
import { type Build, defaultBranch } from "../model/builds";
import { bitbucketPattern } from "./branches";
import { contextOf, dockerLines, optionsOf } from "./docker-script";
import { pinnedImages } from "./pinned";
import { addresses, dockerLogin, type PipelineFile, type PipelineRegistry } from "./pipeline";
import { shellWord } from "../core/shell";
import { tagLines, tagVariable } from "./tags";

/** Directory in which skopeo looks for the registry's CA. */
const certificates = "/tmp/wharf-certificates";

/** The bitbucket-pipelines.yml that builds and pushes. */
export function bitbucketPipeline(build: Build, registry: PipelineRegistry): PipelineFile {
  const { name, branch = defaultBranch, tag, approval, schedule } = build;
  const step = { step: stepOf(build, registry) };
  const steps = approval
    ? [announcement(name), { step: { ...step.step, trigger: "manual" } }]
    : [step];
  const pipelines = {
    ...(tag === undefined
      ? { branches: { [bitbucketPattern(branch)]: steps } }
      : { tags: { [bitbucketPattern(tag)]: steps } }),
    ...(schedule !== undefined && { custom: { [name]: [step] } }),
  };
  return {
    path: "bitbucket-pipelines.yml",
    content:
      headOf(build, registry) +
      stringify({ pipelines }, { lineWidth: 0, aliasDuplicateObjects: false }),
  };
}

function headOf(
  { name, schedule, branch = defaultBranch }: Build,
  { caFile = false }: PipelineRegistry,
): string {
  return [
    "# Repository variables: WHARF_USERNAME and WHARF_PASSWORD, a user of the registry, the latter secured.",
    ...(caFile ? ["# And WHARF_CA, the CA of the registry's certificate, PEM in base64."] : []),
    ...(schedule === undefined
      ? []
      : [
          `# Bitbucket keeps schedules in its settings, Pipelines > Schedules: ${schedule}, branch ${branch}, pipeline custom: ${name}.`,
        ]),
    "",
  ].join("\n");
}

/** Bitbucket lets people start every step but the first. */
function announcement(name: string): object {
  return {
    step: {
      name: `Await approval of ${name}`,
      clone: { enabled: false },
      script: ["echo 'The next step builds and pushes.'"],
    },
  };
}

function stepOf(build: Build, registry: PipelineRegistry): Record<string, unknown> {
  const { name, paths, timeoutMinutes } = build;
  const { caFile = false } = registry;
  return {
    name,
    image: caFile ? pinnedImages.skopeo : pinnedImages.dockerClient,
    services: ["docker"],
    "max-time": timeoutMinutes,
    ...(paths.length > 0 && { condition: { changesets: { includePaths: paths } } }),
    script: [
      ...Object.entries(addresses(registry)).map(
        ([key, value]) => `export ${key}=${shellWord(value)}`,
      ),
      ...(caFile ? [] : [dockerLogin]),
      ...tagLines(build, {
        commit: "$BITBUCKET_COMMIT",
        ref: "${BITBUCKET_TAG:-$BITBUCKET_BRANCH}",
        build: "$BITBUCKET_BUILD_NUMBER",
      }),
      ...(caFile ? copyLines(build) : dockerLines(build)),
    ],
  };
}

/** Commands that build and have skopeo push: the engine of Bitbucket's steps cannot be given a CA. */
function copyLines(build: Build): string[] {
  const local = `wharf-build:${build.name}`;
  const archive = "/tmp/wharf-image.tar";
  return [
    `mkdir -p ${certificates}`,
    `printf '%s' "$WHARF_CA" | base64 -d > ${certificates}/ca.crt`,
    `printf '%s' "$WHARF_PASSWORD" | skopeo login --cert-dir ${certificates} --username "$WHARF_USERNAME" --password-stdin "$REGISTRY"`,
    ["docker build", ...optionsOf(build), `--tag ${local}`, contextOf(build)].join(" "),
    // skopeo looks for an engine only at its usual socket, and that of a step is elsewhere.
    `docker save --output ${archive} ${local}`,
    ...build.tags.map(
      (_, i) =>
        `skopeo copy --dest-cert-dir ${certificates} docker-archive:${archive} "docker://$REPOSITORY:$${tagVariable(i)}"`,
    ),
  ];
}
