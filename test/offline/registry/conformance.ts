import { execa } from "execa";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { announce } from "../../support/announce";
import { cached } from "../../../offline/cache";
import { buildWithGo } from "../../../offline/go";

const suite = "github.com/opencontainers/distribution-spec/conformance";
/** The suite of 31 August 2026, which go.mod names. */
const version = "20260831232431";

/** What the suite found. */
export interface Conformance {
  passed: number;
  /** Names of the tests that failed. */
  failed: string[];
  skipped: number;
}

/** The directory that holds the suite's program, built the first time. */
export function conformanceSuite(): Promise<string> {
  const module = join(__dirname, "go/conformance");
  return cached(
    join("lint", `oci-conformance-${version}`),
    (into) => buildWithGo({ module, packages: [suite], into }, announce),
    announce,
  );
}

/**
 * Runs the conformance suite of the OCI distribution specification 1.1 against a registry on loopback.
 * @param host `host:port`, spoken to by HTTP
 * @param user name and password
 * @param sha512 whether what is stored under digests of SHA-512 is part of it
 */
export async function conformance(
  host: string,
  sha512: boolean,
  user = { name: "", password: "" },
): Promise<Conformance> {
  const directory = await conformanceSuite();
  const results = await mkdtemp(join(tmpdir(), "wharf-conformance-"));
  try {
    const { all } = await execa(join(directory, "conformance"), {
      all: true,
      cwd: results,
      env: {
        OCI_REGISTRY: host,
        OCI_TLS: "disabled",
        OCI_VERSION: "1.1",
        OCI_RESULTS_DIR: results,
        OCI_DATA_SHA512: String(sha512),
        OCI_USERNAME: user.name,
        OCI_PASSWORD: user.password,
      },
      reject: false,
    });
    const report = await readFile(join(results, "junit.xml"), "utf8").catch(() => "");
    if (report === "") throw new Error(`the conformance suite ended without a report:\n${all}`);
    // Of the tests only, without those that group them.
    const tests = [...report.matchAll(/<testcase name="([^"]+)"[^>]*status="(\w+)"/g)];
    const named = (status: string) =>
      tests.flatMap(([, name = "", its]) => (its === status ? [name.replace(/^[^/]*\//, "")] : []));
    return {
      passed: named("passed").length,
      failed: named("failure"),
      skipped: named("skipped").length,
    };
  } finally {
    await rm(results, { recursive: true, force: true });
  }
}
