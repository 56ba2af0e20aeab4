import { levels, type ResourceRule } from "../rule";

export const ecrKmsKey: ResourceRule = {
  name: "ecr-kms-key",
  severity: "low",
  description: "Images on ECR are encrypted with a customer-managed key.",
  remediation:
    "Set encryptionConfigurations to one of encryptionType KMS with a kmsKey. ECR encrypts without it too, with a key of AWS; the setting cannot be changed later.",
  corresponds: ["CKV_AWS_136", "AWS-0033", "ECR.5"],
  levels: levels("disabled", "disabled", "advisory", "advisory"),
  types: ["aws:ecr/repository:Repository"],
  checks: [
    function* ({ props }) {
      const { encryptionType = "AES256", kmsKey } = props.encryptionConfigurations?.[0] ?? {};
      if (!String(encryptionType).startsWith("KMS")) yield `encryptionType is ${encryptionType}.`;
      else if (!kmsKey) yield "kmsKey is not set: the key is one that AWS manages.";
    },
  ],
};
