import { Writable } from "node:stream";
import { expect, it } from "vitest";
import { createProgress } from "../../../cli/ui/progress";

it("tells a count every fifteen seconds where lines stay, and anything else at once", () => {
  let text = "";
  const write = (chunk: Buffer, _: string, done: () => void) => {
    text += String(chunk);
    done();
  };
  let milliseconds = 0;
  const output = new Writable({ write }) as NodeJS.WriteStream;
  const progress = createProgress(output, () => milliseconds);
  progress.start("engine", "building Pulumi");
  for (let packages = 1; packages <= 2800; packages += 1) {
    progress.update(`${packages} packages compiled`);
    // Three minutes and five seconds in all.
    milliseconds += 66;
  }
  progress.update("another process is getting engine/3.250.0; waiting for it");
  progress.done("engine", "built");
  const lines = text.trimEnd().split("\n");
  expect(lines.slice(0, 3)).toEqual([
    "… engine        building Pulumi",
    "… engine        1 packages compiled",
    "… engine        229 packages compiled",
  ]);
  expect(lines.slice(-2)).toEqual([
    "… engine        another process is getting engine/3.250.0; waiting for it",
    "✔ engine        built",
  ]);
  expect(lines).toHaveLength(1 + 13 + 2);
});
