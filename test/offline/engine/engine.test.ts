import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { findEngine } from "../../../offline/engine/engine";
import {
  machine,
  announce,
  ownMachine,
  script,
  closedMachine,
  cachePlugins,
  installPulumi,
  cacheEngine,
  wharf,
} from "../machine";

ownMachine();

describe("the engine", () => {
  beforeEach(() => {
    closedMachine();
    cachePlugins();
  });

  it("is the one on PATH, whose version is asked once", async () => {
    installPulumi();
    cacheEngine();
    const engine = await findEngine(wharf(), announce);
    await findEngine(wharf(), announce);
    expect(engine).toMatchObject({ version: "3.251.0", origin: "installed" });
    expect(engine.binDirectory).toBe(join(machine.directory, "bin"));
    expect(readFileSync(join(machine.directory, "calls"), "utf8")).toBe("version\n");
  });

  it.each([
    ["of another major version", () => installPulumi("v2.25.2")],
    ["without its language host", () => script("bin/pulumi", "echo v3.251.0")],
    ["that does not start", () => script("bin/pulumi", "exit 1")],
  ])("is the cached one where PATH has a Pulumi %s", async (_, install) => {
    install();
    cacheEngine();
    const engine = await findEngine(wharf(), announce);
    expect(engine).toMatchObject({ version: "3.250.0", origin: "built" });
  });

  it("is still called built when its own directory is first on PATH", async () => {
    cacheEngine();
    vi.stubEnv(
      "PATH",
      `${join(machine.directory, "cache/engine/3.250.0/bin")}:${process.env.PATH}`,
    );
    expect(await findEngine(wharf(), announce)).toMatchObject({ origin: "built" });
  });

  it("cannot be built by an old Go, and says which command helps", async () => {
    script("bin/go", "echo go version go1.19.8 linux/amd64");
    await expect(findEngine(wharf(), announce)).rejects.toThrow(
      /^Pulumi is not installed, and get\.pulumi\.com cannot be reached to download it\. Go 1\.19 is too old to build with\.\n {2}\S+ .*go/,
    );
  });

  it("is built by the Go that its module asks for, also where the installed one fetches no other", async () => {
    vi.stubEnv("GOTOOLCHAIN", "local");
    script("bin/go", '[ "$1" = version ] && echo go1.24.0 || { echo "= $GOTOOLCHAIN"; exit 1; }');
    await expect(findEngine(wharf(), announce)).rejects.toThrow("= auto");
  });

  it("is built although the module proxy is away for a moment", async () => {
    const first = `[ -e "$0".tried ] || { touch "$0".tried; echo "dial tcp: lookup proxy.golang.org: no such host"; exit 1; }`;
    script("bin/go", `[ "$1" = version ] && echo go1.26.0 || { ${first}; echo built; exit 1; }`);
    await expect(findEngine(wharf(), announce)).rejects.toThrow(/^[^]*\nbuilt\n/);
  });

  it("leaves nothing in the cache when its build fails", async () => {
    script("bin/go", '[ "$1" = version ] && echo go1.26.0 || { echo "module is gone"; exit 1; }');
    await expect(findEngine(wharf(), announce)).rejects.toThrow(
      /module is gone[^]*\n {2}go env -w GOPROXY=/,
    );
    expect(readdirSync(join(machine.directory, "cache/engine"))).toEqual([]);
    expect(readdirSync(join(machine.directory, "cache/partial"))).toEqual([]);
  });
});
