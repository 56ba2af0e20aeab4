import type { Rule } from "../../core/rule";
import type { GcpDescription } from "../settings";
import { grantLists } from "../../access/matrix";
import { keyOf, removeCommand, setCommand } from "../../core/messages";
import type { Problem } from "../../core/problems";
import { isToken } from "../../core/tokens";

import { Role } from "../../model/access";

/**
 * Grammar of a project's id (cloud.google.com/resource-manager/docs/creating-managing-projects); a domain of its own stands before
 * old projects of some companies.
 */
export const projectId = /^([a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$/;

const email = /^[^\s:@]+@[^\s:@]+\.gserviceaccount\.com$/;
const poolSuffix = ".svc.id.goog";

/** Problems of nodes that no service account's e-mail address names. */
function nodesProblems({ clusters }: GcpDescription): Problem[] {
  return clusters.flatMap(({ nodes }, i) => {
    if (nodes === undefined || isToken(nodes) || email.test(nodes)) return [];
    const path = ["clusters", i, "nodes"];
    const bare = nodes.replace(/^serviceAccount:/, "");
    return [
      {
        key: keyOf(path),
        message: `"${nodes}" is no e-mail address of a service account, as in nodes@acme-clusters.iam.gserviceaccount.com`,
        ...(email.test(bare)
          ? { fix: setCommand(path, bare) }
          : {
              fix: "gcloud container node-pools describe POOL --cluster CLUSTER --format 'value(config.serviceAccount)'",
            }),
      },
    ];
  });
}

/** Problems of issuers that are no project's id. */
function issuerProblems({ clusters }: GcpDescription): Problem[] {
  return clusters.flatMap(({ issuer }, i) => {
    if (issuer === undefined || projectId.test(issuer)) return [];
    const path = ["clusters", i, "issuer"];
    const bare = issuer.endsWith(poolSuffix) ? issuer.slice(0, -poolSuffix.length) : undefined;
    return [
      {
        key: keyOf(path),
        message: `"${issuer}" is no project's id; GKE's workload identity pool is told by the project that it is in, as in acme-clusters`,
        ...(bare !== undefined && projectId.test(bare) ? { fix: setCommand(path, bare) } : {}),
      },
    ];
  });
}

/**
 * Problems of nodes that may pull already. IAM keeps one and the same grant once, so that the second would go with the first.
 */
function doubleGrantProblems({ access, clusters, repositories }: GcpDescription): Problem[] {
  const lists = grantLists({ access, repositories }).filter(({ role }) => role === Role.Pull);
  return clusters.flatMap(({ nodes }, i) => {
    const path = ["clusters", i, "nodes"];
    const listed = lists.flatMap((list) => {
      const index = list.principals.indexOf(`serviceAccount:${nodes}`);
      return index < 0 ? [] : [[...list.path, index]];
    });
    const earlier = clusters.findIndex((other) => other.nodes === nodes);
    const [first = earlier < i ? ["clusters", earlier, "nodes"] : undefined] = listed;
    if (nodes === undefined || first === undefined) return [];
    return [
      {
        key: keyOf(path),
        message: `"${nodes}" may pull by ${keyOf(first)} already; name it in one place, since what takes it from one takes the pull away`,
        fix: removeCommand(first[0] === "clusters" ? path : first),
      },
    ];
  });
}

/** Rules about clusters that hold on Google Cloud alone. */
export const clusterRules: Rule<GcpDescription>[] = [
  { needs: ["clusters"], find: nodesProblems },
  { needs: ["clusters"], find: issuerProblems },
  { needs: ["access", "clusters", "repositories"], find: doubleGrantProblems },
];
