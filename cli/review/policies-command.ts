import { Command, CommanderError, InvalidArgumentError } from "commander";
import { existsSync } from "node:fs";
import path from "node:path";
import { version } from "../../policies/package.json";
import { ExitCode, Failure, refusal } from "../failure";
import { programStacks, reviewProgram } from "./program-review";
import { exitCodeOf, report, type ReportOptions } from "./report";

/** Options of a review of a program that is not Wharf's. */
export interface ProgramReviewOptions extends ReportOptions {
  /** Directory of its Pulumi.yaml. */
  program: string;
  /** Names of the stacks; every one with a config file where not given. */
  stacks?: string[];
  /** File with the policy pack's configuration. */
  policyConfig?: string;
  /** Directories of policy packs, in place of this package. */
  policyPack?: string[];
  /** Previews against an empty state. */
  withoutState?: boolean;
  /** Reports a stack that cannot be previewed, and does not fail. */
  withoutCredentials?: boolean;
}

const exitCodes = `
Exit codes:
  0  no mandatory policy is violated
  1  a stack could not be previewed
  2  the command line is wrong
  3  a mandatory policy is violated`;

/** Reviews a program's stacks one after the other, and tells the result in the form that is asked for. */
export async function reviewPrograms(
  options: ProgramReviewOptions,
  packs: string[],
  env: NodeJS.ProcessEnv = {},
): Promise<void> {
  const directory = path.resolve(options.program);
  const described = programStacks(directory, options.stacks);
  const policyConfig = options.policyConfig && path.resolve(options.policyConfig);
  if (policyConfig !== undefined && !existsSync(policyConfig)) {
    throw refusal(`--policy-config: there is no file ${options.policyConfig}.`);
  }
  const { withoutState, withoutCredentials } = options;
  const reviews = [];
  for (const stack of described) {
    const review = await reviewProgram(stack, {
      ...{ directory, packs, policyConfig, withoutState, env },
    });
    const leftOut = withoutCredentials && review.outcome === "failed";
    reviews.push(leftOut ? { ...review, outcome: "left-out" as const } : review);
  }
  report(reviews, "review", options);
  process.exitCode = exitCodeOf(reviews);
}

/** A comma between names of stacks, which may be those of an organization: `acme/shop/prod`. */
export function programStackNames(names: string): string[] {
  return names.split(",").map((name) => {
    if (/^([\w.-]+\/){0,2}[\w.-]+$/.test(name)) return name;
    throw new InvalidArgumentError("A stack is named dev, or acme/shop/dev.");
  });
}

const several = (directory: string, before: string[] = []) => [...before, directory];

/**
 * The command `wharf-policies` of the package.
 * @param pack directory of the package
 */
export async function policiesCommand(pack: string): Promise<void> {
  const program = new Command("wharf-policies")
    .description("Policies for container registries, for any Pulumi program.")
    .version(version, "-v, --version")
    .exitOverride();
  program
    .command("review")
    .description(
      "Preview a program with the policies, and report what they find. Nothing is deployed.",
    )
    .option("--program <directory>", "directory of the program's Pulumi.yaml", ".")
    .option(
      "--stacks <names>",
      "stacks, with commas between them; defaults to all with a config file",
      programStackNames,
    )
    .option("--policy-config <file>", "JSON file with the configuration of the policy pack")
    .option(
      "--policy-pack <directory>",
      "policy pack in place of this one; may be given several times",
      several,
    )
    .option("--without-state", "preview against an empty state: no backend and no passphrase")
    .option("--without-credentials", "report a stack that cannot be previewed, and do not fail")
    .option("--markdown", "print Markdown, for a comment of a pull request")
    .option("--sarif <file>", "write SARIF 2.1.0 to this file as well")
    .option("--json", "print one JSON value on standard output")
    .addHelpText("after", exitCodes)
    .action((options: ProgramReviewOptions) =>
      reviewPrograms(options, options.policyPack?.map((one) => path.resolve(one)) ?? [pack]),
    );
  try {
    await program.parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? ExitCode.Done : ExitCode.Refused;
    } else if (error instanceof Failure) {
      process.stderr.write(`${error.message}\n`);
      process.exitCode = error.exitCode;
    } else throw error;
  }
}
