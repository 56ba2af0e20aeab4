import { join } from "node:path";
import { defaultImages } from "../components/docker/images";
import type { Announce } from "../offline/announce";
import { findEngine } from "../offline/engine";
import { localImages } from "../offline/images";
import type { Contender } from "./contender";
import { freePort } from "../test/free-port";
import { DockerEngine } from "./docker-engine";
import { measureLifecycles } from "./lifecycle";
import { machineLine } from "./machine";
import {
  bareProgram,
  emptyProgram,
  PulumiStack,
  wharfProgram,
  type StateResource,
} from "./pulumi-stack";
import { lifecycleRows, transferRows, type Opponent } from "./rows";
import { expectSameResources } from "./same-resources";
import { formatTable } from "./table";
import { terraform } from "./terraform";
import { measureTransfers, type Server } from "./transfer";
import { serveBare, serveWharf } from "./servers";
import { tutorialScript } from "./tutorial";

/** How much is measured. */
export interface Extent {
  rounds: number;
  warmUps: number;
  /** Size of the image that is pushed and pulled, in MB. */
  megabytes: number;
}

/** Image of the registry under a name of the benchmark's own: a lab that goes takes the name along, and it is given again. */
const image = "wharf.bench/distribution:3";

/**
 * Measures Wharf beside everything else on a Docker engine of its own, and tells it in one table.
 * @param directory where all that is made is kept; the caller removes it
 * @throws what the first command that failed said
 */
export async function compare(
  directory: string,
  extent: Extent,
  announce: Announce,
  signal: AbortSignal,
): Promise<string> {
  const docker = await DockerEngine.start(directory);
  try {
    // All that is started from here on, and the rooms of Wharf that are used here, take this engine for the machine's.
    Object.assign(process.env, docker.environment);
    const engine = await findEngine(join(directory, ".wharf"), announce);
    const source = await registryImage(docker, announce);
    const prepare = () => docker.docker("tag", source, image);
    const onTurn = (round: number, name: string) => {
      signal.throwIfAborted();
      announce.update(`${round < 1 ? "warm-up" : `round ${round}`}: ${name}`);
    };
    await prepare();

    const port = await freePort();
    const within = { engine, within: directory };
    const wharf = await PulumiStack.create("Wharf", wharfProgram, {
      ...within,
      config: {
        "wharf:target": "docker",
        "wharf:environment": "lab",
        "wharf:endpoint": { port },
        "wharf:images": { registry: image },
      },
    });
    const bare = await PulumiStack.create("bare Pulumi program", bareProgram, {
      ...within,
      config: { "bare:port": port, "bare:image": image },
    });
    const empty = await PulumiStack.create("empty Pulumi program", emptyProgram, {
      ...within,
      config: {},
    });
    const opponents: Opponent[] = [
      {
        name: "terraform, 4 resources",
        contender: await terraform(directory, { image, port }),
        aims: { "no-op": { below: 1 } },
      },
      {
        name: "tutorial script",
        contender: await tutorialScript(directory, { image, port }),
        aims: { create: { atMost: 3 } },
      },
      {
        name: "bare Pulumi program",
        contender: bare,
        aims: { create: { atMost: 1.15 }, "no-op": { atMost: 1.15 } },
      },
      { name: "empty Pulumi program", contender: empty, aims: {} },
    ];
    const states: StateResource[][] = [];
    const contenders = [wharf, ...opponents.map(({ contender }) => contender)];
    const costs = await measureLifecycles(
      contenders.filter((contender): contender is Contender => typeof contender !== "string"),
      {
        count: extent.rounds,
        warmUps: extent.warmUps,
        prepare,
        onTurn,
        inspect: async (contender) => {
          const stack = [wharf, bare].find((one) => one === contender);
          if (stack === undefined) return;
          states.push(await stack.resources());
          const [one, other] = states;
          if (one && other) expectSameResources(one, other);
        },
      },
    );

    await prepare();
    const servers: [Server, Server] = [
      await serveWharf(docker, wharf),
      await serveBare(docker, { directory, image, port: await freePort() }),
    ];
    const transfers = { ...extent, onTurn };
    const speeds = await measureTransfers(docker, servers, transfers);
    const rows = [
      ...lifecycleRows(wharf, opponents, costs),
      ...transferRows(speeds, { ...extent, against: "distribution without TLS and users" }),
    ];
    return `${formatTable(rows)}\n\n${machineLine(engine, extent.rounds)}`;
  } finally {
    await docker.remove();
  }
}

/** The image that Wharf would run, present in the engine. */
async function registryImage(docker: DockerEngine, announce: Announce): Promise<string> {
  const local = (await localImages({ registry: defaultImages.registry }, announce))?.registry;
  if (local === undefined) await docker.docker("pull", defaultImages.registry);
  return local ?? defaultImages.registry;
}
