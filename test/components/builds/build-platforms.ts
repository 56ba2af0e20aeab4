import { parse } from "yaml";
import type { AzureDockerStep, AzureEncodedStep } from "../../../components/builds/acr-task";
import { announce } from "../../support/announce";
import type { Ended, Machine } from "./build-machine";
import { readTasks, renderTexts, type AcrRun } from "../../support/lint/acr-task";

/** What started a build. */
export interface Start {
  commit: string;
  branch?: string;
  tag?: string;
  /** Number or id of the build. */
  build: string;
}

/** The registry of a build, and who it logs in as. */
export interface PushTo {
  host: string;
  address: string;
  cacheAddress: string;
  username: string;
  password: string;
  /** PEM; empty where none is needed. */
  ca: string;
}

const refOf = ({ branch, tag }: Start) => tag ?? branch ?? "";
const fullRef = (start: Start) =>
  `refs/${start.tag === undefined ? "heads" : "tags"}/${refOf(start)}`;
const shell = (machine: Machine, lines: string[], env: Record<string, string>, name = "sh") =>
  machine.run(name, ["-e", "-c", lines.join("\n")], env);

/** Runs what comes after each other until something fails. */
async function each<Step>(steps: Step[], run: (step: Step) => Promise<Ended>): Promise<Ended> {
  const said: string[] = [];
  for (const step of steps) {
    const ended = await run(step);
    said.push(ended.said);
    if (ended.exitCode !== 0) return { exitCode: ended.exitCode, said: said.join("\n") };
  }
  return { exitCode: 0, said: said.join("\n") };
}

/** Runs a buildspec as CodeBuild does: version 0.2 runs all commands in one shell. */
export function runBuildspec(
  text: string,
  start: Start,
  to: PushTo,
  machine: Machine,
): Promise<Ended> {
  const { phases } = parse(text) as { phases: Record<string, { commands: string[] }> };
  const commands = ["install", "pre_build", "build", "post_build"].flatMap(
    (phase) => phases[phase]?.commands ?? [],
  );
  return shell(machine, commands, {
    AWS_REGION: "eu-central-1",
    CODEBUILD_RESOLVED_SOURCE_VERSION: start.commit,
    CODEBUILD_SOURCE_VERSION: start.commit,
    CODEBUILD_WEBHOOK_HEAD_REF: fullRef(start),
    CODEBUILD_BUILD_NUMBER: start.build,
    REGISTRY: to.host,
    REPOSITORY: to.address,
    CACHE_REPOSITORY: to.cacheAddress,
  });
}

interface CloudBuildStep {
  name: string;
  args?: string[];
  env?: string[];
  script?: string;
}

/**
 * Runs a cloudbuild.yaml as Cloud Build does: substitutions stand in all but scripts, `$$` is a dollar, and images are pushed
 * last.
 */
export function runCloudBuild(text: string, start: Start, machine: Machine): Promise<Ended> {
  const known: Record<string, string> = {
    COMMIT_SHA: start.commit,
    SHORT_SHA: start.commit.slice(0, 7),
    BRANCH_NAME: start.branch ?? "",
    TAG_NAME: start.tag ?? "",
    BUILD_ID: start.build,
  };
  const substituted = (value: string) =>
    value.replace(
      /\$(\$|\{(\w+)\}|([A-Z_][A-Z0-9_]*))/g,
      (all, rest: string, braced?: string, plain?: string) => {
        if (rest === "$") return "$";
        const found = known[braced ?? plain ?? ""];
        if (found === undefined) throw new Error(`${all} is not a substitution of Cloud Build`);
        return found;
      },
    );
  const { steps, images = [] } = parse(text) as { steps: CloudBuildStep[]; images?: string[] };
  const pushes = images.map((image) => ({ name: "push", args: ["push", image] }));
  return each([...steps, ...pushes], ({ args, env = [], script }: CloudBuildStep) => {
    const variables = Object.fromEntries(
      env
        .map((pair) => substituted(pair))
        .map((pair) => [pair.split("=")[0] ?? "", pair.slice(pair.indexOf("=") + 1)]),
    );
    return script === undefined
      ? machine.run("docker", (args ?? []).map(substituted), variables)
      : machine.run("sh", ["-c", script], variables);
  });
}

/** Runs a step of an ACR task as its runner does: templates first, then a shell that starts `docker build`. */
export async function runAcrTask(
  step: AzureDockerStep | AzureEncodedStep,
  start: Start,
  to: PushTo,
  machine: Machine,
): Promise<Ended> {
  const run: AcrRun = {
    ID: start.build,
    Registry: to.host,
    Date: `${new Date().toISOString().slice(0, 10).replaceAll("-", "")}-101112z`,
    Commit: start.commit,
    Branch: refOf(start),
  };
  if (step.type === "Docker") {
    const words = [
      ...["-f", step.dockerFilePath],
      ...step.imageNames.flatMap((image) => ["-t", `${to.host}/${image}`]),
      ...step.arguments.flatMap(({ name, value }) => ["--build-arg", `${name}=${value}`]),
      ".",
    ];
    const [command = "", ...images] = await renderTexts(
      [words.join(" "), ...step.imageNames.map((image) => `${to.host}/${image}`)],
      run,
      announce,
    );
    return shell(
      machine,
      [`docker build ${command}`, ...images.map((image) => `docker push ${image}`)],
      {},
    );
  }
  const text = Buffer.from(step.encodedTaskContent, "base64").toString();
  const [steps = []] = await readTasks([text], run, announce);
  return each(steps, ({ build, push = [], cmd, env = [] }) => {
    if (build !== undefined)
      return shell(machine, [`env ${env.join(" ")} docker build ${build}`], {});
    return shell(
      machine,
      cmd === undefined ? push.map((image) => `docker push ${image}`) : [cmd],
      {},
    );
  });
}

interface GitHubStep {
  uses?: string;
  run?: string;
  env?: Record<string, string>;
}

/** Runs the job of a workflow as GitHub's runner does: expressions are evaluated before bash sees a script. */
export function runWorkflow(
  text: string,
  start: Start,
  to: PushTo,
  machine: Machine,
): Promise<Ended> {
  const { jobs } = parse(text) as {
    jobs: Record<string, { env?: Record<string, string>; steps: GitHubStep[] }>;
  };
  const [job] = Object.values(jobs);
  const known: Record<string, string> = {
    "secrets.WHARF_USERNAME": to.username,
    "secrets.WHARF_PASSWORD": to.password,
    "vars.WHARF_CA": to.ca,
  };
  const evaluated = (value: string) =>
    value.replace(/\$\{\{ (.*?) \}\}/g, (_, expression: string) => {
      const literal = /^'(.*)'$/.exec(expression)?.[1];
      const found = literal ?? known[expression];
      if (found === undefined) throw new Error(`no such expression: ${expression}`);
      return found;
    });
  const evaluatedAll = (values: Record<string, string> = {}) =>
    Object.fromEntries(Object.entries(values).map(([key, value]) => [key, evaluated(value)]));
  const given = {
    GITHUB_REF_NAME: refOf(start),
    GITHUB_RUN_NUMBER: start.build,
    RUNNER_TEMP: machine.directory,
  };
  const scripts = job?.steps.filter((step) => step.run !== undefined) ?? [];
  return each(scripts, ({ run = "", env }) =>
    shell(
      machine,
      [evaluated(run)],
      { ...given, ...evaluatedAll(job?.env), ...evaluatedAll(env) },
      "bash",
    ),
  );
}

/** Runs the job of a .gitlab-ci.yml as GitLab's runner does: its variables, then its commands in one shell. */
export function runGitLabJob(
  text: string,
  start: Start,
  to: PushTo,
  machine: Machine,
): Promise<Ended> {
  const [job] = Object.values(
    parse(text) as Record<string, { variables: Record<string, string>; script: string[] }>,
  );
  return shell(machine, job?.script ?? [], {
    ...job?.variables,
    WHARF_USERNAME: to.username,
    WHARF_PASSWORD: to.password,
    CI_COMMIT_SHA: start.commit,
    CI_COMMIT_REF_NAME: refOf(start),
    CI_PIPELINE_IID: start.build,
  });
}

interface BitbucketPipelines {
  branches?: Record<string, { step: { script: string[] } }[]>;
  tags?: Record<string, { step: { script: string[] } }[]>;
}

/** Runs the steps of a bitbucket-pipelines.yml as Bitbucket does, each in a shell of its own. */
export function runBitbucketSteps(
  text: string,
  start: Start,
  to: PushTo,
  machine: Machine,
): Promise<Ended> {
  const { pipelines } = parse(text) as { pipelines: BitbucketPipelines };
  const [steps = []] = Object.values({ ...pipelines.branches, ...pipelines.tags });
  return each(steps, ({ step }) =>
    shell(
      machine,
      step.script,
      {
        WHARF_USERNAME: to.username,
        WHARF_PASSWORD: to.password,
        WHARF_CA: Buffer.from(to.ca).toString("base64"),
        BITBUCKET_COMMIT: start.commit,
        ...(start.tag === undefined
          ? { BITBUCKET_BRANCH: refOf(start) }
          : { BITBUCKET_TAG: start.tag }),
        BITBUCKET_BUILD_NUMBER: start.build,
      },
      "bash",
    ),
  );
}
