import type { Rule } from "../../core/rule";
import type { GcpDescription } from "../settings";
import { principalProblems } from "../../access/principals";
import { keyOf, removeCommand } from "../../core/messages";
import type { Problem } from "../../core/problems";

/**
 * The problem of conditions on grants. The provider reads the policy of a repository without `requestedPolicyVersion` 3, so that
 * Google returns it without its conditions, and writes it back with each member (terraform-provider-google,
 * iam_artifact_registry_repository.go): conditional grants would become unconditional. Policies of projects are read with it.
 */
function conditionProblems({ gcp }: Pick<GcpDescription, "gcp">): Problem[] {
  if (gcp.conditions.length === 0) return [];
  const path = ["gcp", "conditions"];
  return [
    {
      key: keyOf(path),
      message:
        "the provider reads policies of repositories without their conditions and would remove them with the next change; grant with a condition on the project: gcloud projects add-iam-policy-binding PROJECT --member PRINCIPAL --role roles/artifactregistry.reader --condition 'title=TITLE,expression=EXPRESSION'",
      fix: removeCommand(path),
    },
  ];
}

/** Rules about access, only for Google Cloud. */
export const accessRules: Rule<GcpDescription>[] = [
  {
    needs: ["access", "groups", "repositories"],
    find: ({ groups, named }) => principalProblems("gcp", named, groups),
  },
  { needs: ["gcp"], find: conditionProblems },
];
