import { afterAll, beforeAll, expect, it } from "vitest";
import { announce } from "./support/announce";
import { hasNodeReleases, nodeRelease, nodeReleases } from "./support/node-releases";
import { ScratchClone } from "./support/scratch-clone";

let clone: ScratchClone;

beforeAll(() => {
  clone = new ScratchClone();
  const config = "  aws:region: eu-central-1\n  wharf:target: aws\n  wharf:environment: lab\n";
  clone.write("Pulumi.shop.yaml", `config:\n${config}`);
});
afterAll(() => clone.remove());

// The command, the engine's language host, the program in it and the stand-in plugins each start `node` by the PATH.
it.runIf(hasNodeReleases).each(nodeReleases)(
  "on Node.js %s a stack on the simulated cloud comes and goes, and nothing is warned of",
  async (release) => {
    const env = {
      PATH: `${await nodeRelease(release, announce)}:${process.env.PATH}`,
      WHARF_SIMULATE_CLOUDS: "1",
      PULUMI_BACKEND_URL: undefined,
    };
    expect(clone.run("node", ["--version"], env).stdout).toBe(`v${release}\n`);
    for (const command of ["up", "down"]) {
      expect(clone.wharf(`${command} --yes --stack shop`, env)).toEqual({
        status: 0,
        stdout: expect.stringMatching(new RegExp(`^✔ ${command} .*\\b2 (created|removed)`, "m")),
        stderr: "",
      });
    }
  },
);

it("an older one is refused, by npm start, the command and the program", () => {
  const needs = /Wharf needs Node\.js 20\.19, 22\.12 or newer; this is \d+\.\d+\.\d+\. Install/;
  for (const file of ["cli/start.js", "cli/wharf.js", "main.js"]) {
    // As 20.18 and 22.11 are: `require` loads no ES module.
    const { status, stderr } = clone.run("node", ["--no-experimental-require-module", file]);
    expect([file, status, stderr]).toEqual([file, 1, expect.stringMatching(needs)]);
  }
});
