import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { allStacksIn, StateFiles } from "../../../cli/stack/state-files";

describe("a directory that holds states", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), "wharf-states-"));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const place = (...parts: string[]) => path.join(directory, ".pulumi", ...parts);
  const write = (file: string, text: string) => {
    mkdirSync(path.dirname(place(file)), { recursive: true });
    writeFileSync(place(file), text);
  };
  const deployment = { resources: [{ urn: "urn:pulumi:dev::wharf::a:b:C::it" }] };
  const state = (version = 3) =>
    JSON.stringify({ version, checkpoint: { stack: "dev", latest: deployment } });

  it("is read without the engine, and tells the stacks of one project from all others", () => {
    write("meta.yaml", "version: 1\n");
    write("stacks/wharf/dev.json", state());
    write("stacks/wharf/dev.json.bak", "{");
    write("stacks/wharf/packed.json.gz", "");
    write("stacks/other/prod.json", state());
    const files = StateFiles.in(directory);
    expect(files?.stacks).toEqual(["dev", "packed"]);
    expect(files?.deploymentOf("dev")).toEqual({ deployment });
    expect(allStacksIn(directory).sort()).toEqual(["dev", "packed", "prod"]);
  });

  it.each([
    ["is compressed", "stacks/wharf/dev.json.gz", ""],
    ["is of a later version", "stacks/wharf/dev.json", state(4)],
    ["is not JSON", "stacks/wharf/dev.json", "{"],
  ])("leaves a state that %s to the engine", (_, file, text) => {
    write("meta.yaml", "version: 1\n");
    write("stacks/wharf/dev.json", state());
    write(file, text);
    expect(StateFiles.in(directory)?.deploymentOf("dev")).toBeUndefined();
  });

  it("is left to the engine, and as it is, where its layout is another", () => {
    write("stacks/dev.json", state());
    expect(StateFiles.begunIn(directory)).toBeUndefined();
    write("meta.yaml", "version: 2\n");
    expect(StateFiles.begunIn(directory)).toBeUndefined();
    expect(StateFiles.begunIn(path.join(directory, "nowhere"))).toBeUndefined();
  });

  it("takes a new stack, once", () => {
    const files = StateFiles.begunIn(directory);
    expect(files?.add("dev")).toBe(true);
    write("stacks/wharf/dev.json", state());
    expect(files?.add("dev")).toBe(false);
    expect(readFileSync(place("stacks/wharf/dev.json"), "utf8")).toBe(state());
  });
});
