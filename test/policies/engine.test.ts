import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { execa } from "execa";
import { existsSync, readFileSync } from "node:fs";
import { stringify } from "yaml";
import { violations, type StackReview } from "../../cli/review/findings";
import { freePort } from "../support/free-port";
import { EngineProject, type EngineRun } from "./engine-project";
import { plainConfig, plainProgram, planted } from "./plain-program";
import { prodConfig, readyStacks, registered, type ReadyStack } from "./ready-stacks";
import { ScratchClone } from "../support/scratch-clone";
import { urnOf, withValue, type Sample } from "./stack";

const checkout = path.join(__dirname, "../..");
const exceptions = JSON.parse(
  readFileSync(path.join(__dirname, "../../policies/ready-stacks.json"), "utf8"),
) as object;

/** What a stack cannot be previewed without, and a ready stack leaves to whoever deploys it. */
const more: Record<ReadyStack, () => Promise<Record<string, unknown>>> = {
  dev: async () => ({
    "wharf:endpoint": { hosts: ["registry.example.com"], port: await freePort() },
  }),
  kubernetes: () => Promise.resolve({}),
  aws: () => Promise.resolve({ "aws:accessKey": "of no worth", "aws:secretKey": "of no worth" }),
  gcp: () => Promise.resolve({ "gcp:credentials": '{"type":"service_account"}' }),
  azure: () =>
    Promise.resolve({
      "azure-native:clientId": "55555555-5555-5555-5555-555555555555",
      "azure-native:tenantId": "66666666-6666-6666-6666-666666666666",
      "azure-native:clientSecret": "of no worth",
    }),
};

const plainProject =
  "name: plain\nruntime: { name: nodejs, options: { typescript: false } }\nmain: plain.js\n";

const mandatory = ({ violations }: EngineRun) =>
  violations
    .filter(({ level }) => level === "mandatory")
    .map(({ rule, resource }) => `${rule} ${resource}`);

describe("a program that knows nothing of Wharf", () => {
  let project: EngineProject;
  beforeAll(async () => {
    project = await EngineProject.create([], {
      "Pulumi.yaml": plainProject,
      "plain.js": plainProgram,
    });
  });
  afterAll(() => project?.remove());

  it("is refused with all of its faults in one run, and creates nothing", async () => {
    await project.stack("wrong", { ...plainConfig, "plain:faults": "true" });
    const run = await project.judge(["up", "--yes", "--stack", "wrong"]);
    expect(mandatory(run).sort()).toEqual(planted);
    expect(run.exitCode).not.toBe(0);
    expect(await project.resources("wrong")).toEqual([]);
  });

  it("is only warned, and only of its registries, where it says neither its environment nor a scope", async () => {
    const said = Object.entries(plainConfig).filter(([key]) => !key.startsWith("wharf:"));
    await project.stack("silent", { ...Object.fromEntries(said), "plain:faults": "true" });
    const run = await project.judge(["preview", "--stack", "silent"]);
    expect(mandatory(run)).toEqual([]);
    expect(run.exitCode, run.said).toBe(0);
    const told = new Set(run.violations.map(({ rule, resource }) => `${rule} ${resource}`));
    const theirs = planted.filter((one) => !one.endsWith(" deployment"));
    expect([...told]).toEqual(expect.arrayContaining(theirs));
    expect([...told].filter((one) => one.endsWith(" deployment"))).toEqual([]);
    expect(run.violations.filter(({ rule }) => rule === "environment-said")).toHaveLength(1);
  });

  /** Reviews by the command of the package, as a checkout holds it. */
  const review = async (args: string[], env: Record<string, string | undefined> = {}) => {
    const pack = await project.startable(path.join(checkout, "policies"));
    const command = path.join(checkout, "policies/review.js");
    return project.run(process.execPath, [command, "review", "--policy-pack", pack, ...args], env);
  };
  const described = (stack: string, config: object) =>
    writeFile(path.join(project.directory, `Pulumi.${stack}.yaml`), stringify({ config }));

  it("is reviewed by its state, and against an empty one where the backend has none", async () => {
    await project.stack("known", plainConfig);
    await described("absent", { ...plainConfig, "plain:faults": "true" });
    const { exitCode, stdout, stderr } = await review(["--stacks", "known,absent", "--json"]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 3, stderr: "" });
    const [known, absent] = JSON.parse(stdout) as StackReview[];
    // It passes where it is right, and is warned where its levels say so.
    expect(known).toMatchObject({ stack: "known", outcome: "reviewed" });
    expect(violations(known!, "mandatory")).toBe(0);
    expect(known?.findings.map(({ rule }) => rule)).toContain("ecr-kms-key");
    expect(known?.findings.filter(({ message }) => /can't run policy/.test(message))).toEqual([]);
    expect(absent).toMatchObject({ stack: "absent", outcome: "reviewed" });
    expect(violations(absent!, "mandatory")).toBe(planted.length);
    // Neither was made in the backend, nor deployed.
    expect((await project.run("pulumi", ["stack", "ls"])).stdout).not.toContain("absent");
    expect(await project.resources("known")).toEqual([]);
  });

  it("is told why it could not be previewed, which is a notice for a review without credentials", async () => {
    // A program that this engine cannot run: nothing of it is started.
    const program = path.join(project.directory, "other");
    await mkdir(program);
    await writeFile(path.join(program, "Pulumi.yaml"), "name: other\nruntime: no-language\n");
    const args = ["--program", program, "--stacks", "broken", "--without-state"];
    const failed = await review(args);
    expect(failed.exitCode, failed.stderr).toBe(1);
    expect(failed.stdout).toContain("no-language");
    const leftOut = await review([...args, "--without-credentials", "--markdown"]);
    expect(leftOut.exitCode, leftOut.stderr).toBe(0);
    expect(leftOut.stdout).toContain("1 stack, 1 not looked at in full");
    expect(leftOut.stdout).toContain("no-language");
  });

  it("is not reviewed where the command line is wrong, or no engine is there", async () => {
    await described("any", plainConfig);
    const nowhere = { PATH: path.join(project.directory, "no-programs") };
    for (const [args, env, said] of [
      [["--program", "nowhere"], {}, "--program: there is no Pulumi.yaml in "],
      [["--policy-config", "none.json"], {}, "--policy-config: there is no file none.json."],
      [["--stacks", "a b"], {}, "A stack is named dev, or acme/shop/dev."],
      [["--stacks", "any"], nowhere, "There is no pulumi on the PATH. Install it: https://"],
    ] as const) {
      const { exitCode, stdout, stderr } = await review([...args], env);
      expect({ exitCode, stdout }, stderr).toEqual({ exitCode: 2, stdout: "" });
      expect(stderr).toContain(said);
    }
  });

  it("is reviewed by wharf review --program as well, with the engine that Wharf finds", async () => {
    await described("elsewhere", { ...plainConfig, "plain:faults": "true" });
    const report = path.join(project.directory, "wharf.sarif");
    const wharf = path.join(checkout, "cli/wharf.js");
    const run = await project.run(process.execPath, [
      ...[wharf, "review", "--program", ".", "--stacks", "elsewhere", "--without-state"],
      ...["--markdown", "--sarif", report],
    ]);
    expect(run.exitCode, run.stderr).toBe(3);
    expect(run.stdout).toMatch(/^<!-- wharf-review -->\n/);
    expect(run.stdout).toContain(`1 stack, ${planted.length} mandatory violations`);
    const { runs } = JSON.parse(readFileSync(report, "utf8")) as {
      runs: { results: { level: string; ruleId: string; message: { text: string } }[] }[];
    };
    const errors = runs[0]?.results.filter(({ level }) => level === "error") ?? [];
    const told = errors.map(({ ruleId, message: { text } }) => `${ruleId} ${text.split(":")[0]}`);
    expect(told.toSorted()).toEqual(planted);
  });
});

describe("the package, as it is packed and installed", () => {
  let project: EngineProject;
  let clone: ScratchClone;
  beforeAll(async () => {
    project = await EngineProject.create([], {
      "Pulumi.yaml": plainProject,
      "plain.js": plainProgram,
    });
    clone = new ScratchClone();
  });

  /** Unpacks the package where it finds the packages that it says it depends on, and no other ones; as npm does, with its command. */
  async function install(tarball: string, into: string): Promise<void> {
    await mkdir(into, { recursive: true });
    await execa("tar", ["-xzf", tarball, "-C", into, "--strip-components", "1"]);
    const { bin, dependencies } = JSON.parse(
      readFileSync(path.join(into, "package.json"), "utf8"),
    ) as { bin: Record<string, string>; dependencies: object };
    const packages = path.dirname(into);
    for (const name of Object.keys(dependencies)) {
      await mkdir(path.dirname(path.join(packages, name)), { recursive: true });
      await symlink(path.join(checkout, "node_modules", name), path.join(packages, name));
    }
    await mkdir(path.join(packages, ".bin"));
    for (const [name, file] of Object.entries(bin)) {
      await chmod(path.join(into, file), 0o755);
      await symlink(path.join(into, file), path.join(packages, ".bin", name));
    }
  }

  afterAll(async () => {
    clone?.remove();
    await project?.remove();
  });

  it("reviews a program without a backend, a passphrase or a file of Wharf's", async () => {
    clone.git("remote", "add", "origin", "git@git.example.com:acme/wharf.git");
    const manifest = readFileSync(clone.at("policies/package.json"), "utf8");
    const { stdout: tarball } = await execa(
      "npm",
      ["pack", "--silent", "--pack-destination", clone.directory],
      { cwd: clone.at("policies") },
    );
    expect(readFileSync(clone.at("policies/package.json"), "utf8")).toBe(manifest);
    const installed = clone.at("installed/node_modules/wharf-policies");
    await install(clone.at(tarball.split("\n").at(-1)!), installed);
    expect(readFileSync(path.join(installed, "LICENSE"), "utf8")).toContain("Apache License");
    expect(existsSync(path.join(installed, "index.ts"))).toBe(false);

    const file = path.join(project.directory, "Pulumi.fresh.yaml");
    const config = { ...plainConfig, "plain:faults": "true", "wharf:environment": "prod" };
    const text = stringify({
      encryptionsalt: "v1:of-another",
      config: { ...config, "plain:token": { secure: "v1:of-another" } },
    });
    await writeFile(file, text);
    const pack = await project.startable(installed);
    const report = path.join(project.directory, "review.sarif");
    const review = await project.run(
      path.join(clone.at("installed"), "node_modules/.bin/wharf-policies"),
      [
        ...["review", "--stacks", "fresh", "--policy-pack", pack, "--without-state"],
        ...["--json", "--sarif", report],
      ],
      { PULUMI_BACKEND_URL: "file:///nowhere", PULUMI_CONFIG_PASSPHRASE: undefined },
    );
    expect(review).toMatchObject({ exitCode: 3, stderr: "" });
    const [told] = JSON.parse(review.stdout) as StackReview[];
    expect(told).toMatchObject({ stack: "fresh", outcome: "reviewed" });
    const refused = told?.findings.filter(({ level }) => level === "mandatory") ?? [];
    expect(refused.map(({ rule, resource }) => `${rule} ${resource}`).toSorted()).toEqual(planted);
    expect(told?.changes?.map(({ action, name }) => `${action} ${name}`)).toContain("create ecr");
    expect(readFileSync(report, "utf8")).toContain(
      '"helpUri": "https://git.example.com/acme/wharf/tree/HEAD/policies#rules"',
    );
    expect(readFileSync(file, "utf8")).toBe(text);
  });
});

describe("the ready stacks in production", () => {
  let project: EngineProject;
  beforeAll(async () => {
    project = await EngineProject.create([
      "Pulumi.yaml",
      "main.js",
      "bundle.js",
      "index.ts",
      "components",
    ]);
  });
  afterAll(() => project?.remove());

  it.each(readyStacks)("%s passes, and tells its written exceptions", async (stack) => {
    // A name of the test's own: this machine's Docker may hold a stack dev.
    const name = `ready-${stack}`;
    await project.stack(name, { ...prodConfig(stack), ...(await more[stack]()) });
    const run = await project.judge(["preview", "--stack", name], { config: exceptions });
    expect(mandatory(run)).toEqual([]);
    expect(run.exitCode, run.said).toBe(0);
    const excepted = run.violations.filter(({ message }) =>
      / Excepted permanently by Wharf: /.test(message),
    );
    expect(excepted.length > 0).toBe(stack === "aws" || stack === "gcp" || stack === "kubernetes");
  });

  it("are judged by their state without a run of the program, in the environment that is named", async () => {
    const samples = await registered("kubernetes");
    const claim = samples.findIndex(({ type }) => type.endsWith(":PersistentVolumeClaim"));
    const broken = withValue(samples, [claim, "protect"], false);
    const file = path.join(project.directory, "exported.json");
    await writeFile(file, JSON.stringify(exported(broken)));
    const analyze = (environment: string) =>
      project.judge(["policy", "analyze", "--file", file], {
        config: exceptions,
        env: { WHARF_ENVIRONMENT: environment },
      });
    const prod = await analyze("prod");
    expect(mandatory(prod)).toEqual([`stateful-protected ${samples[claim]?.name}`]);
    expect(prod.exitCode).not.toBe(0);
    const dev = await analyze("dev");
    expect([mandatory(dev), dev.exitCode]).toEqual([[], 0]);
  });

  it("say all that is wrong with the configuration before anything is previewed", async () => {
    const config = {
      "ecr-imutable-tags": "advisory",
      "ecr-kms-key": { exclude: [{ name: "(" }], level: "high" },
    };
    const { exitCode, said } = await project.judge(["preview", "--stack", "ready-aws"], { config });
    expect(exitCode).not.toBe(0);
    for (const line of [
      "- ecr-imutable-tags: is not a rule; did you mean ecr-immutable-tags?",
      '- ecr-kms-key.exclude[0].name: "(" is not a regular expression',
      "- ecr-kms-key.exclude[0].reason: is missing; say why these resources may be as they are.",
      "- ecr-kms-key.exclude[0].owner: is missing; say who answers for it.",
      "- ecr-kms-key.level: is not a setting of the rule; it takes enforcementLevel and exclude.",
    ]) {
      expect(said).toContain(line);
    }
  });
});

/** Resources as `pulumi stack export` writes them. */
function exported(samples: Sample[]): object {
  const resources = samples.map(({ type, name, protect, props }) => ({
    ...{ urn: urnOf({ type, name }), type, protect },
    ...(type.startsWith("wharf:") ? { custom: false } : { custom: true, id: name }),
    ...{ inputs: props, outputs: props },
  }));
  return { version: 3, deployment: { manifest: { time: "2026-01-01T00:00:00Z" }, resources } };
}
