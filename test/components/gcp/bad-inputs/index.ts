import { accessRows } from "./access";
import { buildRows } from "./builds";
import { platformRows } from "./platform";
import { repositoryRows } from "./repositories";
import type { GcpRow } from "./row";

/** Descriptions that Google Cloud cannot carry out. */
export const gcpRows: GcpRow[] = [...repositoryRows, ...accessRows, ...platformRows, ...buildRows];
