import type { Command } from "commander";

/**
 * Adds `wharf env` with its commands.
 * @param stackName reads a stack's name, and refuses what can be none
 */
export function registerEnvironments(program: Command, stackName: (name: string) => string): void {
  const environments = program
    .command("env")
    .description("Compare the stacks of this checkout, and copy one's description to another.");

  environments
    .command("list")
    .description("List the stacks that are described here and those that are up.")
    .option("--json", "print one JSON value on standard output")
    .action(async (options) => (await import("../commands/env")).list(options));

  environments
    .command("diff")
    .description("Show the differences of two stacks' descriptions, defaults included.")
    .argument("<a>", "one stack", stackName)
    .argument("<b>", "the other stack", stackName)
    .option("--exit-code", "end with 1 where they differ, as diff does")
    .option("--json", "print one JSON value on standard output")
    .addHelpText("after", "\nExamples:\n  npx wharf env diff staging prod")
    .action(async (a, b, options) => (await import("../commands/env")).diff(a, b, options));

  environments
    .command("promote")
    .description("Copy a stack's description to another, except what belongs to an environment.")
    .argument("<a>", "stack whose description is copied", stackName)
    .argument("<b>", "stack whose Pulumi.<b>.yaml is written", stackName)
    .option("--keys <keys>", "keys to copy, with commas between them, also those of an environment")
    .option("-y, --yes", "do not ask")
    .option("--confirm <stack>", "the written stack's name once more, where it is prod")
    .option("--json", "print one JSON value on standard output")
    .addHelpText(
      "after",
      "\nExamples:\n  npx wharf env promote dev staging\n  npx wharf env promote staging prod --keys repositories,retention",
    )
    .action(async (a, b, options) => (await import("../commands/env")).promote(a, b, options));

  environments
    .command("rename")
    .description("Give the keys of a stack's file, and of wharf.yaml, their current names.")
    .argument("<stack>", "stack whose Pulumi.<stack>.yaml is written", stackName)
    .option("--json", "print one JSON value on standard output")
    .action(async (stack, options) => (await import("../commands/env")).rename(stack, options));
}
