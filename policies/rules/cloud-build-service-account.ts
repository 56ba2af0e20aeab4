import { levels, type ResourceRule } from "../rule";

export const cloudBuildServiceAccount: ResourceRule = {
  name: "cloud-build-service-account",
  severity: "high",
  description: "A Cloud Build trigger runs as a service account of its own.",
  remediation:
    "Set serviceAccount to one with the roles that the build needs. Without it the build runs as the project's default account, which may do far more.",
  corresponds: [],
  levels: levels("advisory", "mandatory", "mandatory", "mandatory"),
  general: true,
  types: ["gcp:cloudbuild/trigger:Trigger"],
  checks: [
    function* ({ props }) {
      const account = props.serviceAccount as string | undefined;
      if (!account)
        yield "serviceAccount is not set: the build runs as the project's default account.";
      else if (/(-compute@developer|@cloudbuild)\.gserviceaccount\.com$/.test(account)) {
        yield `serviceAccount is ${account}, which everything else in the project shares.`;
      }
    },
  ],
};
