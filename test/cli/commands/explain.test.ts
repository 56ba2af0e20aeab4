import { execa } from "execa";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";

const checkout = resolve(__dirname, "../../..");
const wharf = (args: string[]) =>
  execa("node", ["cli/wharf.js", ...args], { cwd: checkout, reject: false });

describe("wharf explain", () => {
  it("prints every feature on every target", async () => {
    const { stdout, exitCode } = await wharf(["explain"]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^ feature +docker +kubernetes +aws +gcp +azure$/m);
    expect(stdout).toMatch(/^ Retention +by Wharf +by Wharf +native +native +by Wharf$/m);
  });

  it("says of one target by what, or what to use in its place", async () => {
    const { stdout } = await wharf(["explain", "gcp", "--json"]);
    const features = JSON.parse(stdout) as { keys: string[]; how: string; instead?: string }[];
    expect(features.find(({ keys }) => keys.includes("users"))).toMatchObject({
      how: "refused",
      instead: "name the principals in wharf:access",
    });
  });

  it("refuses a word that is not a target, with the nearest one", async () => {
    const { exitCode, stderr } = await wharf(["explain", "kubernets"]);
    expect(stderr).toBe(
      '"kubernets" is not a target. Targets: docker, kubernetes, aws, gcp, azure. Did you mean kubernetes?',
    );
    expect(exitCode).toBe(2);
  });
});
