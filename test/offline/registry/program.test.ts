import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, it } from "vitest";
import { cached } from "../../../offline/cache";
import { buildWithGo, directoryOf, moduleDirectory } from "../../../offline/go";
import { goArchitecture, registryPrograms } from "../../../offline/images/registry-image";
import { announce } from "../../support/announce";

// The same flags as its build's, so that what was compiled for that is used.
const environment = {
  ...{ CGO_ENABLED: "0", GOWORK: "off", GOTOOLCHAIN: "auto", GOFLAGS: "-buildvcs=false" },
};
const go = (...args: string[]) =>
  execa("go", args, {
    all: true,
    cwd: directoryOf("distribution"),
    env: environment,
    reject: false,
  });

/** Vulnerabilities of packages that the programs do not contain, of modules that they do; each with its package. */
const elsewhere: Record<string, string> = {
  "GO-2022-0635": "github.com/aws/aws-sdk-go/service/s3/s3crypto",
  "GO-2022-0646": "github.com/aws/aws-sdk-go/service/s3/s3crypto",
};

describe("the registry program", () => {
  it("passes the tests beside its sources", async () => {
    const { exitCode, all } = await go("test", "-trimpath", "-mod=readonly", "./...");
    expect(exitCode, all).toBe(0);
    expect(all).toMatch(/^ok\s+wharf\.invalid\/distribution\/policy/m);
  });

  it("has no known vulnerability but those that the docs name", async () => {
    const tools = join(__dirname, "go/vulnerabilities");
    const [govulncheck, database, programs] = await Promise.all([
      cached(
        join("lint", "govulncheck-1.9.0"),
        (into) => {
          const packages = ["golang.org/x/vuln/cmd/govulncheck"];
          return buildWithGo({ module: tools, packages, into }, announce);
        },
        announce,
      ),
      moduleDirectory(tools, "golang.org/x/vulndb"),
      registryPrograms(goArchitecture(process.arch), announce),
    ]);
    const found = new Set<string>();
    for (const program of ["registry", "wget", "cat"]) {
      const { stdout, stderr } = await execa(
        join(govulncheck, "govulncheck"),
        [
          ...["-mode", "binary", "-scan", "module", "-format", "json"],
          ...["-db", `file://${join(database, "data/osv")}`, join(programs, program)],
        ],
        { reject: false },
      );
      expect(stdout, stderr).toContain('"config"');
      for (const [, id = ""] of stdout.matchAll(/"finding": \{\s*"osv": "([^"]+)"/g)) found.add(id);
    }
    expect([...found].sort()).toEqual(Object.keys(elsewhere).sort());
    const contained = (await go("list", "-deps", "./registry")).stdout.split("\n");
    expect(contained).toContain("github.com/distribution/distribution/v3/registry");
    for (const path of Object.values(elsewhere)) expect(contained).not.toContain(path);
    const docs = await readFile(join(__dirname, "../../../docs/conformance.md"), "utf8");
    for (const id of found) expect(docs).toContain(id);
  });
});
