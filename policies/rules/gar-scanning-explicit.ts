import { levels, type ResourceRule } from "../rule";

export const garScanningExplicit: ResourceRule = {
  name: "gar-scanning-explicit",
  severity: "medium",
  description:
    "A repository of images on Artifact Registry says whether they are scanned, which is billed by the image, and those of production are.",
  remediation:
    "Set vulnerabilityScanningConfig.enablementConfig to INHERITED, which scans where the project has the scanning API, or outside production to DISABLED.",
  corresponds: [],
  levels: levels("advisory", "advisory", "mandatory", "mandatory"),
  types: ["gcp:artifactregistry/repository:Repository"],
  checks: [
    function* ({ props }, { environment }) {
      // A virtual repository is not scanned (docs.cloud.google.com/artifact-analysis/docs/enabling-disabling-artifact-analysis).
      if (!/^docker$/i.test(props.format ?? "") || props.mode === "VIRTUAL_REPOSITORY") return;
      const said = props.vulnerabilityScanningConfig?.enablementConfig as string | undefined;
      if (!said) yield "vulnerabilityScanningConfig.enablementConfig is not set.";
      else if (said === "DISABLED" && environment === "prod")
        yield "vulnerabilityScanningConfig.enablementConfig is DISABLED: nobody hears of a vulnerable image in production.";
    },
  ],
};
