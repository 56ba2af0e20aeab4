import { stringify } from "yaml";
import { type Build, defaultBranch } from "../model/builds";
import { gitLabPattern } from "./branches";
import { dockerLines, needsBuilder } from "./docker-script";
import { pinnedImages } from "./pinned";
import {
  addresses,
  buildkitTrust,
  dockerLogin,
  type PipelineFile,
  type PipelineRegistry,
} from "./pipeline";
import { tagLines } from "./tags";

const buildkitSettings = "$HOME/.docker/buildkitd.toml";

/**
 * Writes what `docker login` would: that asks the engine to reach the registry, and the engine of a GitLab job, a container of
 * its own, does not know the CA.
 */
const loginLines = [
  'mkdir -p -m 700 "$HOME/.docker"',
  `printf '{"auths":{"%s":{"auth":"%s"}}}' "$REGISTRY" "$(printf '%s:%s' "$WHARF_USERNAME" "$WHARF_PASSWORD" | base64 | tr -d '\\n')" > "$HOME/.docker/config.json"`,
];

/** The .gitlab-ci.yml that builds and pushes. */
export function gitLabPipeline(build: Build, registry: PipelineRegistry): PipelineFile {
  const { name, timeoutMinutes } = build;
  const { caFile = false } = registry;
  const builder = caFile || needsBuilder(build);
  const surroundings = {
    builder,
    engineOverTls: true,
    ...(caFile && { buildkitSettings }),
  };
  const pipeline = {
    // The bare name could be a key of GitLab's own, such as cache or image.
    [`build-${name}`]: {
      image: pinnedImages.dockerClient,
      services: [{ name: pinnedImages.dockerEngine, alias: "docker" }],
      variables: { DOCKER_TLS_CERTDIR: "/certs", ...addresses(registry) },
      timeout: `${timeoutMinutes} minutes`,
      rules: rulesOf(build),
      script: [
        ...(caFile ? [...loginLines, buildkitTrust("$WHARF_CA", buildkitSettings)] : [dockerLogin]),
        ...tagLines(build, {
          commit: "$CI_COMMIT_SHA",
          ref: "$CI_COMMIT_REF_NAME",
          build: "$CI_PIPELINE_IID",
        }),
        ...dockerLines(build, surroundings),
      ],
    },
  };
  return {
    path: ".gitlab-ci.yml",
    content: headOf(build, caFile) + stringify(pipeline, { lineWidth: 0 }),
  };
}

function headOf({ schedule, branch = defaultBranch }: Build, caFile: boolean): string {
  return [
    "# CI/CD variables of the project: WHARF_USERNAME and WHARF_PASSWORD, a user of the registry, the latter masked.",
    ...(caFile ? ["# Of the type File: WHARF_CA, the CA of the registry's certificate, PEM."] : []),
    ...(schedule === undefined
      ? []
      : [
          `# GitLab keeps schedules in its settings, Build > Pipeline schedules: ${schedule}, branch ${branch}.`,
        ]),
    "",
  ].join("\n");
}

function rulesOf({ branch = defaultBranch, tag, paths, approval, schedule }: Build): object[] {
  const [variable, pattern] =
    tag === undefined ? ["CI_COMMIT_BRANCH", branch] : ["CI_COMMIT_TAG", tag];
  const named = `$${variable} =~ ${gitLabPattern(pattern)}`;
  const manual = approval && { when: "manual" };
  return [
    ...(schedule === undefined
      ? []
      : [{ if: `$CI_PIPELINE_SOURCE == "schedule" && ${named}`, ...manual }]),
    { if: named, ...(paths.length > 0 && { changes: paths }), ...manual },
  ];
}
