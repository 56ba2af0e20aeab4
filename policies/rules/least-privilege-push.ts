import {
  identityPolicies,
  identityPolicyTypes,
  repositoryPolicies,
  repositoryPolicyTypes,
} from "../iam/documents";
import { tooMuchOfIdentity, tooMuchOfRepository, type TooMuch } from "../iam/registry-access";
import { list, nameOf } from "../policy-document";
import { appliesTo, azureNative, levels, type ResourceRule } from "../rule";

/** Roles of Google Cloud that are more than push and pull. */
const tooWide = ["roles/owner", "roles/editor", "roles/artifactregistry.admin"];
const pushRoles = ["roles/artifactregistry.writer", "roles/artifactregistry.repoAdmin"];

/** Built-in roles of Azure by id (learn.microsoft.com/azure/role-based-access-control/built-in-roles). */
const azureRoles: Record<string, string> = {
  "8e3af657-a8ff-443c-a75c-2fe8c4bcb635": "Owner",
  "b24988ac-6180-42a0-ab88-20f7382dd24c": "Contributor",
  "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9": "User Access Administrator",
};
const azurePush: Record<string, string> = {
  "8311e382-0749-4cb8-b61a-304f252e45ec": "AcrPush",
  "2a1e307c-b015-4ebd-883e-5b7698a07328": "Container Registry Repository Writer",
};

export const leastPrivilegePush: ResourceRule = {
  name: "least-privilege-push",
  severity: "high",
  description: "Who pushes may push to named repositories and no more, and people pull.",
  remediation:
    "Name the actions and repositories on AWS, give roles/artifactregistry.writer on one repository on Google Cloud and AcrPush or Repository Writer on Azure, each to a pipeline's own identity.",
  corresponds: ["KICS 77deea6a-155e-4865-bf04-153d23e488e8"],
  levels: levels("mandatory", "mandatory", "mandatory", "mandatory"),
  types: [
    ...identityPolicyTypes,
    ...repositoryPolicyTypes,
    /^gcp:artifactregistry\/repositoryIam(Member|Binding):/,
    /^gcp:projects\/iAM(Member|Binding):/,
    azureNative("authorization", "RoleAssignment"),
  ],
  checks: [
    function* (resource) {
      if (!appliesTo({ types: identityPolicyTypes }, resource.type)) return;
      for (const { where, statements } of identityPolicies(resource)) {
        for (const one of tooMuchOfIdentity(statements)) yield `${where}${described(one)}`;
      }
    },
    function* (resource) {
      if (!appliesTo({ types: repositoryPolicyTypes }, resource.type)) return;
      for (const { statements } of repositoryPolicies(resource)) {
        for (const one of tooMuchOfRepository(statements)) yield described(one);
      }
    },
    function* ({ type, props }) {
      if (!type.startsWith("gcp:")) return;
      const role = props.role as string;
      if (tooWide.includes(role)) yield `role is ${role}, which is more than push and pull.`;
      else if (!pushRoles.includes(role)) return;
      else if (type.startsWith("gcp:projects/"))
        yield `role is ${role} on every repository of the project.`;
      else {
        const people = list<string>(props.members ?? props.member).filter((one) =>
          one.startsWith("user:"),
        );
        if (people.length > 0)
          yield `role is ${role} for ${people.join(", ")}: a person pushes past the pipeline.`;
      }
    },
    function* ({ type, props }) {
      if (!type.startsWith("azure-native:") || isElsewhere(props.scope as string | undefined))
        return;
      const id = ((props.roleDefinitionId ?? "") as string).split("/").at(-1)?.toLowerCase() ?? "";
      if (azureRoles[id]) yield `The role is ${azureRoles[id]}, which is more than push and pull.`;
      else if (azurePush[id] && props.principalType === "User") {
        yield `The role is ${azurePush[id]} for a person, who pushes past the pipeline.`;
      }
    },
  ],
};

/** Whether a scope of Azure is a resource other than a registry. Groups and subscriptions may hold some. */
function isElsewhere(scope = ""): boolean {
  const kind = /\/resourceGroups\/[^/]+\/providers\/([^/]+)\//i.exec(scope)?.[1];
  return kind !== undefined && kind.toLowerCase() !== "microsoft.containerregistry";
}

function described({ index, statement, anywhere, actions }: TooMuch): string {
  const many =
    actions.length > 3 ? `${actions.slice(0, 3).join(", ")} and more` : actions.join(", ");
  const what = [
    ...(anywhere ? ["push to every repository of the account"] : []),
    ...(actions.length > 0 ? [many] : []),
  ];
  return `${nameOf(statement, index)} allows ${what.join(", and ")}.`;
}
