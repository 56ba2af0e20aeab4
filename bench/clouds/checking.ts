import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const execute = promisify(execFile);
const checkout = resolve(__dirname, "../..");
const program = join(__dirname, "check.ts");

/**
 * What tells the seconds that the check of a description takes within a preview: in a process of its own, like the preview's, since
 * a second check is faster than the first.
 */
export async function checkingOf(
  within: string,
  description: object,
): Promise<() => Promise<number>> {
  const file = join(within, "description.json");
  await writeFile(file, JSON.stringify(description));
  return async () => {
    const args = ["--require", "tsx/cjs", program, file];
    const { stdout } = await execute(process.execPath, args, { cwd: checkout });
    return Number(stdout);
  };
}
