import { levels, type ResourceRule } from "../rule";

export const garCmek: ResourceRule = {
  name: "gar-cmek",
  severity: "low",
  description: "Images on Artifact Registry are encrypted with a customer-managed key.",
  remediation:
    "Set kmsKeyName. Artifact Registry encrypts without it too, with a key of Google; the setting cannot be changed later.",
  corresponds: ["CKV_GCP_84"],
  levels: levels("disabled", "disabled", "advisory", "advisory"),
  types: ["gcp:artifactregistry/repository:Repository"],
  checks: [
    function* ({ props }) {
      if (!props.kmsKeyName && props.mode !== "VIRTUAL_REPOSITORY") yield "kmsKeyName is not set.";
    },
  ],
};
