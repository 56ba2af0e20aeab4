import path from "node:path";

/**
 * Variables with which every program on Node.js loads the TypeScript compiler and npm's arborist only when it uses them, as the
 * command does by itself. A test runs the program dozens of times, and a third of each start is that. For projects whose Pulumi.yaml
 * says `typescript: false`.
 */
export const latePackages = {
  NODE_OPTIONS: `--require ${JSON.stringify(path.join(__dirname, "late-packages.cjs"))}`,
};
