import { levels, type ResourceRule } from "../rule";

export const codebuildLogs: ResourceRule = {
  name: "codebuild-logs",
  severity: "medium",
  description: "A CodeBuild project keeps the logs of its builds.",
  remediation: "Leave logsConfig.cloudwatchLogs on, or set logsConfig.s3Logs.status to ENABLED.",
  corresponds: ["CKV_AWS_314", "CodeBuild.4"],
  general: true,
  levels: levels("disabled", "advisory", "advisory", "mandatory"),
  types: ["aws:codebuild/project:Project"],
  checks: [
    function* ({ props }) {
      const { cloudwatchLogs, s3Logs } = props.logsConfig ?? {};
      // Logs go to CloudWatch where nothing says otherwise.
      if (cloudwatchLogs?.status === "DISABLED" && s3Logs?.status !== "ENABLED")
        yield "logsConfig turns CloudWatch logs off, and no others on: nobody can tell what was built.";
    },
  ],
};
