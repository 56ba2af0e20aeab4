import { allowed, list, nameOf, type Statement } from "../policy-document";
import { azureNative, levels, type ResourceRule } from "../rule";

const identityPolicies = [
  "aws:iam/policy:Policy",
  "aws:iam/rolePolicy:RolePolicy",
  "aws:iam/userPolicy:UserPolicy",
  "aws:iam/groupPolicy:GroupPolicy",
];
const repositoryPolicies = [
  "aws:ecr/repositoryPolicy:RepositoryPolicy",
  "aws:ecr/registryPolicy:RegistryPolicy",
];

const everything = ["*", "ecr:*", "ecr-public:*"];
const pushes = ["ecr:PutImage", "ecr-public:PutImage"];

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
    ...identityPolicies,
    ...repositoryPolicies,
    /^gcp:artifactregistry\/repositoryIam(Member|Binding):/,
    /^gcp:projects\/iAM(Member|Binding):/,
    azureNative("authorization", "RoleAssignment"),
  ],
  checks: [
    function* ({ type, props }) {
      if (!type.startsWith("aws:")) return;
      for (const [index, statement] of allowed(props.policy).entries()) {
        const wide = list(statement.Action).filter((action) => everything.includes(action));
        if (wide.length > 0) yield `${nameOf(statement, index)} allows ${wide.join(", ")}.`;
        else if (identityPolicies.includes(type) && pushesAnywhere(statement)) {
          yield `${nameOf(statement, index)} allows push to every repository of the account.`;
        }
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
      if (!type.startsWith("azure-native:")) return;
      const id = ((props.roleDefinitionId ?? "") as string).split("/").at(-1)?.toLowerCase() ?? "";
      if (azureRoles[id]) yield `The role is ${azureRoles[id]}, which is more than push and pull.`;
      else if (azurePush[id] && props.principalType === "User") {
        yield `The role is ${azurePush[id]} for a person, who pushes past the pipeline.`;
      }
    },
  ],
};

function pushesAnywhere({ Action, Resource, Condition }: Statement): boolean {
  return (
    list(Action).some((action) => pushes.includes(action)) &&
    list(Resource).some((resource) => resource === "*") &&
    Condition === undefined
  );
}
