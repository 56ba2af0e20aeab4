import { allowedMembers } from "../gcp-iam";
import { levels, type ResourceRule } from "../rule";

export const garNotPublic: ResourceRule = {
  name: "gar-not-public",
  severity: "critical",
  description: "A repository on Artifact Registry does not grant public access.",
  remediation:
    "Grant to groups and service accounts in place of allUsers and allAuthenticatedUsers.",
  corresponds: ["CKV_GCP_101"],
  levels: levels("mandatory", "mandatory", "mandatory", "mandatory"),
  types: [/^gcp:artifactregistry\/repositoryIam(Member|Binding|Policy):/],
  checks: [
    function* ({ props }) {
      for (const member of allowedMembers(props)) {
        if (/^all(Authenticated)?Users$/.test(member)) yield `It grants to ${member}.`;
      }
    },
  ],
};
