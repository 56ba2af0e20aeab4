import { readdirSync, readFileSync, writeFileSync } from "node:fs";

/** Clock ticks of a second in /proc: the kernel's USER_HZ, 100 on every architecture that Go builds for. */
const ticksPerSecond = 100;

/** A process that runs somewhere on this machine, in whatever container. Needs Linux's /proc, and root. */
export class ObservedProcess {
  private constructor(private readonly directory: string) {}

  /**
   * Finds the process that has an argument.
   * @throws Error where there is not exactly one
   */
  static withArgument(argument: string): ObservedProcess {
    const found = readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .filter((name) => argumentsOf(name).includes(argument));
    const [pid] = found;
    if (pid === undefined || found.length > 1) {
      throw new Error(`${found.length} processes have the argument ${argument}, not one`);
    }
    return new ObservedProcess(`/proc/${pid}`);
  }

  /** Seconds of a processor that it has taken so far, its own and the kernel's for it. */
  processorSeconds(): number {
    const stat = readFileSync(`${this.directory}/stat`, "utf8");
    // Fields 14 and 15 of proc(5), counted from the end of the name, which may hold anything.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
  }

  /** Forgets what memory it had at most so far. */
  forgetPeak(): void {
    // 5 sets VmHWM back to what is resident now, see proc(5).
    writeFileSync(`${this.directory}/clear_refs`, "5");
  }

  /** Most memory that it had resident since then, in MiB. */
  peakMiB(): number {
    const status = readFileSync(`${this.directory}/status`, "utf8");
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]) / 1024;
  }
}

function argumentsOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  } catch {
    // It has ended in between.
    return [];
  }
}
