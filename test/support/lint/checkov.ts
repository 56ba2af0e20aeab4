import { execa } from "execa";
import { join } from "node:path";
import type { Announce } from "../../../offline/announce";
import { cached } from "../../../offline/cache";
import { installDebianPackages } from "../../../offline/debian-packages";

const version = "3.3.30";

/** A rule of checkov, and the object that it was held against. */
export interface Check {
  check_id: string;
  check_name: string;
  /** As `Kind.namespace.name`. */
  resource: string;
  check_result: { suppress_comment?: string };
}

/** What checkov finds in manifests. */
export interface Report {
  passed: Check[];
  failed: Check[];
  /** Rules that an annotation of the object excepts it from. */
  skipped: Check[];
}

/** Holds a directory of manifests against every rule of checkov for Kubernetes, without asking its service for anything. */
export async function checkov(directory: string, announce: Announce): Promise<Report> {
  const packages = await checkovPackages(announce);
  const options = ["--framework", "kubernetes", "--compact", "--output", "json", "--skip-download"];
  // Its own exit code says that there are findings; what it is here is read from the report.
  const { stdout, stderr } = await execa(
    "python3",
    ["-m", "checkov.main", ...options, "--directory", directory],
    { env: { PYTHONPATH: packages, LOG_LEVEL: "ERROR" }, reject: false },
  );
  if (!stdout.startsWith("{")) throw new Error(`checkov gave no report: ${stderr || stdout}`);
  const { results } = JSON.parse(stdout) as {
    results: { passed_checks: Check[]; failed_checks: Check[]; skipped_checks: Check[] };
  };
  return {
    passed: results.passed_checks,
    failed: results.failed_checks,
    skipped: results.skipped_checks,
  };
}

/** The directory of checkov and what it imports; a virtual environment would not work where the cache moves it to. */
export async function checkovPackages(announce: Announce): Promise<string> {
  const { stdout } = await execa("python3", ["--version"]);
  const python = stdout.replace(/^Python (\d+)\.(\d+).*$/, "$1.$2");
  return cached(
    join("lint", `checkov-${version}-python-${python}`),
    async (into) => {
      announce.start("checkov", "installing it from PyPI, usually 2 minutes");
      const { exitCode } = await execa("python3", ["-m", "pip", "--version"], { reject: false });
      if (exitCode !== 0) await installDebianPackages(["python3-pip"]);
      const install = ["-m", "pip", "install", "--quiet", "--target", into];
      await execa("python3", [...install, `checkov==${version}`]);
      announce.done("checkov", version);
    },
    announce,
  );
}
