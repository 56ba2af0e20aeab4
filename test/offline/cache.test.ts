import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { cached } from "../../offline/cache";
import { machine, ownMachine, closedMachine } from "./machine";

const root = join(__dirname, "../..");

ownMachine();

describe("the cache", () => {
  beforeEach(closedMachine);

  /** A process of its own that fills `engine/1` once a line is written to it, and then says where that is. */
  function filling(through: string[] = []) {
    const program = `
      const { cached } = require("${root}/offline/cache");
      const fill = async (into) => {
        process.umask(0o077);
        require("node:fs").writeFileSync(into + "/text", "theirs");
        console.log("filling");
        await require("node:events").once(process.stdin, "data");
      };
      const announce = { update: (detail) => console.log(detail) };
      cached("engine/1", fill, announce)
        .then(console.log, ({ message }) => console.log(message))
        .finally(() => process.stdin.destroy());`;
    const node = [process.execPath, "--require", "tsx/cjs", "--eval", program];
    const [command = "", ...args] = [...through, ...node];
    const child = spawn(command, args, { cwd: root, stdio: ["pipe", "pipe", "inherit"] });
    onTestFinished(() => void child.kill("SIGKILL"));
    return child;
  }

  const mine = (into: string) => Promise.resolve(writeFileSync(join(into, "text"), "mine"));
  const partials = () => readdirSync(join(machine.directory, "cache/partial"));

  it("holds nothing of a process that was killed half-way, and the next one takes its place", async () => {
    const child = filling();
    await once(child.stdout, "data");
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(partials()).toHaveLength(1);
    expect(existsSync(join(machine.directory, "cache/engine/1"))).toBe(false);
    // A minute without a sign of life.
    const minuteAgo = new Date(Date.now() - 60_000);
    utimesSync(join(machine.directory, "cache/locks/engine_1.lock"), minuteAgo, minuteAgo);
    const filled = await cached("engine/1", mine);
    expect(readFileSync(join(filled, "text"), "utf8")).toBe("mine");
    expect(partials()).toEqual([]);
  });

  it("is filled by one of several processes, while the others wait, say so and use the result", async () => {
    const child = filling();
    await once(child.stdout, "data");
    const heard: string[] = [];
    const waiting = new Promise<void>((resolve) => {
      const update = (detail: string) => (heard.push(detail), resolve());
      void cached("engine/1", mine, { update }).then((found) => heard.push(found));
    });
    await waiting;
    expect(heard).toEqual(["another process is getting engine/1; waiting for it"]);
    child.stdin.write("\n");
    await vi.waitFor(
      () => expect(heard[1]).toBe(join(machine.directory, "cache/engine/1")),
      30_000,
    );
    expect(readFileSync(join(machine.directory, "cache/engine/1/text"), "utf8")).toBe("theirs");
    expect([partials(), readdirSync(join(machine.directory, "cache/locks"))]).toEqual([[], []]);
  });

  const asNobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];

  it("made by root serves other users, who are told where they would have to write", async () => {
    chmodSync(machine.directory, 0o755);
    const first = filling();
    first.stdin.write("\n");
    await once(first, "exit");
    const [found] = (await once(filling(asNobody).stdout, "data")) as [Buffer];
    expect(String(found)).toBe(`${machine.directory}/cache/engine/1\n`);
    const text = spawnSync("setpriv", [
      ...asNobody.slice(1),
      "cat",
      `${machine.directory}/cache/engine/1/text`,
    ]);
    expect(String(text.stdout)).toBe("theirs");
    rmSync(join(machine.directory, "cache/engine/1"), { recursive: true });
    const [said] = (await once(filling(asNobody).stdout, "data")) as [Buffer];
    expect(String(said)).toBe(
      `The cache cannot be used: user nobody may not read or write ${machine.directory}/cache/locks/engine_1.lock. Name another directory:\n` +
        "  export WHARF_CACHE=/path/to/another/directory\n",
    );
  });

  it("of a group is filled by each of its users, and what root fills in a user's is that user's", async () => {
    chmodSync(machine.directory, 0o755);
    mkdirSync(join(machine.directory, "cache"));
    // Of nobody's group, as an administrator would make it for a team.
    chownSync(join(machine.directory, "cache"), 0, 65_534);
    chmodSync(join(machine.directory, "cache"), 0o2775);
    await cached("engine/2", mine);
    const child = filling(asNobody);
    child.stdin.write("\n");
    await once(child, "exit");
    expect(statSync(join(machine.directory, "cache/engine/1")).uid).toBe(65_534);
    chownSync(join(machine.directory, "cache"), 65_534, 65_534);
    const filled = await cached("images/1", mine);
    const owners = [filled, join(filled, "text"), join(filled, "..")].map(
      (path) => statSync(path).uid,
    );
    expect(owners).toEqual([65_534, 65_534, 65_534]);
  });
});
