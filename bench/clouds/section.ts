import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { findEngine, type Engine } from "../../offline/engine/engine";
import { providersOf } from "../../offline/plugins/plugins";
import type { Cost } from "../process-tree";
import { PulumiStack, wharfProgram } from "../pulumi-stack";
import { expectSameResources } from "../same-resources";
import { turnTeller, type Measured, type Surroundings } from "../section";
import { Cdk } from "./cdk";
import { checkingOf } from "./checking";
import { credentials, providerConfig, type Cloud } from "./cloud";
import { descriptionOf } from "./description";
import { floorStack, withoutInvented } from "./floor";
import { checkedOf, cloudRows, type CloudCosts } from "./rows";

/** What is run for one number of repositories on one cloud. */
interface Turn {
  repositories: number;
  /** Each measured once a round, by the names that the costs have. */
  runs: Partial<Record<"wharf" | "floor" | "cdk", () => Promise<Cost>>>;
  /** What finding out what is registered took: a first run, without warm caches. */
  found: Record<"wharf" | "floor", Cost>;
  /** Seconds that a check of the description takes; undefined for a number of repositories of which that is not told. */
  check?: () => Promise<number>;
}

/**
 * Measures previews of stacks on the clouds, with more and more repositories, beside a bare program that registers the same and,
 * on AWS, beside `cdk synth`. No cloud is asked for anything.
 * @throws Error where Wharf and the bare program register different resources
 */
export async function measureClouds(surroundings: Surroundings): Promise<Measured> {
  const { directory, extent, announce } = surroundings;
  const rows: Measured["rows"] = [];
  const plugins: Measured["plugins"] = [];
  let version = "";
  const cdk = await Cdk.find(announce);
  for (const cloud of extent.clouds) {
    const needs = { providers: providersOf(cloud), preview: true };
    const engine = await findEngine(join(directory, ".wharf"), announce, needs);
    plugins.push(...engine.plugins);
    version = engine.version;
    const without = typeof cdk === "string" ? cdk : undefined;
    const costs = await measureCloud(
      cloud,
      engine,
      without ? undefined : (cdk as Cdk),
      surroundings,
    );
    rows.push(...cloudRows(cloud, costs, without));
  }
  return { rows, plugins, version };
}

async function measureCloud(
  cloud: Cloud,
  engine: Engine,
  cdk: Cdk | undefined,
  surroundings: Surroundings,
): Promise<CloudCosts[]> {
  const { rounds, warmUps, repositories: sizes } = surroundings.extent;
  const onTurn = turnTeller(surroundings);
  const turns: Turn[] = [];
  for (const size of sizes) {
    onTurn(0, `${cloud}, ${size} repositories, what is registered`);
    const checked = size === checkedOf(sizes);
    turns.push(await turnOf(cloud, size, checked, engine, cdk, surroundings));
  }
  const costs = sizes.map((repositories): CloudCosts => {
    return { repositories, wharf: [], floor: [], cdk: [], check: [] };
  });
  for (let round = 1 - warmUps; round <= rounds; round++) {
    for (const [index, { repositories, runs, found, check }] of turns.entries()) {
      // What was registered was found by a run of each, which has warmed up all caches except the CDK's.
      const entries = Object.entries(runs) as [keyof Turn["runs"], () => Promise<Cost>][];
      for (const [name, run] of round % 2 === 0 ? entries.reverse() : entries) {
        if (round < 1 && name !== "cdk") continue;
        onTurn(round, `${cloud}, ${repositories} repositories, ${name}`);
        // Without a warm-up there is nothing that it would be warm for, so that a short run counts that one.
        const cost = warmUps === 0 && round === 1 && name !== "cdk" ? found[name] : await run();
        if (round >= 1) costs[index]?.[name].push(cost);
      }
      if (round >= 1 && check) costs[index]?.check.push(await check());
    }
  }
  return costs;
}

async function turnOf(
  cloud: Cloud,
  repositories: number,
  checked: boolean,
  engine: Engine,
  cdk: Cdk | undefined,
  { directory }: Surroundings,
): Promise<Turn> {
  const within = await mkdtemp(join(directory, `${cloud}-${repositories}-`));
  const description = descriptionOf(cloud, repositories);
  const keys = Object.entries(description).map(([key, value]) => [`wharf:${key}`, value]);
  const options = { engine, within, environment: credentials[cloud] };
  const wharf = await PulumiStack.create(`Wharf on ${cloud}`, wharfProgram, {
    ...options,
    config: { ...providerConfig[cloud], ...(Object.fromEntries(keys) as Record<string, unknown>) },
  });
  const { resources, cost } = await wharf.previewed();
  const floor = await floorStack(resources, { ...options, config: providerConfig[cloud] });
  const beside = await floor.previewed();
  expectSameResources(
    resources.map(withoutInvented),
    beside.resources.map(withoutInvented),
    "bench/clouds/floor-program",
  );
  return {
    repositories,
    runs: {
      wharf: () => wharf.preview(),
      floor: () => floor.preview(),
      ...(cloud === "aws" && cdk ? { cdk: await cdk.synthesis(within, description) } : {}),
    },
    found: { wharf: cost, floor: beside.cost },
    ...(checked ? { check: await checkingOf(within, description) } : {}),
  };
}
