import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { findEngine } from "../../offline/engine/engine";
import { startablePack } from "../../offline/plugins/policy-pack";
import { measure, type Cost } from "../process-tree";
import { turnTeller, type Measured, type Surroundings } from "../section";
import type { Row } from "../table";
import { exported } from "./exported";

const packs = { wharf: resolve(__dirname, "../../policies"), other: join(__dirname, "empty-pack") };
type PackName = keyof typeof packs;

/** Fewest resources that are judged: what remains is the start of the engine and of the pack. */
const fewest = 2;

/** Most resources that are judged. */
const most = 1000;

/** How much longer than an empty pack this one may take to start, in seconds. */
const longestStart = 1.5;

/** What each pack took in every round. */
type Costs = Record<PackName, Cost[]>;

/**
 * Measures `pulumi policy analyze` with the policy pack beside a pack without rules, on a stack with next to nothing and on a large one. No
 * program is run and no provider asked, so that the pack is what differs.
 * @throws what the first command that failed said
 */
export async function measurePolicies(surroundings: Surroundings): Promise<Measured> {
  const { directory, extent, announce } = surroundings;
  const wharfDirectory = join(directory, ".wharf");
  const engine = await findEngine(wharfDirectory, announce, { providers: [] });
  const onTurn = turnTeller(surroundings);
  const sizes = [fewest, Math.min(most, extent.repositories.at(-1) ?? most)];
  const costs = new Map(sizes.map((size): [number, Costs] => [size, { wharf: [], other: [] }]));
  for (const size of sizes) {
    const file = join(directory, `exported-${size}.json`);
    await writeFile(file, JSON.stringify(exported(size)));
    for (let round = 1 - extent.warmUps; round <= extent.rounds; round++) {
      for (const name of Object.keys(packs) as PackName[]) {
        onTurn(
          round,
          `${size} resources, ${name === "wharf" ? "the policy pack" : "an empty pack"}`,
        );
        const pack = await startablePack(engine, packs[name], wharfDirectory);
        const args = ["policy", "analyze", "--file", file, "--policy-pack", pack.directory];
        const environment = { ...pack.env, WHARF_ENVIRONMENT: "prod" };
        const cost = await measure("pulumi", args, { directory, environment });
        if (round >= 1) costs.get(size)?.[name].push(cost);
      }
    }
  }
  return { rows: rowsOf(costs), plugins: engine.plugins, version: engine.version };
}

function rowsOf(costs: Map<number, Costs>): Row[] {
  const started = costs.get(fewest) ?? { wharf: [], other: [] };
  const seconds = (of: Cost[]) => of.map((cost) => cost.seconds);
  const beside = [...costs].flatMap(([size, { wharf, other }]): Row[] => {
    const what = `policies: ${size.toLocaleString("en")} resources`;
    const memory = (of: Cost[]) => of.map(({ treeMiB }) => treeMiB);
    return [
      {
        what,
        against: "empty pack",
        unit: "s",
        figures: { wharf: seconds(wharf), other: seconds(other) },
      },
      {
        ...{ what: `${what}, peak memory`, against: "empty pack", unit: "MiB" as const },
        figures: { wharf: memory(wharf), other: memory(other) },
      },
    ];
  });
  const limit: Row = {
    ...{ what: "policies: start", against: `empty pack and ${longestStart} s`, unit: "s" },
    figures: {
      wharf: seconds(started.wharf),
      other: seconds(started.other).map((one) => one + longestStart),
    },
    aim: { atMost: 1 },
  };
  return [limit, ...beside];
}
