import { operations, type Contender, type Operation } from "./contender";
import type { Costs } from "./lifecycle";
import type { Cost } from "./process-tree";
import type { Row } from "./table";
import type { Speeds } from "./transfer";

/** Something to compare with, or a few words on what it lacks. */
export interface Opponent {
  name: string;
  contender: Contender | string;
  /** What Wharf aims at beside it. */
  aims: Partial<Record<Operation, Row["aim"]>>;
}

/**
 * Rows of time, by operation and then by opponent, and rows of memory.
 * @param platform what the rows begin with
 */
export function lifecycleRows(
  platform: string,
  wharf: Contender,
  opponents: Opponent[],
  costs: Costs,
): Row[] {
  const times = operations.flatMap((operation) =>
    opponents
      .filter(({ contender }) => typeof contender === "string" || operation in contender.run)
      .map(({ name, contender, aims }): Row => {
        const seconds = (one: Contender) =>
          costs.get(one)?.[operation]?.map((cost) => cost.seconds) ?? [];
        return {
          what: `${platform}: ${operation}`,
          against: name,
          unit: "s",
          aim: aims[operation],
          figures:
            typeof contender === "string"
              ? contender
              : { wharf: seconds(wharf), other: seconds(contender) },
        };
      }),
  );
  const memory = (
    [
      ["peak memory, all processes", "treeMiB"],
      ["peak memory, largest process", "largestMiB"],
    ] as const
  ).flatMap(([what, kind]) =>
    opponents.map(({ name, contender }): Row => ({
      what: `${platform}: ${what}`,
      against: name,
      unit: "MiB",
      figures:
        typeof contender === "string"
          ? contender
          : { wharf: peaks(costs, wharf, kind), other: peaks(costs, contender, kind) },
    })),
  );
  return [...times, ...memory];
}

/** The most memory of a contender in each round, whatever it did. */
function peaks(costs: Costs, contender: Contender, kind: "treeMiB" | "largestMiB"): number[] {
  const measured: Cost[][] = Object.values(costs.get(contender) ?? {});
  const rounds = measured[0]?.length ?? 0;
  return Array.from({ length: rounds }, (_, round) =>
    Math.max(...measured.map((of) => of[round]?.[kind] ?? 0)),
  );
}

/**
 * Rows of push and pull.
 * @param platform what the rows begin with
 */
export function transferRows(
  platform: string,
  [wharf, bare]: [Speeds, Speeds],
  { megabytes, against, aim }: { megabytes: number; against: string; aim?: Row["aim"] },
): Row[] {
  return (["push", "pull"] as const).map((operation) => ({
    what: `${platform}: ${operation} ${megabytes} MB`,
    against,
    unit: "MB/s",
    figures: { wharf: wharf[operation], other: bare[operation] },
    aim,
  }));
}
