import { measure } from "./process-tree";
import type { DockerEngine } from "./docker-engine";

/** A registry that images are pushed to and pulled from. */
export interface Server {
  /** As progress names it. */
  name: string;
  /** Address that an image name starts with, such as `localhost:5000/app`. */
  repository: string;
}

/** Speeds of one registry in MB/s, one for each round. */
export interface Speeds {
  push: number[];
  pull: number[];
}

/** How pushes and pulls are measured. */
export interface Transfers {
  /** Size of the image's one layer, in MB (10^6 bytes) of random bytes. */
  megabytes: number;
  /** How many rounds count. */
  rounds: number;
  /** How many rounds go before them, to warm caches up, and do not count. */
  warmUps: number;
  /** Told of each turn that begins; rounds that do not count are below 1. */
  onTurn: (round: number, name: string) => void;
}

/**
 * Pushes an image to both registries in turn, then pulls it from both, and every other round the other way about. Every round has
 * an image of its own, since a registry is sent nothing that it has; the engine forgets the image before each pull.
 */
export async function measureTransfers(
  engine: DockerEngine,
  servers: [Server, Server],
  { megabytes, rounds, warmUps, onTurn }: Transfers,
): Promise<[Speeds, Speeds]> {
  const speeds: [Speeds, Speeds] = [
    { push: [], pull: [] },
    { push: [], pull: [] },
  ];
  const place = { directory: process.cwd() };
  const source = "wharf.bench/random:1";
  for (let round = 1 - warmUps; round <= rounds; round++) {
    const turns = servers.map((server, index) => ({
      ...server,
      image: `${server.repository}:round${round}`,
      speeds: speeds[index],
    }));
    if (round % 2 === 0) turns.reverse();
    const timed = async (
      operation: keyof Speeds,
      { image, speeds: own }: (typeof turns)[number],
    ) => {
      const { seconds } = await measure("docker", [operation, "--quiet", image], place);
      if (round >= 1) own?.[operation].push(megabytes / seconds);
    };
    await engine.build(source, megabytes);
    for (const turn of turns) {
      onTurn(round, `push, ${turn.name}`);
      await engine.docker("tag", source, turn.image);
      await timed("push", turn);
      await engine.docker("image", "rm", turn.image);
    }
    await engine.docker("image", "rm", source);
    for (const turn of turns) {
      onTurn(round, `pull, ${turn.name}`);
      await timed("pull", turn);
      await engine.docker("image", "rm", turn.image);
    }
  }
  return speeds;
}
