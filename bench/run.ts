import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Announce } from "../offline/announce";
import { reason } from "../offline/errors";
import { measureBackups } from "./backup/section";
import { clouds } from "./clouds/cloud";
import { measureClouds } from "./clouds/section";
import { measureCopies } from "./copy/section";
import { measureDocker } from "./docker/section";
import { measureKubernetes } from "./kubernetes/section";
import { machineLine } from "./machine";
import { measurePolicies } from "./policies/section";
import { measureRegistries } from "./registry/section";
import type { Extent, Measured, Section } from "./section";
import { formatTable, type Row } from "./table";

const sections: Record<string, Section> = {
  docker: measureDocker,
  kubernetes: measureKubernetes,
  clouds: measureClouds,
  policies: measurePolicies,
  copy: measureCopies,
  registry: measureRegistries,
  backup: measureBackups,
};
const names = Object.keys(sections);

const usage = `npm run bench -- [--only ${names.join("|")}] [--rounds N] [--short]

  --only      one part of it; may be given several times
  --rounds N  how often each measurement is taken, after one that warms caches up (5)
  --repositories N,N,…  how many the previews on clouds have, from the fewest to the most (1,10,100,1000,5000)
  --short     one round, no warm-up, 10 MB, of the clouds only AWS, 1 and 10 repositories, registries on Docker only: shows that it works, and no figure to rely on
`;

/** What is asked for on the command line. */
interface Order {
  only: string[];
  extent: Extent;
}

function orderOf(args: string[]): Order {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: "string", multiple: true },
      rounds: { type: "string" },
      repositories: { type: "string" },
      short: { type: "boolean" },
    },
  });
  const only = values.only ?? names;
  const unknown = only.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new Error(
      `--only takes ${names.slice(0, -1).join(", ")} or ${names.at(-1)}, not ${unknown}.`,
    );
  }
  if (values.short) {
    const clouds = ["aws"] as const;
    return {
      only,
      extent: {
        ...{ rounds: 1, warmUps: 0, transfers: 1, megabytes: 10, clouds },
        repositories: [1, 10],
        platforms: ["docker"],
      },
    };
  }
  const rounds = Number(values.rounds ?? 5);
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new Error(`--rounds takes a whole number from 1 on, not ${values.rounds}.`);
  }
  const repositories = (values.repositories ?? "1,10,100,1000,5000").split(",").map(Number);
  if (
    !repositories.every((count, i) => Number.isInteger(count) && count > (repositories[i - 1] ?? 0))
  ) {
    throw new Error(
      `--repositories takes whole numbers from the fewest to the most, as 1,10,100, not ${values.repositories}.`,
    );
  }
  const platforms = ["docker", "kubernetes"] as const;
  // One transfer takes a fifth of a second, in which chance decides.
  const sizes = { transfers: 5, megabytes: 200, repositories };
  return { only, extent: { rounds, warmUps: 1, ...sizes, clouds, platforms } };
}

/** Progress goes to standard error; standard output has only the table. */
const announce: Announce = {
  start: (step, detail = "") => console.error(`… ${step} ${detail}`),
  update: (detail) => console.error(`  ${detail}`),
  done: (step, detail) => console.error(`✔ ${step} ${detail}`),
};

async function main(): Promise<void> {
  let order: Order;
  try {
    order = orderOf(process.argv.slice(2));
  } catch (error) {
    console.error(`${reason(error)}\n\n${usage}`);
    process.exitCode = 2;
    return;
  }
  // Ctrl-C ends the command that is being measured; what the benchmark has made is then removed.
  const interrupted = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => interrupted.abort(new Error("Stopped.")));
  }
  const { only, extent } = order;
  const measured: Measured[] = [];
  const rows: Row[] = [];
  try {
    for (const name of names.filter((name) => only.includes(name))) {
      const directory = await mkdtemp(join(tmpdir(), "wharf-bench-"));
      try {
        const { signal } = interrupted;
        const section = await sections[name]!({ directory, extent, announce, signal });
        measured.push(section);
        rows.push(...section.rows);
      } finally {
        await rm(directory, { recursive: true, force: true, maxRetries: 5 });
      }
    }
  } catch (error) {
    console.error(reason(interrupted.signal.aborted ? interrupted.signal.reason : error));
    process.exitCode = 1;
  }
  // What was measured before something failed took long, and is told.
  if (rows.length > 0)
    console.log(`${formatTable(rows)}\n\n${machineLine(measured, extent.rounds)}`);
}

void main();
