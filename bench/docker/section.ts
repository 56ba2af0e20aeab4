import { join } from "node:path";
import { defaultImages } from "../../components/model/description";
import { startIntervalOf } from "../../components/docker/host";
import type { Announce } from "../../offline/announce";
import { findDockerEngine } from "../../offline/docker/docker-engine";
import { findEngine } from "../../offline/engine/engine";
import { localImages } from "../../offline/images/images";
import { freePort } from "../../test/support/free-port";
import type { Contender } from "../contender";
import { measureLifecycles } from "../lifecycle";
import { emptyProgram, PulumiStack, smallProgram, wharfProgram } from "../pulumi-stack";
import type { StateResource } from "../pulumi-stack";
import { lifecycleRows, transferRows, type Opponent } from "../rows";
import { expectSameResources } from "../same-resources";
import { turnTeller, type Measured, type Surroundings } from "../section";
import { measureTransfers, type Server } from "../transfer";
import { DockerClient } from "./docker-client";
import { DockerEngine } from "./docker-engine";
import { serveBare, serveWharf } from "./servers";
import { terraform } from "./terraform";
import { tutorialScript } from "./tutorial";

/** Image of the registry under a name of the benchmark's own: a lab that goes takes the name along, and it is given again. */
const image = "wharf.bench/distribution:3";

/** The resources of a Wharf lab, registered without Wharf. */
const bareProgram = smallProgram(join(__dirname, "bare-program"));

/**
 * Measures Wharf on a Docker engine of its own, beside everything else that makes a registry there.
 * @throws what the first command that failed said
 */
export async function measureDocker(surroundings: Surroundings): Promise<Measured> {
  const { directory, extent, announce } = surroundings;
  const docker = await DockerEngine.start(directory);
  try {
    // All that is started from here on, and the rooms of Wharf that are used here, take this engine for the machine's.
    Object.assign(process.env, docker.environment);
    const engine = await findEngine(join(directory, ".wharf"), announce);
    const source = await registryImage(docker, announce);
    const prepare = () => docker.docker("tag", source, image);
    const onTurn = turnTeller(surroundings);
    await prepare();

    const port = await freePort();
    const within = { engine, within: directory };
    const { apiVersion } = await findDockerEngine(announce);
    const startInterval = startIntervalOf({ ApiVersion: apiVersion });
    const wharf = await PulumiStack.create("Wharf on Docker", wharfProgram, {
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
      config: {
        ...{ "bare:port": port, "bare:image": image },
        ...(startInterval !== undefined && { "bare:startInterval": startInterval }),
      },
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
          if (one && other) expectSameResources(one, other, "bench/docker/bare-program");
        },
      },
    );

    await prepare();
    const servers: [Server, Server] = [
      await serveWharf(docker, wharf),
      await serveBare(docker, { directory, image, port: await freePort() }),
    ];
    const transfers = { ...extent, onTurn };
    const speeds = await measureTransfers(new DockerClient(docker), servers, transfers);
    const against = "distribution without TLS and users";
    const rows = [
      ...lifecycleRows("docker", wharf, opponents, costs),
      ...transferRows("docker", speeds, { ...extent, against, aim: { atLeast: 0.9 } }),
    ];
    return { rows, plugins: engine.plugins, version: engine.version };
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
