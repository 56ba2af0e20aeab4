import { levels, type ResourceRule } from "../rule";

/** What needs the engine of the build's host, and so privileged mode (docs.aws.amazon.com/codebuild/latest/userguide/sample-docker.html). */
const buildsImages = /\b(docker|buildx|buildctl|podman|buildah)\b/;

export const codebuildPrivileged: ResourceRule = {
  name: "codebuild-privileged",
  severity: "high",
  description: "A CodeBuild project is privileged only where it builds images.",
  remediation:
    "Leave environment.privilegedMode out. Where what the buildspec starts needs a Docker engine, exclude the project with that reason.",
  corresponds: ["CKV_AWS_316"],
  levels: levels("advisory", "mandatory", "mandatory", "mandatory"),
  general: true,
  types: ["aws:codebuild/project:Project"],
  checks: [
    function* ({ props }) {
      if (props.environment?.privilegedMode !== true) return;
      const buildspec = (props.source?.buildspec ?? "") as string;
      if (isInline(buildspec) && !buildsImages.test(buildspec)) {
        yield "environment.privilegedMode is true, and source.buildspec shows no build of an image that would need it.";
      }
    },
  ],
};

/** Whether a buildspec is the text itself; otherwise it is a file of the repository or of a bucket, and cannot be judged from here. */
function isInline(buildspec: string): boolean {
  return /^\s*(\{|(version|phases|env|batch)\s*:)/m.test(buildspec);
}
