import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Contender } from "../contender";
import { measure } from "../process-tree";
import { manifestOf, type KubernetesObject } from "./manifests";

/** Kinds that `kubectl rollout status` waits for. */
const workloads = ["Deployment", "DaemonSet", "StatefulSet"];
const script = join(__dirname, "kubectl.sh");

/** Objects that are to be made, and how the cluster is reached. */
interface Task {
  within: string;
  objects: KubernetesObject[];
  environment: Record<string, string>;
}

/** `kubectl apply` and `kubectl delete`, each waiting until the cluster has done it. */
export async function kubectl({ within, objects, environment }: Task): Promise<Contender> {
  const directory = await mkdtemp(join(within, "kubectl-"));
  await writeFile(join(directory, "registry.json"), manifestOf(objects), { mode: 0o600 });
  const waited = objects
    .filter(({ kind }) => workloads.includes(kind))
    .map(({ kind, metadata }) => `${metadata.namespace}/${kind}/${metadata.name}`);
  const step = (command: string) => () =>
    measure("sh", [script, command, "registry.json", ...waited], { directory, environment });
  return {
    name: "kubectl apply",
    run: { create: step("create"), "no-op": step("create"), destroy: step("destroy") },
  };
}

/** `helm install`, `upgrade` and `uninstall` of a chart whose templates are the objects as they are. */
export async function helm(
  program: string,
  { within, objects, environment }: Task,
): Promise<Contender> {
  const directory = await mkdtemp(join(within, "helm-"));
  const templates = join(directory, "chart", "templates");
  await mkdir(templates, { recursive: true });
  const chart = "apiVersion: v2\nname: registry\nversion: 1.0.0\n";
  await writeFile(join(directory, "chart", "Chart.yaml"), chart);
  for (const [index, object] of objects.entries()) {
    // What helm would take for its own template language is written so that it yields itself.
    const text = JSON.stringify(object).replaceAll("{{", '{{ "{{" }}');
    await writeFile(join(templates, `${index}-${object.kind}.yaml`), text, { mode: 0o600 });
  }
  const own = {
    HELM_CACHE_HOME: directory,
    HELM_CONFIG_HOME: directory,
    HELM_DATA_HOME: directory,
  };
  const place = { directory, environment: { ...environment, ...own } };
  const step =
    (command: string, ...args: string[]) =>
    () =>
      measure(program, [command, "bench", ...args, "--wait", "--timeout", "300s"], place);
  return {
    name: "helm",
    run: {
      create: step("install", "chart"),
      "no-op": step("upgrade", "chart"),
      destroy: step("uninstall"),
    },
  };
}
