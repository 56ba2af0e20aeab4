import { operations, type Contender, type Operation } from "./contender";
import type { Cost } from "./process-tree";

/** What each contender's operations took, a cost for each round. */
export type Costs = Map<Contender, Partial<Record<Operation, Cost[]>>>;

/** How contenders are measured. */
export interface Rounds {
  /** How many rounds count. */
  count: number;
  /** How many rounds go before them, to warm caches up, and do not count. */
  warmUps: number;
  /** Done before each contender's turn and not measured. */
  prepare: () => Promise<void>;
  /** Done in the first round while what a contender has made stands, and not measured. */
  inspect: (contender: Contender) => Promise<void>;
  /** Told of each turn that begins; rounds that do not count are below 1. */
  onTurn: (round: number, name: string) => void;
}

/**
 * Lets the contenders create, find and destroy in turn, and every other round the other way about, so that neither what slows
 * the machine down for a while nor who went before favours one.
 */
export async function measureLifecycles(
  contenders: Contender[],
  { count, warmUps, prepare, inspect, onTurn }: Rounds,
): Promise<Costs> {
  const costs: Costs = new Map(contenders.map((contender) => [contender, {}]));
  for (let round = 1 - warmUps; round <= count; round++) {
    for (const contender of round % 2 === 0 ? [...contenders].reverse() : contenders) {
      onTurn(round, contender.name);
      await prepare();
      for (const operation of operations) {
        if (operation === "destroy" && round === 1 - warmUps) await inspect(contender);
        const cost = await contender.run[operation]?.();
        if (cost === undefined || round < 1) continue;
        const measured = costs.get(contender) ?? {};
        (measured[operation] ??= []).push(cost);
      }
    }
  }
  return costs;
}
