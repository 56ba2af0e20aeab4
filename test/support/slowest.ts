import { relative } from "node:path";
import type { Reporter, TestModule } from "vitest/node";

/** How many files are listed. */
const listed = 10;

/** Prints at the end of a run which files took longest, hooks included: what CI's time is spent on. */
export default class Slowest implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    if (modules.length <= listed) return;
    const rows = modules
      .map((module) => ({ file: module.moduleId, milliseconds: durationOf(module) }))
      .sort((one, other) => other.milliseconds - one.milliseconds)
      .slice(0, listed)
      .map(({ file, milliseconds }) => {
        const seconds = Math.round(milliseconds / 1000);
        return `${String(seconds).padStart(5)} s  ${relative(process.cwd(), file)}`;
      });
    console.log(`\nThe slowest ${listed} of ${modules.length} files:\n${rows.join("\n")}\n`);
  }
}

/** Time of a file from its imports to its last hook, in milliseconds. */
function durationOf(module: TestModule): number {
  const { collectDuration, duration, setupDuration } = module.diagnostic();
  return collectDuration + duration + setupDuration;
}
