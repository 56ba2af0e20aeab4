import { standardDocker } from "../artifact-registry";
import { levels, type ResourceRule } from "../rule";

interface CleanupPolicy {
  action?: string;
  condition?: { tagState?: string; tagPrefixes?: string[] };
  mostRecentVersions?: object;
}

export const garCleanupPolicy: ResourceRule = {
  name: "gar-cleanup-policy",
  severity: "medium",
  description: "A cleanup policy on Artifact Registry deletes untagged images and keeps releases.",
  remediation:
    "Add to cleanupPolicies one of action DELETE for tagState UNTAGGED and, where tags are not immutable, one of action KEEP, by tagPrefixes or mostRecentVersions, and set cleanupPolicyDryRun to false.",
  corresponds: [],
  levels: levels("mandatory", "mandatory", "mandatory", "mandatory"),
  types: ["gcp:artifactregistry/repository:Repository"],
  checks: [
    function* ({ props }) {
      if (!standardDocker(props)) return;
      const policies = (props.cleanupPolicies ?? []) as CleanupPolicy[];
      if (!policies.some(deletesUntagged)) {
        yield "cleanupPolicies has none of action DELETE for tagState UNTAGGED: images without tags are never deleted.";
      }
    },
    function* ({ props }) {
      const policies = (props.cleanupPolicies ?? []) as CleanupPolicy[];
      if (!standardDocker(props)) return;
      if (policies.some(deletesTagged) && !policies.some(({ action }) => action === "KEEP")) {
        yield "cleanupPolicies has none of action KEEP: nothing protects what is released.";
      }
    },
    function* ({ props }) {
      const policies = (props.cleanupPolicies ?? []) as CleanupPolicy[];
      if (!standardDocker(props) || props.dockerConfig?.immutableTags !== true) return;
      if (
        policies.some(
          ({ action, condition }) => action === "DELETE" && condition?.tagState === "TAGGED",
        )
      ) {
        yield "cleanupPolicies has one of action DELETE for tagState TAGGED, and dockerConfig.immutableTags is true: it deletes nothing.";
      }
    },
    function* ({ props }, { environment }) {
      if (environment === "prod" && standardDocker(props) && props.cleanupPolicyDryRun === true) {
        yield "cleanupPolicyDryRun is true: the policies delete nothing.";
      }
    },
  ],
};

function deletesTagged({ action, condition }: CleanupPolicy): boolean {
  return action === "DELETE" && condition?.tagState !== "UNTAGGED";
}

function deletesUntagged({ action, condition }: CleanupPolicy): boolean {
  return action === "DELETE" && ["UNTAGGED", "ANY"].includes(condition?.tagState ?? "ANY");
}
