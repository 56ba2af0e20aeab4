import { type Command, InvalidArgumentError } from "commander";

const second = 1;
const units: Record<string, number> = { s: second, m: 60 * second, h: 3600 * second };

/** Shortest and longest life of a token, in seconds. A longer one is a password: give the robot a user of its own for that. */
export const lifetimes = { shortest: 60, longest: 24 * 3600 };

/** A span of time as a person writes it, `90s`, `30m`, `2h`, `1h30m`, in seconds. */
export function ttlSeconds(text: string): number {
  const parts = [...text.trim().matchAll(/(\d+)([smh])/g)];
  const seconds = parts.reduce(
    (sum, [, count, unit = ""]) => sum + Number(count) * units[unit]!,
    0,
  );
  const read = parts.map(([part]) => part).join("");
  if (read === "" || read !== text.trim()) {
    throw new InvalidArgumentError('Write it as "30m", "2h" or "1h30m".');
  }
  if (seconds < lifetimes.shortest || seconds > lifetimes.longest) {
    throw new InvalidArgumentError("A token is valid for 1 minute to 24 hours.");
  }
  return seconds;
}

const several = (value: string, before: string[] = []) => [
  ...before,
  ...value.split(",").map((one) => one.trim()),
];

/**
 * Adds `wharf token` with its commands.
 * @param stackName reads a stack's name, and refuses what can be none
 */
export function registerTokens(program: Command, stackName: (name: string) => string): void {
  const token = program
    .command("token")
    .description("Create short-lived credentials of the registry's users, and revoke them.");
  const add = (name: string, description: string, examples: string[]) =>
    token
      .command(name)
      .description(description)
      .option("-s, --stack <name>", "stack whose registry it is for", stackName, "dev")
      .option("--json", "print one JSON value on standard output")
      .addHelpText("after", `\nExamples:\n${examples.map((line) => `  ${line}`).join("\n")}`);

  add("create", "Print a token, which a client sends as the password of its user.", [
    "npx wharf token create --user ci --repository shop/api --ttl 2h",
    "npx wharf token create --user ci --repository 'shop/**' --actions push --ttl 30m | docker login registry.example.com --username ci --password-stdin",
  ])
    .requiredOption(
      "-u, --user <name>",
      "user of wharf:users whose rights bound those of the token",
    )
    .requiredOption(
      "-r, --repository <name>",
      "repository, or a pattern such as shop/*; may be given several times",
      several,
    )
    .option("-a, --actions <list>", "pull, push (and pull), delete; defaults to pull", several)
    .option("--ttl <time>", "how long it is valid, 1m to 24h; defaults to 1h", ttlSeconds)
    .action(async (options) => (await import("../commands/token")).create(options));

  add("revoke", "Have the registry refuse a token from now on.", [
    "npx wharf token revoke 20270131T1200Z-4b7d2f19",
  ])
    .argument("<id>", "id of the token, as create and list show it")
    .option("-y, --yes", "run the up without asking")
    .action(async (id, options) => (await import("../commands/token")).revoke(id, options));

  add("list", "List the tokens that this checkout created, and those that are revoked.", [
    "npx wharf token list",
  ]).action(async (options) => (await import("../commands/token")).list(options));
}
