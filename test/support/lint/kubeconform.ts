import { execa } from "execa";
import { join } from "node:path";
import type { Announce } from "../../../offline/announce";
import { cached } from "../../../offline/cache";
import { buildWithGo } from "../../../offline/go";
import { kubernetesSchemas } from "./schemas";

const version = "0.8.0";

/** What kubeconform finds in one object. */
export interface Finding {
  filename: string;
  kind: string;
  name: string;
  /** `statusSkipped` for an object of a kind that it was told to leave. */
  status: string;
  msg: string;
}

/**
 * Holds files of manifests against Kubernetes' own schemas, strictly: a field that a kind does not have is a fault, and so is a
 * kind without a schema. Returns what is not a valid object, and what was skipped.
 *
 * @param skip kinds to leave, as `group/version/Kind`
 */
export async function kubeconform(
  files: string[],
  skip: string[],
  announce: Announce,
): Promise<Finding[]> {
  const directory = await kubeconformProgram(announce);
  const schemas = join(await kubernetesSchemas(announce), "{{.ResourceKind}}{{.KindSuffix}}.json");
  const options = ["-strict", "-output", "json", "-schema-location", schemas];
  const { stdout, stderr } = await execa(
    join(directory, "kubeconform"),
    [...options, "-skip", skip.join(","), ...files],
    { reject: false },
  );
  if (stdout === "") throw new Error(`kubeconform said nothing but: ${stderr}`);
  return (JSON.parse(stdout) as { resources: Finding[] | null }).resources ?? [];
}

/** The directory of kubeconform itself, built the first time. */
export function kubeconformProgram(announce: Announce): Promise<string> {
  return cached(
    join("lint", `kubeconform-${version}`),
    async (into) => {
      announce.start("kubeconform", "building it from Go modules, usually 20 seconds");
      const packages = ["github.com/yannh/kubeconform/cmd/kubeconform"];
      await buildWithGo({ module: join(__dirname, "go/kubeconform"), packages, into }, announce);
      announce.done("kubeconform", version);
    },
    announce,
  );
}
