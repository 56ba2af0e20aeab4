import { readFile } from "node:fs/promises";
import { createCertificate } from "../../test/support/loopback-certificate";
import { until } from "../../test/cluster/waiting";
import { turnTeller, type Section, type Surroundings } from "../section";
import type { Row } from "../table";
import { Load, newImage } from "./load";
import { describe, loginOf, modes, titles, type Mode } from "./modes";
import { onDocker, onKubernetes, type Platform } from "./platforms";
import { ObservedProcess } from "./usage";

const platforms = { docker: onDocker, kubernetes: onKubernetes };

/** What is measured of each registry, with the aim beside distribution without users. */
const measures = {
  push: { unit: "MB/s", aim: { atLeast: 0.95 } },
  pull: { unit: "MB/s", aim: { atLeast: 0.95 } },
  "small pulls": { unit: "1/s", aim: { atLeast: 0.9 } },
  "processor time of a small pull": { unit: "ms", aim: { atMost: 1.1 } },
  logins: { unit: "1/s", aim: undefined },
  "peak memory": { unit: "MiB", aim: { atMost: 1.2 } },
} as const satisfies Record<string, Pick<Row, "unit" | "aim">>;
type Measure = keyof typeof measures;
const names = Object.keys(measures) as Measure[];

/** Small pulls and logins of a turn: 1,000 and 300, 100 and 15 in a short run. With htpasswd each request takes 70 ms of a processor. */
function countsOf(mode: Mode, megabytes: number): { pulls: number; logins: number } {
  return mode === "htpasswd"
    ? { pulls: megabytes / 10, logins: megabytes / 10 }
    : { pulls: Math.max(100, megabytes * 5), logins: megabytes * 1.5 };
}
const smallBytes = 10_000;

/** A registry that runs, and what was measured of it, a figure for each round. */
interface Registry {
  mode: Mode;
  load: Load;
  process: ObservedProcess;
  figures: Record<Measure, number[]>;
}

/**
 * Measures what it costs that a registry decides who may do what: distribution without users, with htpasswd, and Wharf's registry with
 * roles and immutable tags, without TLS and with it, on Docker and on Kubernetes.
 */
export const measureRegistries: Section = async (surroundings) => {
  const { directory, extent } = surroundings;
  const { certificatePath, keyPath } = createCertificate(directory);
  const [certificate, key] = await Promise.all([
    readFile(certificatePath, "utf8"),
    readFile(keyPath, "utf8"),
  ]);
  const rows: Row[] = [];
  for (const name of extent.platforms) {
    const platform = await platforms[name](surroundings);
    try {
      for (const pair of [undefined, { certificate, key }]) {
        const where = `${name}, ${pair ? "with" : "without"} TLS`;
        rows.push(...rowsOf(where, extent.megabytes, await measure(platform, pair, surroundings)));
      }
    } finally {
      await platform.stop();
    }
  }
  return { rows, plugins: [] };
};

/** One registry of each mode on a platform, measured in turn, and every other round the other way about. */
async function measure(
  platform: Platform,
  certificate: { certificate: string; key: string } | undefined,
  surroundings: Surroundings,
): Promise<Registry[]> {
  const { extent } = surroundings;
  const { transfers } = extent;
  const onTurn = turnTeller(surroundings);
  const registries: Registry[] = [];
  try {
    for (const mode of modes) registries.push(await start(platform, mode, certificate));
    for (let round = 1 - extent.warmUps; round <= extent.rounds; round++) {
      const turns = round % 2 === 0 ? registries.toReversed() : registries;
      const big = newImage(extent.megabytes * 1e6);
      const tag = `round${round}`;
      for (const { process } of turns) process.forgetPeak();
      /** Measures the same of every registry, one right after the other. */
      const each = async (name: Measure, work: (one: Registry) => Promise<number>) => {
        for (const one of turns) {
          onTurn(round, `${name}, ${titles[one.mode]}`);
          const figure = await work(one);
          if (round >= 1) one.figures[name].push(figure);
        }
      };
      await each("push", async ({ load }) => {
        const seconds = await secondsOf(async () => {
          for (let sent = 0; sent < transfers; sent++) await load.push("bench/big", tag, big);
        });
        return (transfers * extent.megabytes) / seconds;
      });
      await each("pull", async ({ load }) => {
        const seconds = await secondsOf(async () => {
          for (let got = 0; got < transfers; got++) {
            const bytes = await load.pull("bench/big", tag);
            if (bytes !== big.layer.length) throw new Error(`${bytes} bytes were pulled`);
          }
        });
        return (transfers * extent.megabytes) / seconds;
      });
      const processorMs = new Map<Registry, number>();
      await each("small pulls", async (one) => {
        const { pulls } = countsOf(one.mode, extent.megabytes);
        const before = one.process.processorSeconds();
        const seconds = await secondsOf(() => one.load.pulls("bench/small", "latest", pulls));
        processorMs.set(one, ((one.process.processorSeconds() - before) * 1000) / pulls);
        return pulls / seconds;
      });
      await each("processor time of a small pull", (one) =>
        Promise.resolve(processorMs.get(one) ?? NaN),
      );
      await each("logins", async ({ mode, load }) => {
        const { logins } = countsOf(mode, extent.megabytes);
        return logins / (await secondsOf(() => load.logins(logins)));
      });
      await each("peak memory", ({ process }) => Promise.resolve(process.peakMiB()));
    }
    return registries;
  } finally {
    await Promise.all(registries.map(({ load }) => load.close()));
  }
}

/** Starts a registry, waits until it answers, and pushes the small image to it. */
async function start(
  platform: Platform,
  mode: Mode,
  certificate: { certificate: string; key: string } | undefined,
): Promise<Registry> {
  const described = describe(mode, certificate);
  const address = await platform.start(described);
  const load = new Load(`http${described.tls ? "s" : ""}://${address}`, loginOf(mode));
  await until({ what: `${titles[mode]} to answer at ${address}` }, async () => {
    await load.logins(1);
    return true;
  });
  await load.push("bench/small", "latest", newImage(smallBytes));
  const process = ObservedProcess.withArgument(`${described.directory}/config.yml`);
  const figures = Object.fromEntries(names.map((name) => [name, [] as number[]]));
  return { mode, load, process, figures: figures as Registry["figures"] };
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

/** Roles beside each of the other modes. */
function rowsOf(where: string, megabytes: number, registries: Registry[]): Row[] {
  const roles = registries.find(({ mode }) => mode === "roles");
  const others = registries.filter(({ mode }) => mode !== "roles");
  return names.flatMap((name) =>
    others.map((other): Row => {
      const { unit, aim } = measures[name];
      const size = name === "push" || name === "pull" ? ` ${megabytes} MB` : "";
      return {
        what: `${where}: ${name}${size}`,
        against: titles[other.mode],
        unit,
        figures: { wharf: roles?.figures[name] ?? [], other: other.figures[name] },
        aim: other.mode === "none" ? aim : undefined,
      };
    }),
  );
}
