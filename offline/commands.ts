import { execFile, spawn } from "node:child_process";
import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** How many of a failed command's last lines its error repeats. */
const keptLines = 12;

/** The first executable of this name on PATH; undefined when there is none. */
export async function findOnPath(
  name: string,
  path = process.env.PATH ?? "",
): Promise<string | undefined> {
  for (const directory of path.split(delimiter).filter(Boolean)) {
    const candidate = join(directory, name);
    if (await isExecutable(candidate)) return candidate;
  }
  return undefined;
}

/** Whether this process may execute a file. */
export async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** What a command prints, without the last line break. Rejects when it fails or takes longer than ten seconds. */
export async function outputOf(
  command: string,
  args: string[],
  env: Record<string, string> = {},
): Promise<string> {
  const { stdout } = await execute(command, args, {
    env: { ...process.env, ...env },
    timeout: 10_000,
  });
  return stdout.trimEnd();
}

/** How {@link run} runs a command. */
export interface RunOptions {
  cwd?: string;
  /** Added to this process's environment. */
  env?: Record<string, string>;
  /** Called with every line that the command prints. */
  onLine?: (line: string) => void;
  /** Time after which the command is stopped, in milliseconds. No limit by default. */
  timeoutMs?: number;
}

/** Runs a command to its end. Rejects with its last lines when it fails. */
export async function run(
  command: string,
  args: string[],
  options: RunOptions = {},
): Promise<void> {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: options.timeoutMs,
  });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      lines.push(line);
      if (lines.length > keptLines) lines.shift();
      options.onLine?.(line);
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject).once("close", resolve);
  });
  if (code !== 0) throw new Error(lines.join("\n") || `${command} ended with code ${code}`);
}
