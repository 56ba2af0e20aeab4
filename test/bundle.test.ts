import { appendFileSync, copyFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ScratchClone, type Ended } from "./support/scratch-clone";

let clone: ScratchClone;

beforeAll(() => {
  clone = new ScratchClone();
});
afterAll(() => clone.remove());

const help = (): Ended => clone.wharf("--help", { WHARF_CACHE: clone.at("cache") });
const said = (text: string): Ended => ({
  status: 0,
  stdout: expect.stringContaining(text) as string,
  stderr: "",
});
const kept = (name: RegExp): string[] =>
  readdirSync(clone.at("cache", "compiled"))
    .filter((file) => name.test(file))
    .map((file) => clone.at("cache", "compiled", file));

it("starts from what an earlier start kept, and without it where that is broken", () => {
  expect(help()).toEqual(said("A team's container registry"));
  const compiled = kept(/\.js\.v\d/);
  expect(compiled).toHaveLength(1);
  for (const file of compiled) writeFileSync(file, "not what V8 wrote");
  expect(help()).toEqual(said("A team's container registry"));
  expect(readFileSync(compiled[0] ?? "", "latin1")).not.toContain("not what V8 wrote");
});

it("sees a change of a source that has kept its length", () => {
  // Until the sources are old enough for their times to be trusted.
  while (kept(/^sources-/).length === 0) expect(help()).toEqual(said("A team's"));
  const source = clone.at("cli", "wharf.ts");
  writeFileSync(source, readFileSync(source, "utf8").replace("A team's", "A crew's"));
  expect(help()).toEqual(said("A crew's container registry"));
});

it("names a checkout's own sources in the trace of a fault, whichever has compiled them", () => {
  const other = new ScratchClone();
  try {
    for (const checkout of [clone, other]) {
      const source = checkout.at("cli", "wharf.ts");
      if (checkout !== clone) copyFileSync(clone.at("cli", "wharf.ts"), source);
      const line = readFileSync(source, "utf8").split("\n").length;
      if (checkout === clone) appendFileSync(source, '  throw new Error("a fault");');
      const { status, stderr } = checkout.wharf("--help", { WHARF_CACHE: clone.at("cache") });
      expect({ status, stderr }).toEqual({
        status: 1,
        stderr: expect.stringContaining(`(${source}:${line}:9)`) as string,
      });
    }
  } finally {
    other.remove();
  }
});
