import type { Cost } from "./process-tree";

/** What a contender can be asked to do; `noOp` is the run that finds everything as it should be. */
export const operations = ["create", "no-op", "destroy"] as const;
export type Operation = (typeof operations)[number];

/** One way of having a registry on Docker, or a part of one, that is measured beside others. */
export interface Contender {
  /** As the table names it. */
  name: string;
  /** What it does, in the order of `operations`; `no-op` is missing where there is no such thing. */
  run: Partial<Record<Operation, () => Promise<Cost>>>;
}
