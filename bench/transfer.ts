import type { Cost } from "./process-tree";

/** A registry that images are pushed to and pulled from. */
export interface Server {
  /** As progress names it. */
  name: string;
  /** Address that an image name starts with, such as `localhost:5000/app`. */
  repository: string;
}

/** A client of registries, with one image at a time. */
export interface TransferClient {
  /** Makes a new image, with one layer of that many MB (10^6 bytes) of random bytes. */
  make(megabytes: number): Promise<void>;
  /** Pushes it under this name, measured. */
  push(image: string): Promise<Cost>;
  /** Forgets it, so that it has to be pulled again. */
  forget(): Promise<void>;
  /** Pulls it by this name, measured, and forgets it again. */
  pull(image: string): Promise<Cost>;
}

/** Speeds of one registry in MB/s, one for each round. */
export interface Speeds {
  push: number[];
  pull: number[];
}

/** How pushes and pulls are measured. */
export interface Transfers {
  /** Size of the image's one layer, in MB. */
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
 * an image of its own, since a registry is sent nothing that it has.
 */
export async function measureTransfers(
  client: TransferClient,
  servers: [Server, Server],
  { megabytes, rounds, warmUps, onTurn }: Transfers,
): Promise<[Speeds, Speeds]> {
  const speeds: [Speeds, Speeds] = [
    { push: [], pull: [] },
    { push: [], pull: [] },
  ];
  for (let round = 1 - warmUps; round <= rounds; round++) {
    const turns = servers.map((server, index) => ({
      ...server,
      image: `${server.repository}:round${round}`,
      speeds: speeds[index],
    }));
    if (round % 2 === 0) turns.reverse();
    await client.make(megabytes);
    for (const operation of ["push", "pull"] as const) {
      for (const { name, image, speeds: own } of turns) {
        onTurn(round, `${operation}, ${name}`);
        const { seconds } = await client[operation](image);
        if (round >= 1) own?.[operation].push(megabytes / seconds);
      }
      if (operation === "push") await client.forget();
    }
  }
  return speeds;
}
