import { cpSync, symlinkSync } from "node:fs";
import path from "node:path";

const project = path.resolve(__dirname, "../..");

/** What the command needs of a checkout, beside the program and its stacks. */
const command = [
  "bundle",
  "cli",
  "components",
  "index.ts",
  "offline",
  "policies",
  "package.json",
  "Pulumi.yaml",
  "tsconfig.json",
];

/**
 * Copies the command as it stands in this working tree to a directory of a test's own, with this checkout's packages.
 * @param more files and directories that the test needs as well
 */
export function copyCheckout(into: string, more: readonly string[] = []): void {
  for (const part of [...command, ...more]) {
    cpSync(path.join(project, part), path.join(into, part), {
      recursive: true,
      filter: (source) => path.basename(source) !== "node_modules",
    });
  }
  symlinkSync(path.join(project, "node_modules"), path.join(into, "node_modules"));
}
