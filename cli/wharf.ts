import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { version } from "./package.json";
import { ExitCode, refusal } from "./failure";
import { describe, printError } from "./ui/error-report";
import { registerBackups } from "./backup/command-line";
import { registerEnvironments } from "./environments/command-line";
import { registerImages } from "./images/command-line";
import { registerTokens } from "./tokens/command-line";
import { loopbackVariables } from "../offline/engine/loopback";
import { dockerCertificates } from "./certificates/trusted-certificates";

const exitCodes = `
Exit codes:
  0    done
  1    failed; the message says what to do
  2    the description or the command line is wrong, nothing was changed
  3    a policy that is mandatory is violated (review, audit)
  130  interrupted`;

const json = process.argv.includes("--json");

const program = new Command("wharf")
  .description("A team's container registry as code, on Pulumi.")
  .version(version, "-v, --version")
  .showHelpAfterError("(npx wharf --help lists the commands)")
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

/** Hours as a person writes them, parts of one as decimals. */
function hours(text: string): number {
  const number = Number(text);
  if (text.trim() !== "" && number > 0 && number <= 24 * 365) return number;
  throw new InvalidArgumentError("Hours are a number above 0, 8760 (a year) at most.");
}

/** Names of stacks with commas between them. */
function stackNames(names: string): string[] {
  return names.split(",").map((name) => stackName(name.trim()));
}

/** Requests at the same time, as many as a registry bears. */
function parallel(text: string): number {
  if (/^[1-9]\d?$/.test(text) && Number(text) <= 64) return Number(text);
  throw new InvalidArgumentError("A whole number from 1 to 64.");
}

const replaceImages =
  "accept that the images in this resource are deleted, named as in preview; may be given several times";
const named = (name: string, before: string[] = []) => [...before, name];
const takeOver = "take over the volume, with its images, that an earlier stack of this name kept";

// Each command is loaded when it runs, so that help and mistakes answer at once.
add("up", "Create the registry, or update it to its description.", [
  "npx wharf up --yes",
  "npx wharf up --stack prod",
  "npx wharf up --replace-images registry-data   # its images are deleted",
  "npx wharf up --take-over wharf-dev-data   # the images of an earlier stack dev",
])
  .option("-y, --yes", "do not ask")
  .option("--replace-images <resource>", replaceImages, named)
  .option("--take-over <volume>", takeOver)
  .action(async (options) => (await import("./commands/up")).up(options));

add("preview", "List what up would do, and change nothing.", [
  "npx wharf preview",
  "npx wharf preview --json | jq '.[] | select(.action != \"same\")'",
])
  .option("--replace-images <resource>", replaceImages, named)
  .option("--take-over <volume>", takeOver)
  .action(async (options) => (await import("./commands/preview")).preview(options));

add("adopt", "Take what exists already under the description's names into the stack, unchanged.", [
  "npx wharf adopt",
  "npx wharf adopt --stack prod --yes",
])
  .option("-y, --yes", "do not ask")
  .action(async (options) => (await import("./commands/adopt")).adopt(options));

add(
  "down",
  "Show what is deleted, ask, and remove the registry and all that Wharf left on this host.",
  [
    "npx wharf down",
    "npx wharf down --stack lab --yes",
    "npx wharf down --stack staging --yes --confirm staging",
  ],
)
  .option("-y, --yes", "do not ask")
  .option(
    "--confirm <stack>",
    "the stack's name once more, where images outside a lab would be deleted",
  )
  .action(async (options) => (await import("./commands/down")).down(options));

add("renew", "Renew the stack's own certificates that are due, and change nothing else.", [
  "npx wharf renew --yes",
  "npx wharf renew --stack prod --yes",
])
  .option("-y, --yes", "do not ask")
  .action(async (options) => (await import("./commands/renew")).renew(options));

add("extend", "Let a lab expire later than its wharf:lab.ttlHours.", [
  "npx wharf extend",
  "npx wharf extend --hours 4 --yes",
])
  .option("--hours <number>", "hours to add; defaults to wharf:lab.ttlHours", hours)
  .option("-y, --yes", "do not ask")
  .action(async (options) => (await import("./commands/extend")).extend(options));

program
  .command("reap")
  .description("List the labs of the backend that have expired, and with --yes remove them.")
  .option("-y, --yes", "remove them; without it nothing is changed")
  .option("--json", "print one JSON value on standard output")
  .addHelpText(
    "after",
    `\nExamples:\n  npx wharf reap\n  npx wharf reap --yes\n  PULUMI_BACKEND_URL=s3://state npx wharf reap --yes --json\n${exitCodes}`,
  )
  .action(async (options) =>
    (await import("./commands/reap")).reap({
      stack: "",
      ...options,
    }),
  );

add("trust", "Put the registry's CA where this host's Docker looks for it.", [
  "npx wharf trust",
  "npx wharf trust --remove",
  "npx wharf trust --directory ~/.config/docker/certs.d   # rootless Docker",
])
  .option("--remove", "remove what an earlier trust wrote")
  .option(
    "--directory <path>",
    `where Docker looks for CAs; defaults to ${dockerCertificates}, with Docker Desktop to ~/.docker/certs.d, with a rootless engine to ~/.config/docker/certs.d`,
  )
  .action(async (options) => (await import("./commands/trust")).trust(options));

add("login", "Log this user's Docker client in to the registry.", [
  "npx wharf login",
  "npx wharf login --user developer",
])
  .option("-u, --user <name>", "user to log in as; defaults to the first one")
  .action(async (options) => (await import("./commands/login")).login(options));

add("outputs", "Show the stack's outputs: addresses, commands, certificate.", [
  "npx wharf outputs",
  "npx wharf outputs --json | jq -r .endpoint",
  "npx wharf outputs --json --show-secrets | jq -r .credentials.admin",
])
  .option("--show-secrets", "show secrets in plaintext")
  .action(async (options) => (await import("./commands/outputs")).outputs(options));

add("status", "Look whether the registry answers, lets its users in and keeps its images.", [
  "npx wharf status",
  "npx wharf status --all --html status.html",
  "npx wharf status --stack prod --notify   # for a timer",
])
  .option("--all", "every stack of the backend that is up")
  .option("--html <file>", "write a page of it as well")
  .option("--notify", "tell wharf:notifications where something is wrong")
  .action(async (options) => (await import("./commands/status")).status(options));

add("pulumi-env", "Print shell lines under which plain pulumi works on the same stack.", [
  'eval "$(npx wharf pulumi-env)" && pulumi preview',
  'eval "$(npx wharf pulumi-env --languages)" && pulumi -C examples/docker-yaml preview',
])
  .option("--languages", "also run programs in YAML and Python, and generate SDKs")
  .action(async (options) => (await import("./commands/pulumi-env")).pulumiEnv(options));

add("cost", "Show what a month of the registry costs, computed only from its description.", [
  "npx wharf cost --stack aws",
  "npx wharf cost --stack gcp --json | jq .monthlyDollars",
]).action(async (options) => (await import("./commands/cost")).cost(options));

registerEnvironments(program, stackName);
registerImages(program, stackName);
registerTokens(program, stackName);
registerBackups(program, stackName);

program
  .command("review")
  .description("Show what the descriptions would do: changes, violations of policies, costs.")
  .option(
    "--stacks <names>",
    "stacks, with commas between them; defaults to all that are described",
    stackNames,
  )
  .option("--program <directory>", "review another Pulumi program, by its Pulumi.yaml here")
  .option("--without-state", "with --program: preview against an empty state, without a backend")
  .option("--base <commit>", "compare costs with the descriptions of this commit")
  .option("--policy-config <file>", "JSON file with the configuration of the policy pack")
  .option("--without-credentials", "report a stack that cannot be previewed, and do not fail")
  .option("--markdown", "print Markdown, for a comment of a pull request")
  .option("--sarif <file>", "write SARIF 2.1.0 to this file as well")
  .option("--json", "print one JSON value on standard output")
  .addHelpText(
    "after",
    `\nExamples:\n  npx wharf review\n  npx wharf review --stacks aws,gcp --base origin/main --markdown\n${exitCodes}`,
  )
  .action(async (options) => (await import("./commands/review")).review(options));

add("audit", "Check what is deployed against the policies, using only the state.", [
  "npx wharf audit --stack prod",
  "npx wharf audit --all --markdown",
])
  .option("--all", "every stack of the backend")
  .option("--policy-config <file>", "JSON file with the configuration of the policy pack")
  .option("--markdown", "print Markdown")
  .option("--sarif <file>", "write SARIF 2.1.0 to this file as well")
  .action(async (options) => (await import("./commands/audit")).audit(options));

add("monitoring", "Write what Prometheus and Grafana read to watch the registry.", [
  "npx wharf monitoring --grafana",
  "npx wharf monitoring --stack prod --directory /etc/prometheus/wharf",
  "npx wharf monitoring --json | jq -r '.\"rules.yml\"'",
])
  .option("--grafana", "write a dashboard of Grafana too")
  .option("--directory <path>", "where to write the files; monitoring/<stack> where not given")
  .action(async (options) => (await import("./commands/monitoring")).monitoring(options));

add("retention", "Show which images the rules would delete, by which rule and why.", [
  "npx wharf retention",
  "npx wharf retention --stack aws --listing images.json",
  "aws ecr describe-images --repository-name shop/api | npx wharf retention --stack aws --listing -",
])
  .option(
    "--listing <file>",
    "images to look at, - for standard input; defaults to the stack's own",
  )
  .option("--repository <name>", "repository of the listing, where the listing does not name it")
  .option("--rules <file>", "YAML block of rules to try in place of the stack's")
  .action(async (options) => (await import("./commands/retention")).retention(options));

add(
  "collect",
  "Delete images by the rules and free what no image names, while the registry serves.",
  [
    "npx wharf collect --dry-run",
    "npx wharf collect",
    "npx wharf collect --yes --json",
    "npx wharf collect --status",
  ],
)
  .option("-y, --yes", "do not ask")
  .option("--dry-run", "only say what would go")
  .option("--status", "only say how the last run ended, and when the next one comes")
  .option("--over-limit", "delete as much as the rules name, whatever share of the images that is")
  .action(async (options) => (await import("./commands/collect")).collect(options));

program
  .command("copy")
  .description(
    "Copy images to another registry: digests, platforms, signatures. What is there is not sent again.",
  )
  .argument("<from>", "stack or host[:port][/path] that has the images")
  .argument("<to>", "stack or host[:port][/path] that gets them")
  .option(
    "-r, --repository <pattern>",
    "only these repositories: * for any text within a part, ** for any; may be given several times",
    named,
  )
  .addOption(
    new Option(
      "--existing <what>",
      "tags that the target has with another digest: move them to the source's image, or keep them; refused where not given",
    ).choices(["move", "keep"]),
  )
  .option("--parallel <number>", "requests to each registry at the same time", parallel, 6)
  .option("--dry-run", "show what would be sent, and send nothing")
  .option("--json", "print one JSON value on standard output")
  .addHelpText(
    "after",
    `\nA host takes the login of Docker's config, and the CA in /etc/docker/certs.d.\n\nExamples:\n  npx wharf copy dev prod --dry-run\n  npx wharf copy dev prod --repository 'shop/**'\n  npx wharf copy registry.example.com:5000 ghcr.io/acme\n${exitCodes}`,
  )
  .action(async (from, to, options) => (await import("./commands/copy")).copy(from, to, options));

program
  .command("explain")
  .description("Show which features each target has, how, and what to use instead of the others.")
  .argument("[target]", "one target: docker, kubernetes, aws, gcp or azure")
  .option("--json", "print one JSON value on standard output")
  .addHelpText("after", "\nExamples:\n  npx wharf explain\n  npx wharf explain aws")
  .action(async (target, options) => (await import("./commands/explain")).explain(target, options));

/** The commands that timers run, which nobody watches. */
const unattended = ["backup", "collect", "drill", "reap", "renew"];

/** The command that runs; none where the command line is wrong. */
let running: Command | undefined;
program.hook("preAction", (_, action) => {
  running = action;
});

/** What matters of a timer's command to whoever is told of it; with `status` a person only asks, and `notify` is a timer's word. */
interface UnattendedOptions {
  stack?: string;
  registry?: string;
  status?: boolean;
  notify?: boolean;
  all?: boolean;
}

/** Tells a webhook how a command of a timer ended. */
async function notifyOf(exitCode: number, message: string | undefined): Promise<void> {
  const isPart = running !== undefined && running.parent !== program;
  const task = running?.name() ?? process.argv[2] ?? "";
  const { stack, registry, status, notify: asks, all } = running?.opts<UnattendedOptions>() ?? {};
  if (isPart || !(asks || unattended.includes(task)) || exitCode === ExitCode.Interrupted) return;
  if (status) return;
  const { notify } = await import("./notifications/webhook");
  const ofOne = registry === undefined && !all;
  await notify({ task, stack: ofOne ? stack : undefined, exitCode, message });
}

async function main(): Promise<void> {
  // For the gRPC of this process and of all that it starts.
  Object.assign(process.env, loopbackVariables(process.env));
  // A reader that goes away (`| head`), or a terminal that does, is not a reason to abandon the engine.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
  let message: string | undefined;
  try {
    if (process.argv.length === 2) program.outputHelp();
    else await program.parseAsync();
  } catch (error) {
    if (!(error instanceof CommanderError)) {
      process.exitCode = printError(error, json);
      message = describe(error).message;
    } else if (error.exitCode === 0) process.exitCode = ExitCode.Done;
    // Commander has told people already, with the nearest word it knows.
    else process.exitCode = json ? printError(refusal(error.message), json) : ExitCode.Refused;
  }
  await notifyOf(Number(process.exitCode ?? 0), message);
}

void main();
