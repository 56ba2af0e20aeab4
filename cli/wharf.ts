import { Command, CommanderError, InvalidArgumentError } from "commander";
import { version } from "./package.json";
import { ExitCode, refusal } from "./failure";
import { printError } from "./error-report";
import { dockerCertificates } from "./trusted-certificates";

const exitCodes = `
Exit codes:
  0    done
  1    failed; the message says what to do
  2    the description or the command line is wrong, nothing was changed
  130  interrupted`;

const json = process.argv.includes("--json");

const program = new Command("wharf")
  .description("A team's container registry as code, on Pulumi.")
  .version(version, "-v, --version")
  .showHelpAfterError("(npx wharf --help lists what there is)")
  .addHelpText("after", exitCodes)
  // With --json the message goes where a program looks for it, see main.
  .configureOutput({ writeErr: (text) => json || process.stderr.write(text) })
  .exitOverride();

/** A command with the options that all of them take. */
function add(name: string, description: string, examples: string[]): Command {
  return program
    .command(name)
    .description(description)
    .option(
      "-s, --stack <name>",
      "stack to work on, described by Pulumi.<name>.yaml",
      stackName,
      "dev",
    )
    .option("--json", "print one JSON value on standard output")
    .addHelpText(
      "after",
      `\nExamples:\n${examples.map((line) => `  ${line}`).join("\n")}\n${exitCodes}`,
    );
}

/** Names that every Pulumi backend and every object on the Docker host accepts. */
function stackName(name: string): string {
  if (/^[a-z0-9][a-z0-9_.-]{0,49}$/i.test(name)) return name;
  throw new InvalidArgumentError("A stack's name has 1 to 50 letters, digits, . _ or -.");
}

// Each command is loaded when it runs, so that help and mistakes answer at once. By `require`: tsx/cjs leaves import() to
// Node.js, which knows no TypeScript.
add("up", "Bring the registry up, or to what its description says now.", [
  "npx wharf up --yes",
  "npx wharf up --stack prod",
])
  .option("-y, --yes", "do not ask")
  .action((options) => (require("./commands/up") as typeof import("./commands/up")).up(options));

add("preview", "List what up would do, and change nothing.", [
  "npx wharf preview",
  "npx wharf preview --json | jq '.[] | select(.action != \"same\")'",
]).action((options) =>
  (require("./commands/preview") as typeof import("./commands/preview")).preview(options),
);

add("down", "Remove the registry, and all that Wharf left on this host.", [
  "npx wharf down",
  "npx wharf down --stack lab --yes",
])
  .option("-y, --yes", "do not ask")
  .action((options) =>
    (require("./commands/down") as typeof import("./commands/down")).down(options),
  );

add("trust", "Put the registry's CA where this host's Docker looks for it.", [
  "npx wharf trust",
  "npx wharf trust --remove",
  "npx wharf trust --directory ~/.config/docker/certs.d   # rootless Docker",
])
  .option("--remove", "take away what an earlier trust wrote")
  .option("--directory <path>", "where Docker looks for CAs", dockerCertificates)
  .action((options) =>
    (require("./commands/trust") as typeof import("./commands/trust")).trust(options),
  );

add("login", "Log this user's Docker client in to the registry.", [
  "npx wharf login",
  "npx wharf login --user developer",
])
  .option("-u, --user <name>", "user to log in as; the first one where not given")
  .action((options) =>
    (require("./commands/login") as typeof import("./commands/login")).login(options),
  );

add("outputs", "Show what the stack yields: addresses, commands, certificate.", [
  "npx wharf outputs",
  "npx wharf outputs --json | jq -r .endpoint",
  "npx wharf outputs --json --show-secrets | jq -r .credentials.admin",
])
  .option("--show-secrets", "show secrets in clear")
  .action((options) =>
    (require("./commands/outputs") as typeof import("./commands/outputs")).outputs(options),
  );

add("env", "Print shell lines under which plain pulumi works on the same stack.", [
  'eval "$(npx wharf env)" && pulumi preview',
]).action((options) => (require("./commands/env") as typeof import("./commands/env")).env(options));

add("retention", "Show which images the rules would delete, by which rule and why.", [
  "npx wharf retention",
  "npx wharf retention --stack aws --listing images.json",
  "aws ecr describe-images --repository-name shop/api | npx wharf retention --stack aws --listing -",
])
  .option(
    "--listing <file>",
    "images to look at, - for standard input; the stack's own where not given",
  )
  .option("--repository <name>", "repository that the listing is of, where it does not say it")
  .option("--rules <file>", "YAML block of rules to try in place of the stack's")
  .action((options) =>
    (require("./commands/retention") as typeof import("./commands/retention")).retention(options),
  );

program
  .command("explain")
  .description(
    "Show which features each target has, by what, and what to use in place of the others.",
  )
  .argument("[target]", "one target: docker, kubernetes, aws, gcp or azure")
  .option("--json", "print one JSON value on standard output")
  .addHelpText("after", "\nExamples:\n  npx wharf explain\n  npx wharf explain aws")
  .action((target, options) =>
    (require("./commands/explain") as typeof import("./commands/explain")).explain(target, options),
  );

async function main(): Promise<void> {
  // A reader that goes away (`| head`), or a terminal that does, is no reason to leave the engine alone.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
  try {
    if (process.argv.length === 2) program.outputHelp();
    else await program.parseAsync();
  } catch (error) {
    if (!(error instanceof CommanderError)) process.exitCode = printError(error, json);
    else if (error.exitCode === 0) process.exitCode = ExitCode.Done;
    // Commander has told people already, with the nearest word it knows.
    else process.exitCode = json ? printError(refusal(error.message), json) : ExitCode.Refused;
  }
}

void main();
