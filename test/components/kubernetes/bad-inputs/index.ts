import { namespaceRows } from "./namespaces";
import { networkRows, secretRows } from "./network";
import type { ClusterRow } from "./row";
import { softwareRows } from "./software";
import { storageRows } from "./storage";

/** What the cluster has, lacks, or has given to others. */
export const clusterRows: ClusterRow[] = [
  ...namespaceRows,
  ...storageRows,
  ...networkRows,
  ...secretRows,
  ...softwareRows,
];

export { kubeconfigRows, permissionRows } from "./access";
export { customKind, ingressClass, ownId, pluralOf } from "./objects";
export { valueAt, type ClusterPlace, type ClusterRow } from "./row";
export { noDefaultClassRow } from "./software";
