import { describe, expect, it } from "vitest";
import { execa } from "execa";
import { directoryOf } from "../../../offline/go";

describe("the registry program", () => {
  it("passes the tests beside its sources", async () => {
    // The same flags as its build's, so that what was compiled for that is used.
    const { exitCode, all } = await execa("go", ["test", "-trimpath", "-mod=readonly", "./..."], {
      all: true,
      cwd: directoryOf("distribution"),
      env: { CGO_ENABLED: "0", GOWORK: "off", GOTOOLCHAIN: "auto", GOFLAGS: "-buildvcs=false" },
      reject: false,
    });
    expect(exitCode, all).toBe(0);
    expect(all).toMatch(/^ok\s+wharf\.invalid\/distribution\/policy/m);
  });
});
