import { roleModeOf } from "../choices";
import type { Rule } from "../../core/rule";
import type { AzureDescription } from "../settings";
import { longestCondition, repositoryCondition, RoleAssignmentMode } from "../../access/acr";
import { entryOf, grantLists } from "../../access/matrix";
import type { Path } from "../../core/fields";
import { keyOf, removeCommand, setCommand, shown } from "../../core/messages";
import type { Problem } from "../../core/problems";
import { isToken } from "../../core/tokens";

import type { Role } from "../../model/access";
import type { Identity } from "../../model/identities";
import { isGitHub, refOf } from "../../identities/subject";

/** Repositories that are named for an identity where roles apply to the whole registry, or too many for a condition. */
function reachProblems(
  role: Exclude<Role, "admin">,
  repositories: readonly string[],
  path: Path,
  mode: RoleAssignmentMode,
): Problem[] {
  if (repositories.length === 0) return [];
  if (mode === RoleAssignmentMode.Legacy) {
    return [
      {
        key: keyOf(path),
        message: `cannot be granted for some repositories in the mode ${mode}, whose roles apply to the whole registry; choose the mode ${RoleAssignmentMode.Abac}`,
        fix: setCommand(["azure", "roleAssignmentMode"], RoleAssignmentMode.Abac),
      },
    ];
  }
  const { length } = repositoryCondition(role, repositories);
  return length <= longestCondition
    ? []
    : [
        {
          key: keyOf(path),
          message: `names ${repositories.length} repositories, whose condition has ${length} characters, more than Azure's ${longestCondition}; use several identities`,
        },
      ];
}

/** What a managed identity's federated credential cannot compare: it has one subject, compared exactly. */
function subjectProblems(identity: Identity, path: Path): Problem[] {
  const { kind, pattern } = refOf(identity);
  const key = [...path, kind];
  if (!isGitHub(identity) && kind === "environment") {
    return [
      {
        key: keyOf(key),
        message: `${shown(pattern)} is not in the subject of GitLab's tokens, the only claim that a managed identity's federated credential compares; name a branch or a tag`,
        fix: removeCommand(key),
      },
    ];
  }
  if (!pattern.includes("*")) return [];
  const exact = `${shown(pattern)} is a pattern, and a managed identity's federated credential compares one exact subject`;
  if (kind === "environment" || !isGitHub(identity)) {
    return [{ key: keyOf(key), message: `${exact}; name one ${kind}` }];
  }
  return [
    {
      key: keyOf(key),
      message: `${exact}; name an environment, which GitHub can limit to such ${kind === "tag" ? "tags" : "branches"}`,
      fix: `${removeCommand(key)} && ${setCommand([...path, "environment"], identity.name)}`,
    },
  ];
}

function identityProblems({ identities, azure }: AzureDescription): Problem[] {
  const mode = roleModeOf(azure);
  return identities.flatMap((identity, index) => {
    const path = ["identities", index];
    return [
      ...subjectProblems(identity, path),
      ...reachProblems("pull", identity.pull, [...path, "pull"], mode),
      ...reachProblems("push", identity.push, [...path, "push"], mode),
      ...reachProblems("delete", identity.delete, [...path, "delete"], mode),
    ];
  });
}

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The command that sets a key to a value of a cluster in Azure. */
function fromCluster(path: Path, cluster: string, query: string): string {
  return `pulumi config set --path '${keyOf(path)}' "$(az aks show --resource-group GROUP --name ${cluster} --query ${query} --output tsv)"`;
}

function clusterProblems({
  access,
  azure,
  clusters,
  named,
  repositories,
}: AzureDescription): Problem[] {
  // Pushing is another role.
  const granted = grantLists({ access, repositories }).flatMap((list) =>
    list.role === "pull"
      ? list.principals.map((principal) => ({ principal, path: entryOf(list, principal, named) }))
      : [],
  );
  return clusters.flatMap(({ name, nodes, issuer, pull }, index) => {
    const path = ["clusters", index];
    const problems = reachProblems("pull", pull, [...path, "pull"], roleModeOf(azure));
    if (nodes !== undefined && !isToken(nodes) && !guid.test(nodes)) {
      problems.push({
        key: keyOf([...path, "nodes"]),
        message: `${shown(nodes)} is not an object id, which the kubelet's identity has in Azure`,
        fix: fromCluster([...path, "nodes"], name, "identityProfile.kubeletidentity.objectId"),
      });
    }
    const same = (other: string | undefined) => other?.toLowerCase() === nodes?.toLowerCase();
    const twice = granted.find(
      ({ principal }) => nodes !== undefined && same(principal.split(":")[1]),
    );
    const first = clusters.findIndex((other) => nodes !== undefined && same(other.nodes));
    const already =
      twice !== undefined
        ? keyOf(twice.path)
        : first !== -1 && first !== index
          ? keyOf(["clusters", first, "nodes"])
          : undefined;
    if (already !== undefined) {
      problems.push({
        key: keyOf([...path, "nodes"]),
        message: `is in ${already} already, and Azure refuses a second assignment of a role`,
        // A list that names a group keeps its other members.
        fix: removeCommand(
          typeof twice?.path.at(-1) === "number" ? twice.path : [...path, "nodes"],
        ),
      });
    }
    if (issuer !== undefined && !/^https:\/\/\S+$/.test(issuer)) {
      problems.push({
        key: keyOf([...path, "issuer"]),
        message: `${shown(issuer)} is not an issuer of AKS, an https:// URL`,
        fix: fromCluster([...path, "issuer"], name, "oidcIssuerProfile.issuerUrl"),
      });
    }
    return problems;
  });
}

/** Rules of pipelines' and clusters' identities that only this target has. */
export const azureIdentityRules: Rule<AzureDescription>[] = [
  { needs: ["identities", "azure"], find: identityProblems },
  { needs: ["clusters", "azure", "access", "groups", "repositories"], find: clusterProblems },
];
