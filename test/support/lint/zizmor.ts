import { execa } from "execa";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Announce } from "../../../offline/announce";
import { cached } from "../../../offline/cache";

const version = "1.32.0";

/** What zizmor finds in a workflow. */
export interface SecurityFault {
  /** Its rule, for example `template-injection`. */
  ident: string;
  desc: string;
}

/**
 * Holds workflows of GitHub Actions, as texts, against the rules of zizmor on how they are attacked; returns what it finds in all
 * of them. Without its rules that ask GitHub.
 */
export async function zizmor(workflows: string[], announce: Announce): Promise<SecurityFault[]> {
  const directory = await zizmorProgram(announce);
  const place = await mkdtemp(join(tmpdir(), "wharf-zizmor-"));
  try {
    const files = workflows.map((_, index) => join(place, `${index}.yml`));
    await Promise.all(files.map((file, index) => writeFile(file, workflows[index]!)));
    const options = ["--offline", "--no-config", "--no-progress", "--format", "json"];
    // Its exit code says that there are findings; what it is here is read from the report.
    const { stdout, stderr } = await execa(
      join(directory, "bin", "zizmor"),
      [...options, ...files],
      { reject: false },
    );
    if (!stdout.startsWith("[")) throw new Error(`zizmor gave no report: ${stderr || stdout}`);
    return JSON.parse(stdout) as SecurityFault[];
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

/** The directory of zizmor, installed the first time. */
export function zizmorProgram(announce: Announce): Promise<string> {
  return cached(
    join("lint", `zizmor-${version}`),
    async (into) => {
      announce.start("zizmor", "installing it from PyPI");
      const install = ["-m", "pip", "install", "--quiet", "--target", into];
      await execa("python3", [...install, `zizmor==${version}`]);
      announce.done("zizmor", version);
    },
    announce,
  );
}
