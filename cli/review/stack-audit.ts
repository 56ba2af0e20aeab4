import type { EngineEvent, LocalWorkspace } from "@pulumi/pulumi/automation";
import { execFile } from "node:child_process";
import { environmentVariable, isEnvironment } from "../../policies/environment";
import { scopeVariable } from "../../policies/scope";
import { certificateLine } from "../certificates/certificate-end";
import { checkout } from "../checkout";
import { Failure } from "../failure";
import { StackFile } from "../stack/stack-file";
import { lifetimeIn, outputsIn } from "../stack/state";
import { readState } from "../stack/state-reading";
import type { StackReview } from "./findings";
import { repositoryPath } from "./git";
import { PolicyEvents } from "./preview-events";
import { SourceLines } from "./source-lines";

/** What an audit needs of the engine. */
export interface Auditing {
  workspace: LocalWorkspace;
  /** What `--policy-pack` takes. */
  pack: string;
  /** File with the pack's configuration. */
  policyConfig: string;
}

/** Versions of Pulumi before 3.229 have no `policy analyze`. */
const lacksAnalyze = /unknown (command|flag)/;
/** Most that the engine may say of one stack, in bytes. */
const longestAnswer = 256 * 1024 * 1024;

/**
 * Runs the policy pack over what a stack's state says, without its program, its providers or the network. Levels are those of the
 * environment that the state names, else of the file; where neither does, the rules of prod warn only.
 * @throws Failure where the engine is too old, or the pack cannot be run
 */
export async function auditStack(stack: string, auditing: Auditing): Promise<StackReview> {
  const { workspace, pack, policyConfig } = auditing;
  const file = new StackFile(stack);
  const lines = new SourceLines(file.text);
  const state = await readState({ name: stack, workspace });
  const lifetime = lifetimeIn(state);
  const outputs = outputsIn(state);
  const { monthlyCost } = outputs;
  const certificate = certificateLine(outputs, stack);
  const environment = lifetime?.environment ?? file.config.own["wharf:environment"];
  const args = ["policy", "analyze", "--json", "--non-interactive", "--stack", stack];
  args.push("--policy-pack", pack, "--policy-pack-config", policyConfig);
  const output = await analyze(args, {
    ...process.env,
    ...workspace.envVars,
    // The engine tells the pack nothing of a stack's config here.
    ...(isEnvironment(environment) && { [environmentVariable]: environment }),
    [scopeVariable]: process.env[scopeVariable] ?? "all",
  });
  const events = new PolicyEvents(lines);
  for (const line of output.split("\n")) {
    if (line.startsWith("{")) events.hear(JSON.parse(line) as EngineEvent);
  }
  return {
    stack,
    file: repositoryPath(stack),
    outcome: "reviewed",
    findings: events.findings,
    problems: [],
    ...(typeof monthlyCost === "number" && { monthlyCost }),
    ...(lifetime?.expiresAt !== undefined && { expiresAt: lifetime.expiresAt }),
    ...(certificate !== "" && { certificate }),
  };
}

/** What `pulumi policy analyze` prints; an exit code that only tells of mandatory violations is none of a failure. */
function analyze(args: string[], env: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(
      "pulumi",
      args,
      { cwd: checkout, env, encoding: "utf8", maxBuffer: longestAnswer },
      (error, stdout, stderr) => {
        if (error === null || stderr.includes("mandatory policy violations were found")) {
          resolve(stdout);
        } else if (lacksAnalyze.test(stderr)) {
          reject(
            new Failure(
              "This Pulumi has no `pulumi policy analyze`, which came with 3.229. Install a newer one, or remove it from the PATH so that Wharf uses its own.",
            ),
          );
        } else {
          const said = stderr.replace(/^error: /gm, "").trim();
          reject(new Failure(said === "" ? error.message : said));
        }
      },
    );
  });
}
