import { spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { cacheDirectory } from "../../offline/cache";
import { copyCheckout } from "../support/copied-checkout";

/** Laid out as Pulumi would not do it, so that the layout is seen to come back. */
const described = `# A stack that runs nothing.
config:
    wharf:target: docker   # the only one

    wharf:users: [ { name: ci } ]
# the end
`;

// A program of only outputs: the command under test is real, engine and all, and needs no Docker.
const program = `
const pulumi = require("@pulumi/pulumi");
class Registry extends pulumi.ComponentResource {
  constructor(name) {
    super("test:index:Registry", name);
    this.repositories.forEach(() => undefined);
  }
}
module.exports = async () => {
  if (process.env.TEST_REFUSES) throw new pulumi.RunError("The description of stack dev has 1 problem. Nothing was changed.\\n\\n  wharf:endpoint.port   70000 is not a port (1 to 65535)\\n");
  if (process.env.TEST_FAILS === (pulumi.runtime.isDryRun() ? "planning" : "deploying")) throw new pulumi.RunError(process.env.TEST_SAYS ?? "the disk is full");
  if (process.env.TEST_FAULT) new Registry("registry");
  if (process.env.TEST_HANGS && !pulumi.runtime.isDryRun()) await new Promise(() => setInterval(() => undefined, 1000));
  return {
    target: "docker", endpoint: "http://localhost:5999", hosts: ["localhost:5999", "127.0.0.1:5999"],
    repositories: { app: "localhost:5999/app" }, login: "docker login localhost:5999", push: "", pull: "docker pull localhost:5999/app",
    caCertificate: "-----BEGIN CERTIFICATE-----\\nMIIB\\n-----END CERTIFICATE-----\\n", credentials: pulumi.secret({ ci: "a-secret-password" }),
    certificateExpiresAt: "2030-01-31T00:00:00Z", expiresAt: "", monthlyCost: 0, notes: [],
  };
};
`;

/** Says of itself what an engine says that is not root's, on the socket that it is given. */
const otherEngine = `
require("node:http").createServer((request, response) => {
  response.setHeader("Content-Type", "application/json");
  response.end(process.argv[2]);
}).listen(process.argv[1]);
`;

let checkout: string;
const inCheckout = (...parts: string[]) => path.join(checkout, ...parts);

/** Runs `wharf` in the checkout, without a terminal; by `through`, a command that puts it into other namespaces. */
function wharf(words: string, env: Record<string, string> = {}, through: string[] = []) {
  const [file = "", ...args] = [...through, "node", "cli/wharf.js", ...words.split(" ")];
  const { status, stdout, stderr } = spawnSync(file, args, {
    cwd: checkout,
    encoding: "utf8",
    // A Docker host elsewhere is none of the command's business; so this machine's is left alone.
    env: { ...process.env, DOCKER_HOST: "tcp://127.0.0.1:1", ...env },
  });
  return { status, stdout, stderr };
}

/** Starts `wharf` in the checkout, as the leader of a process group, so that all of a run can be ended at once. */
function start(words: string, env: Record<string, string> = {}) {
  const child = spawn("node", ["cli/wharf.js", ...words.split(" ")], {
    ...{ cwd: checkout, detached: true },
    env: { ...process.env, DOCKER_HOST: "tcp://127.0.0.1:1", ...env },
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (data: Buffer) => (said += data.toString()));
  }
  const ended = new Promise<number | null>((done) => child.on("close", done));
  const run = { pid: child.pid ?? 0, ended, said: () => said };
  started.push(run);
  return run;
}

const started: { pid: number }[] = [];

/** Ends what `start` has started, and what a test that failed left. */
function endStarted(): void {
  for (const { pid } of started.splice(0)) endAll(pid);
}

/** Ends all processes of a run at once, as a power cut does; none where it has ended. */
function endAll(leader: number): void {
  try {
    process.kill(-leader, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** Makes the checkout one that can only be read; fails where it can be written after all. */
const readOnly = [
  ...["unshare", "--mount", "sh", "-c"],
  'mount --bind . . && mount -o remount,ro,bind . && cd "$PWD" && ! touch x 2>/dev/null && exec "$@"',
  "sh",
];

/** What was said, without colours and indentation. */
const onOneLine = (said: string) => stripVTControlCharacters(said).replace(/\s+/g, " ");

/** How long a run may take to get to what is waited for, on a busy machine. */
const patience = { timeout: 120_000, interval: 50 };

beforeAll(() => {
  // As a person may call a directory; the address of a file backend is a URL.
  checkout = mkdtempSync(path.join(tmpdir(), "wharf? #1, 50%41's-"));
  copyCheckout(checkout, ["main.js", "package-lock.json"]);
  writeFileSync(inCheckout("index.ts"), program);
  writeFileSync(inCheckout("Pulumi.dev.yaml"), described);
});

afterEach(endStarted);

afterAll(() => {
  endStarted();
  rmSync(checkout, { recursive: true });
});

describe("the command line", () => {
  it("explains itself, exit codes included, without looking for an engine", () => {
    const { status, stdout } = wharf("up --help");
    expect(status).toBe(0);
    expect(stdout).toContain("npx wharf up --yes");
    expect(stdout).toContain("130  interrupted");
    expect(existsSync(inCheckout(".wharf"))).toBe(false);
  });

  it.each([
    ["up --stck dev", "error: unknown option '--stck'\n(Did you mean --stack?)"],
    ["dwon", "error: unknown command 'dwon'\n(Did you mean down?)"],
    ["up --stack a/b", "A stack's name has 1 to 50 letters, digits, . _ or -."],
    [
      "up --yes --stack dve",
      "There is no Pulumi.dve.yaml, so nothing describes stack dve. Did you mean dev?",
    ],
    ["up", "This command asks before it acts, but there is no terminal. Add --yes to agree."],
  ])("refuses `wharf %s` with exit code 2", (words, message) => {
    const { status, stdout, stderr } = wharf(words);
    expect(stderr).toContain(message);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  });

  it("refuses a stack's file that is not YAML, with exit code 2 and no stack trace", () => {
    writeFileSync(inCheckout("Pulumi.broken.yaml"), "config: [");
    const { status, stderr } = wharf("cost --stack broken");
    rmSync(inCheckout("Pulumi.broken.yaml"));
    expect(stderr).toMatch(/^Pulumi.broken.yaml has 1 problem.*\n\n.* is not YAML: Flow seq.*\n$/);
    expect(status).toBe(2);
  });

  it("asks for a home directory where the system knows none, as of a number in a container", () => {
    chmodSync(checkout, 0o755);
    const number = ["--reuid=54321", "--regid=54321", "--clear-groups"];
    const command = [...number, "env", "--unset=HOME", "node", "cli/wharf.js", "outputs"];
    const { status, stderr } = spawnSync("setpriv", command, { cwd: checkout, encoding: "utf8" });
    expect(stderr).toBe(
      "HOME is not set, and this user has no home directory. Name a writable directory:\n  export HOME=/path/to/a/directory\n",
    );
    expect(status).toBe(1);
  });

  it("answers mistakes in JSON where JSON was asked for", () => {
    const { status, stdout, stderr } = wharf("outputs --json --shw-secrets");
    expect(JSON.parse(stdout)).toEqual({
      error: "error: unknown option '--shw-secrets'\n(Did you mean --show-secrets?)",
    });
    expect({ status, stderr }).toEqual({ status: 2, stderr: "" });
  });
});

describe("a stack that does not exist", () => {
  it("has no outputs, and says how to bring it up", () => {
    // HOME is not always set, in services and in cron: the user database has it.
    expect(wharf("outputs", { HOME: "" })).toEqual({
      status: 1,
      stdout: "",
      stderr: "Stack dev is not up. Create it with: npx wharf up\n",
    });
  });

  it("is left as it was by a description with a problem; and is told that its state and passphrase are only here where it is prod", () => {
    const file = inCheckout("Pulumi.prod.yaml");
    const prod = "config: { wharf:environment: prod }\n";
    writeFileSync(file, prod);
    const { status, stdout, stderr } = wharf("up --yes --stack prod", { TEST_REFUSES: "1" });
    const left = readFileSync(file, "utf8");
    rmSync(file);
    expect(stderr).toBe(
      "The description of stack dev has 1 problem. Nothing was changed.\n\n  wharf:endpoint.port   70000 is not a port (1 to 65535)\n\n" +
        'Edit Pulumi.prod.yaml, or use the commands above where the stack is up; eval "$(npx wharf pulumi-env)" puts pulumi on the PATH.\n',
    );
    expect(status).toBe(2);
    expect(stdout).toContain(
      "Stack prod is prod, and its state and passphrase would be only in .wharf of this checkout",
    );
    expect(stdout).toContain("  export PULUMI_BACKEND_URL=s3://<bucket>");
    expect(stdout).toContain("  export PULUMI_CONFIG_PASSPHRASE_FILE=<file");
    expect(left).toBe(prod);
    expect(existsSync(inCheckout(".wharf"))).toBe(false);
  });

  it("is left as it was by a preview, also where a proxy is named that knows nothing of loopback", () => {
    const { status, stdout } = wharf("preview --json", {
      ...{ http_proxy: "http://127.0.0.1:1", https_proxy: "http://127.0.0.1:1" },
      ...{ no_proxy: "", NO_PROXY: ".corp.example" },
    });
    expect({ status, changes: JSON.parse(stdout) as unknown }).toEqual({ status: 0, changes: [] });
    expect(readFileSync(inCheckout("Pulumi.dev.yaml"), "utf8")).toBe(described);
    expect(existsSync(inCheckout(".wharf"))).toBe(false);
  });

  it("is previewed in a checkout that can only be read, and leaves nothing", () => {
    const preview = wharf("preview --json", {}, readOnly);
    expect(preview, preview.stderr).toMatchObject({ status: 0, stdout: "[]\n" });
  });

  it.each<[string, string[], string]>([
    ["can only be read", readOnly, "is on a read-only file system. Mount it writable"],
    ["is another user's", ["setpriv", "--reuid=54321", "--clear-groups"], "sudo chown -R"],
    ["has a file of that name", [], "a file has its name. Move it away:\n  mv '"],
  ])("says why .wharf cannot be made in a checkout that %s", (_, through, why) => {
    chmodSync(checkout, 0o755);
    if (through.length === 0) writeFileSync(inCheckout(".wharf"), "");
    const { status, stderr } = wharf("up --yes", {}, through);
    if (through.length === 0) rmSync(inCheckout(".wharf"));
    expect(stderr).toMatch(/^\/tmp\/.*\.wharf cannot be created: /);
    expect(stderr).toContain(why);
    expect(stderr).toContain("Wharf keeps the state and the passphrase of its stacks in .wharf");
    expect({ status, left: existsSync(inCheckout(".wharf")) }).toEqual({ status: 1, left: false });
  });
});

describe("an existing stack", () => {
  beforeAll(async () => {
    // Of two first ones at once, the later one waits and finds what the earlier one made.
    const runs = [start("up --yes"), start("up --yes")];
    const codes = await Promise.all(runs.map(({ ended }) => ended));
    const [stdout = "", ...others] = runs
      .map(({ said }) => said())
      .toSorted((one) => (one.includes("waiting for it to end") ? 1 : -1));
    expect(codes, [stdout, ...others].join("\n")).toEqual([0, 0]);
    expect(stdout).not.toContain("waiting for it to end");
    expect(others[0]).toContain("works on stack dev; waiting for it to end");
    expect(others[0]).toContain("nothing to change");
    expect(stdout).toContain("Registry   http://localhost:5999   certificate until 2030-01-31");
    // No colour and no moving line without a terminal.
    expect(stdout).not.toMatch(/[\u001b\r]/);
    expect(stdout).not.toContain("a-secret-password");
  });

  it("leaves its config file as it is, which Git tracks", () => {
    expect(readFileSync(inCheckout("Pulumi.dev.yaml"), "utf8")).toBe(described);
  });

  it("is not touched by a run on another backend that is refused", () => {
    const elsewhere = { PULUMI_BACKEND_URL: backend() };
    expect(wharf("up --yes", { ...elsewhere, TEST_REFUSES: "1" }).status).toBe(2);
    expect(wharf("outputs", elsewhere).stderr).toContain("Stack dev is not up.");
    // That its own secrets can still be opened is shown with its outputs below.
  });

  it("keeps its state and passphrase to the user", () => {
    const modes = [".wharf", ".wharf/state", ".wharf/passphrase"].map(
      (file) => statSync(inCheckout(file)).mode & 0o777,
    );
    expect(modes).toEqual([0o700, 0o700, 0o600]);
  });

  it("shows its outputs as a table, secrets hidden", () => {
    const { stdout } = wharf("outputs");
    expect(stdout).toMatch(/^credentials +\[secret\]$/m);
    expect(stdout).toMatch(/^repositories +app: localhost:5999\/app$/m);
  });

  it("shows its outputs as JSON, secrets only when asked for", () => {
    const hidden = JSON.parse(wharf("outputs --json").stdout) as Record<string, unknown>;
    const shown = JSON.parse(wharf("outputs --json --show-secrets").stdout) as typeof hidden;
    expect(hidden.credentials).toBe("[secret]");
    expect(shown).toEqual({ ...hidden, credentials: { ci: "a-secret-password" } });
  });

  it("tells a failure in one line and what to do, with exit code 1 and no stack trace", () => {
    // As Amazon ECR says it.
    const exists =
      "RepositoryAlreadyExistsException: The repository with name 'shop/api' already exists in the registry with id '111122223333'";
    expect(wharf("up --yes", { TEST_FAILS: "deploying", TEST_SAYS: exists })).toMatchObject({
      status: 1,
      stderr: `${exists}\nRun npx wharf up again: it continues from there.
What already exists is not in the state of this stack: where this stack created it and its state was lost, restore the state (.wharf of the checkout, or what PULUMI_BACKEND_URL names), since with a new one passwords and the CA are new; else give it another name, or import it into the state: pulumi import.\n`,
    });
    expect(wharf("up --yes", { TEST_FAILS: "planning" })).toMatchObject({
      status: 1,
      stderr: "the disk is full\nNothing was changed.\n",
    });
  });

  it("tells once whose passphrase does not open it, and the next step", () => {
    const next = [
      "Give the passphrase of the checkout, pipeline or person that created the stack (in a checkout it is .wharf/passphrase). Without it nobody can read the secrets:",
      "  export PULUMI_CONFIG_PASSPHRASE_FILE=<file that holds it>\n",
    ];
    const here = [
      "If this checkout created the stack itself:",
      "  unset PULUMI_CONFIG_PASSPHRASE PULUMI_CONFIG_PASSPHRASE_FILE",
      ...next,
    ].join("\n");
    expect(wharf("outputs --show-secrets", { PULUMI_CONFIG_PASSPHRASE: "wrong" })).toMatchObject({
      status: 1,
      stderr: `The passphrase of PULUMI_CONFIG_PASSPHRASE is not the one that the stack's secrets are encrypted with. Nothing was changed.\n${here}`,
    });
    expect(
      wharf("outputs --show-secrets", { PULUMI_CONFIG_PASSPHRASE_FILE: "/nowhere" }),
    ).toMatchObject({
      status: 1,
      stderr: `PULUMI_CONFIG_PASSPHRASE_FILE cannot be read: open /nowhere: no such file or directory. Nothing was changed.\n${here}`,
    });
    const file = inCheckout(".wharf/passphrase");
    renameSync(file, inCheckout("passphrase"));
    const { status, stderr } = wharf("outputs");
    const left = existsSync(file);
    renameSync(inCheckout("passphrase"), file);
    expect(stderr).toBe(
      `The passphrase that the stack's secrets are encrypted with is not here: ${file} is missing. Nothing was changed.\n${next.join("\n")}`,
    );
    expect({ status, left }).toEqual({ status: 1, left: false });
  });

  it("gives plain pulumi the same stack", () => {
    const { stdout } = spawnSync(
      "sh",
      [
        "-c",
        'eval "$(node cli/wharf.js pulumi-env)" && pulumi stack output endpoint --non-interactive',
      ],
      { cwd: checkout, encoding: "utf8" },
    );
    expect(stdout.trim()).toBe("http://localhost:5999");
  });

  it("shows the file and the line of a fault of the program's own, as plain pulumi does", () => {
    const fault = `TypeError: Cannot read properties of undefined (reading 'forEach') at new Registry (${inCheckout("index.ts")}:6:23)`;
    const ended = wharf("preview", { TEST_FAULT: "1" });
    expect(onOneLine(ended.stderr)).toContain(fault);
    expect(ended.status).toBe(1);
    const command = 'eval "$(node cli/wharf.js pulumi-env)" && pulumi preview --non-interactive';
    const { status, stdout } = spawnSync("sh", ["-c", command], {
      ...{ cwd: checkout, encoding: "utf8" },
      env: { ...process.env, TEST_FAULT: "1" },
    });
    // Plain pulumi writes into it.
    writeFileSync(inCheckout("Pulumi.dev.yaml"), described);
    expect(onOneLine(stdout)).toContain(fault);
    expect(status).not.toBe(0);
  });

  it("goes on after a run that was killed, and does not take a run of another process namespace for gone", async () => {
    const locks = inCheckout(".wharf/state/.pulumi/locks/organization/wharf/dev");
    const elsewhere = ["unshare", "--pid", "--fork", "--mount-proc"];
    const hanging = start("up --yes", { TEST_HANGS: "1" });
    const held = () => readdirSync(inCheckout(".wharf/runs/engines"));
    await vi.waitFor(() => expect(held()).toHaveLength(1), patience);
    expect(wharf("up --yes", {}, elsewhere)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining(
        `Another run works on stack dev: process ${hanging.pid} on ${hostname()}`,
      ) as string,
    });
    // As a run of another checkout meets it: only the engine's own lock.
    rmSync(inCheckout(".wharf/runs/dev.json"));
    const { status, stderr } = wharf("up --yes", {}, elsewhere);
    expect(stderr).toMatch(
      /^Stack dev is locked: process \d+ of \S+ on \S+ works on it since \d{4}-/,
    );
    expect(status).toBe(1);
    expect(readdirSync(locks)).toEqual(expect.arrayContaining(held()));

    const next = start("up --yes");
    await vi.waitFor(() => expect(next.said()).toContain("waiting for it to end"), patience);
    endAll(hanging.pid);
    expect(await next.ended, next.said()).toBe(0);
    expect(next.said()).toContain("nothing to change");
    expect(readdirSync(locks)).toEqual([]);
    expect(existsSync(inCheckout(".wharf/runs"))).toBe(false);
  });

  it("names who holds a lock that another machine has left, and the command that cancels it", () => {
    const locks = inCheckout(".wharf/state/.pulumi/locks/organization/wharf/dev");
    const [pid, username, timestamp] = [4711, "ci", "2027-01-31T12:00:00Z"];
    const lock = JSON.stringify({ pid, username, timestamp, hostname: "builder" });
    mkdirSync(locks, { recursive: true });
    writeFileSync(path.join(locks, "left.json"), lock);
    const { status, stderr } = wharf("up --yes");
    const cancel = 'eval "$(npx wharf pulumi-env --stack dev)" && pulumi cancel --yes --stack dev';
    expect(stderr).toBe(
      `Stack dev is locked: process 4711 of ci on builder works on it since 2027-01-31T12:00:00Z. Whether it still does cannot be seen from here. Nothing was changed.
Wait for it to end. Cancelling its lock does not stop it: two engines then write the same state, and each loses what the other creates.
If you are sure that the process has ended, cancel the lock:
  ${cancel}
`,
    );
    expect(status).toBe(1);
    const typed = cancel.replace("npx wharf", "node cli/wharf.js");
    expect(spawnSync("sh", ["-c", typed], { cwd: checkout }).status).toBe(0);
    expect(readdirSync(locks)).toEqual([]);
  });

  it("is trusted by what trust writes, which trust --remove takes away and nothing else", () => {
    const directory = inCheckout("certs.d");
    const file = (host: string) => path.join(directory, host, "ca.crt");
    mkdirSync(path.join(directory, "other:5000"), { recursive: true });
    writeFileSync(file("other:5000"), "another CA");
    expect(wharf(`trust --directory certs.d`).status).toBe(0);
    for (const host of ["localhost:5999", "127.0.0.1:5999"]) {
      expect(readFileSync(file(host), "utf8")).toContain("\n-----BEGIN CERTIFICATE-----\nMIIB\n");
    }
    expect(wharf(`trust --remove --directory certs.d`).status).toBe(0);
    expect(readdirSync(directory)).toEqual(["other:5000"]);
    expect(readFileSync(file("other:5000"), "utf8")).toBe("another CA");
  });

  it.each([
    ["Docker Desktop", { OperatingSystem: "Docker Desktop" }, ".docker/certs.d"],
    ["a rootless engine", { SecurityOptions: ["name=rootless"] }, ".config/docker/certs.d"],
  ])("is trusted where %s looks, in its user's home", async (engine, info, certificates) => {
    const home = inCheckout("home");
    const socket = inCheckout("other.sock");
    rmSync(socket, { force: true });
    const args = ["-e", otherEngine, socket, JSON.stringify(info)];
    const other = spawn("node", args, { stdio: "ignore" });
    try {
      await vi.waitFor(() => expect(existsSync(socket)).toBe(true), { timeout: 30_000 });
      const user = { HOME: home, XDG_CONFIG_HOME: "", WHARF_CACHE: cacheDirectory() };
      const env = { ...user, DOCKER_HOST: `unix://${socket}` };
      const { status, stdout } = wharf("trust", env);
      expect(status).toBe(0);
      // Docker Desktop copies its user's files, and at no other time.
      const restart = "Restart Docker Desktop: it reads these files only when it starts.";
      expect(stdout.includes(restart)).toBe(engine === "Docker Desktop");
      const file = path.join(home, certificates, "localhost:5999/ca.crt");
      expect(readFileSync(file, "utf8")).toContain("\n-----BEGIN CERTIFICATE-----\nMIIB\n");
      expect(wharf("trust --remove", env).status).toBe(0);
      expect(existsSync(file)).toBe(false);
    } finally {
      other.kill();
    }
  });

  it("tells a directory that nobody can make, and what to do", () => {
    const { status, stderr } = wharf("trust --directory Pulumi.yaml/certs.d");
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: `ENOTDIR: not a directory, mkdir 'Pulumi.yaml/certs.d/localhost:5999'\nA file is in the place of a directory, in Pulumi.yaml/certs.d/localhost:5999. Move it away, then run this again.\n`,
    });
  });

  it("refuses to go where it is protected, saying what to set", () => {
    writeFileSync(inCheckout("Pulumi.dev.yaml"), protectedFrom(inCheckout("Pulumi.dev.yaml")));
    const { status, stderr } = wharf("down --yes");
    expect(stderr).toContain("pulumi config set wharf:deletion retain --stack dev");
    expect(status).toBe(2);
  });

  it("leaves the passphrase to a stack of another backend, and goes without a trace after it", () => {
    const file = inCheckout("Pulumi.dev.yaml");
    writeFileSync(file, readFileSync(file, "utf8").replace(protection, ""));
    const elsewhere = { PULUMI_BACKEND_URL: backend() };
    expect(wharf("up --yes", elsewhere).status).toBe(0);
    const { status, stdout, stderr } = wharf("down --yes");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toContain(
      `The passphrase in .wharf stays, because it opens stack dev of ${elsewhere.PULUMI_BACKEND_URL}.`,
    );
    const shown = wharf("outputs --json --show-secrets", elsewhere);
    expect(shown.stdout, shown.stderr).toContain("a-secret-password");
    expect(wharf("down --yes", elsewhere).status).toBe(0);
    expect(readFileSync(file, "utf8")).toBe(described);
    expect(existsSync(inCheckout(".wharf"))).toBe(false);
  });
});

/** Address of another backend, whose directory is made where it is missing. */
function backend(): string {
  mkdirSync(inCheckout("backend"), { recursive: true });
  return pathToFileURL(inCheckout("backend")).href;
}

// Below the keys of the file, which is not formatted again.
const protection = "\n    wharf:deletion: protect";

function protectedFrom(file: string): string {
  return readFileSync(file, "utf8").replace("config:", `config:${protection}`);
}
