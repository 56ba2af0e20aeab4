import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { removeScratch, scratchDirectory } from "../../cli/scratch";

describe("temporary directories", () => {
  it("go by one listener, since Node.js warns of more than ten as of a review of many stacks", () => {
    const before = process.listenerCount("exit");
    const directories = Array.from({ length: 12 }, () => scratchDirectory("test"));
    expect(process.listenerCount("exit")).toBe(before + 1);
    expect(directories.filter((directory) => existsSync(directory))).toHaveLength(12);
    for (const directory of directories) removeScratch(directory);
    expect(process.listenerCount("exit")).toBe(before);
    expect(directories.filter((directory) => existsSync(directory))).toEqual([]);
  });
});
