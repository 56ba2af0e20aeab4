import { execa } from "execa";
import { join } from "node:path";
import type { Announce } from "../../../offline/announce";
import { cached } from "../../../offline/cache";
import { buildWithGo } from "../../../offline/go";

const version = "1.7.12";

/** What actionlint finds in a workflow. */
export interface WorkflowFault {
  message: string;
  line: number;
  kind: string;
}

/** Holds workflows of GitHub Actions, as texts, against the rules of actionlint; returns what it finds in each. */
export async function actionlint(
  workflows: string[],
  announce: Announce,
): Promise<WorkflowFault[][]> {
  const directory = await actionlintProgram(announce);
  // Programs that it would run where a machine has them are named empty, so that every machine sees the same.
  const options = ["-shellcheck=", "-pyflakes=", "-format", "{{json .}}", "-"];
  return Promise.all(
    workflows.map(async (input) => {
      const { stdout, stderr } = await execa(join(directory, "actionlint"), options, {
        input,
        reject: false,
      });
      if (stdout === "") throw new Error(`actionlint said nothing but: ${stderr}`);
      return (JSON.parse(stdout) as WorkflowFault[] | null) ?? [];
    }),
  );
}

/** The directory of actionlint itself, built the first time. */
export function actionlintProgram(announce: Announce): Promise<string> {
  return cached(
    join("lint", `actionlint-${version}`),
    async (into) => {
      announce.start("actionlint", "building it from Go modules, usually 20 seconds");
      const packages = ["github.com/rhysd/actionlint/cmd/actionlint"];
      await buildWithGo({ module: join(__dirname, "go/actionlint"), packages, into }, announce);
      announce.done("actionlint", version);
    },
    announce,
  );
}
