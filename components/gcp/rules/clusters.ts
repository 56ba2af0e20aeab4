import type { Rule } from "../../core/rule";
import type { GcpDescription } from "../settings";
import { entryOf, grantLists } from "../../access/matrix";
import { keyOf, removeCommand, setCommand } from "../../core/messages";
import type { Problem } from "../../core/problems";
import { isToken } from "../../core/tokens";

import { Role } from "../../model/access";

/**
 * Grammar of a project id (cloud.google.com/resource-manager/docs/creating-managing-projects); old projects of some companies have
 * a domain before it.
 */
export const projectId = /^([a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$/;

const email = /^[^\s:@]+@[^\s:@]+\.gserviceaccount\.com$/;
const poolSuffix = ".svc.id.goog";

/** Problems of nodes that are not the e-mail address of a service account. */
function nodesProblems({ clusters }: GcpDescription): Problem[] {
  return clusters.flatMap(({ nodes }, i) => {
    if (nodes === undefined || isToken(nodes) || email.test(nodes)) return [];
    const path = ["clusters", i, "nodes"];
    const bare = nodes.replace(/^serviceAccount:/, "");
    return [
      {
        key: keyOf(path),
        message: `"${nodes}" is not the e-mail address of a service account, as in nodes@acme-clusters.iam.gserviceaccount.com`,
        ...(email.test(bare)
          ? { fix: setCommand(path, bare) }
          : {
              fix: "gcloud container node-pools describe POOL --cluster CLUSTER --format 'value(config.serviceAccount)'",
            }),
      },
    ];
  });
}

/** Problems of issuers that are not a project id. */
function issuerProblems({ clusters }: GcpDescription): Problem[] {
  return clusters.flatMap(({ issuer }, i) => {
    if (issuer === undefined || projectId.test(issuer)) return [];
    const path = ["clusters", i, "issuer"];
    const bare = issuer.endsWith(poolSuffix) ? issuer.slice(0, -poolSuffix.length) : undefined;
    return [
      {
        key: keyOf(path),
        message: `"${issuer}" is not a project id; name GKE's workload identity pool by its project, as in acme-clusters`,
        ...(bare !== undefined && projectId.test(bare) ? { fix: setCommand(path, bare) } : {}),
      },
    ];
  });
}

/**
 * Problems of nodes that may pull already. IAM keeps equal grants once, so that removing one would remove both.
 */
function doubleGrantProblems({ access, clusters, named, repositories }: GcpDescription): Problem[] {
  const lists = grantLists({ access, repositories }).filter(({ role }) => role === Role.Pull);
  return clusters.flatMap(({ nodes }, i) => {
    const path = ["clusters", i, "nodes"];
    const principal = `serviceAccount:${nodes}`;
    const listed = lists
      .filter((list) => list.principals.includes(principal))
      .map((list) => entryOf(list, principal, named));
    const earlier = clusters.findIndex((other) => other.nodes === nodes);
    const [first = earlier < i ? ["clusters", earlier, "nodes"] : undefined] = listed;
    if (nodes === undefined || first === undefined) return [];
    return [
      {
        key: keyOf(path),
        message: `"${nodes}" may already pull by ${keyOf(first)}; name it once, since removing it from one place removes the grant of both`,
        // A list that names a group keeps its other members.
        fix: removeCommand(typeof first.at(-1) === "number" ? first : path),
      },
    ];
  });
}

/** Rules about clusters, only for Google Cloud. */
export const clusterRules: Rule<GcpDescription>[] = [
  { needs: ["clusters"], find: nodesProblems },
  { needs: ["clusters"], find: issuerProblems },
  { needs: ["access", "groups", "clusters", "repositories"], find: doubleGrantProblems },
];
