import { levels, type ResourceRule } from "../rule";

export const garScanningExplicit: ResourceRule = {
  name: "gar-scanning-explicit",
  severity: "medium",
  description:
    "A repository on Artifact Registry says whether its images are scanned, which is billed by the image.",
  remediation:
    "Set vulnerabilityScanningConfig.enablementConfig to INHERITED, which scans where the project has the scanning API, or to DISABLED.",
  corresponds: [],
  levels: levels("advisory", "advisory", "mandatory", "mandatory"),
  types: ["gcp:artifactregistry/repository:Repository"],
  checks: [
    function* ({ props }) {
      if (
        props.mode !== "VIRTUAL_REPOSITORY" &&
        !props.vulnerabilityScanningConfig?.enablementConfig
      ) {
        yield "vulnerabilityScanningConfig.enablementConfig is not set.";
      }
    },
  ],
};
