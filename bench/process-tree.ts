import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** What one run of a command took. */
export interface Cost {
  /** From its start to its end. */
  seconds: number;
  /** Most memory that its processes had resident at once, in MiB; pages that they share count in each. */
  treeMiB: number;
  /** Most memory that any one of its processes had resident, in MiB. */
  largestMiB: number;
}

/** Where a measured command runs. */
export interface Place {
  /** Working directory. */
  directory: string;
  /** Added to this process's environment. */
  environment?: Record<string, string>;
  /** Descriptor of an open file that gets its standard output; without it that is told only of a command that fails. */
  output?: number;
}

/** Time between two looks at the processes: a look takes about 2 ms, so looking costs 4 % of one processor. */
const samplingMs = 50;
const kibibytesPerMiB = 1024;

/** Runs a command to its end and measures it. Rejects with what it said where it fails. Needs Linux's /proc. */
export async function measure(
  file: string,
  args: string[],
  { directory, environment, output }: Place,
): Promise<Cost> {
  const cost: Cost = { seconds: 0, treeMiB: 0, largestMiB: 0 };
  const began = performance.now();
  const child = spawn(file, args, {
    cwd: directory,
    env: { ...process.env, ...environment },
    stdio: ["ignore", output ?? "pipe", "pipe"],
  });
  const said: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk: Buffer) => said.push(chunk));
  }
  const look = () => {
    const processes = child.pid === undefined ? [] : processTree(child.pid).map(residentMiB);
    const together = processes.reduce((sum, { now }) => sum + now, 0);
    cost.treeMiB = Math.max(cost.treeMiB, together);
    cost.largestMiB = Math.max(cost.largestMiB, ...processes.map(({ peak }) => peak));
  };
  const looking = setInterval(look, samplingMs);
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once("error", reject).once("close", resolve);
    });
    cost.seconds = (performance.now() - began) / 1000;
    if (code !== 0) {
      throw new Error(`${file} ${args[0]} ended with code ${code}:\n${Buffer.concat(said)}`);
    }
  } finally {
    clearInterval(looking);
  }
  return cost;
}

/** A process and all that descend from it. Linux lists children by the thread that started them, and Go starts them from any. */
function processTree(pid: number): number[] {
  const children = threads(pid).flatMap((thread) =>
    readOrNothing(`/proc/${pid}/task/${thread}/children`).split(" ").filter(Boolean),
  );
  return [pid, ...children.flatMap((child) => processTree(Number(child)))];
}

function threads(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/** Memory of a process now, and its peak as the kernel has kept it. */
function residentMiB(pid: number): { now: number; peak: number } {
  const status = readOrNothing(`/proc/${pid}/status`);
  const field = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1] ?? 0) / kibibytesPerMiB;
  return { now: field("VmRSS"), peak: field("VmHWM") };
}

/** A file of /proc; a process may end between two looks at it, and then there is nothing to count. */
function readOrNothing(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
