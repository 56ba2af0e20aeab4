import { levels, type ResourceRule } from "../rule";

export const codebuildEncrypted: ResourceRule = {
  name: "codebuild-encrypted",
  severity: "medium",
  description: "What a CodeBuild project leaves, artifacts and logs, is encrypted.",
  remediation: "Leave artifacts.encryptionDisabled and logsConfig.s3Logs.encryptionDisabled out.",
  corresponds: ["CKV_AWS_78", "CKV_AWS_311", "AWS-0018", "CodeBuild.3"],
  general: true,
  levels: levels("advisory", "mandatory", "mandatory", "mandatory"),
  types: ["aws:codebuild/project:Project"],
  checks: [
    function* ({ props }) {
      if (props.artifacts?.encryptionDisabled === true)
        yield "artifacts.encryptionDisabled is true.";
    },
    function* ({ props }) {
      if (props.logsConfig?.s3Logs?.encryptionDisabled === true)
        yield "logsConfig.s3Logs.encryptionDisabled is true.";
    },
  ],
};
