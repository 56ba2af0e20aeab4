import * as pulumi from "@pulumi/pulumi";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";
import { findCluster, NoCluster } from "../../components/kubernetes/cluster/kubeconfig";
import { nearest } from "../../components/core/messages";
import { nothingChanged } from "../../components/core/problems";
import { shellWord } from "../../components/core/shell";
import { findOnPath } from "../../offline/commands";
import { Failure, refusal } from "../failure";
import type { StackConfig } from "../stack/stack-config";

/** What holds the images that nodes run. */
export interface Nodes {
  /** As a person calls it: `kind cluster dev`. */
  name: string;
  /** The command that loads an archive of `docker save`. */
  command: (archive: string) => [program: string, ...args: string[]];
}

const tools = ["kind", "k3d", "k3s", "containerd"] as const;
type Tool = (typeof tools)[number];

/** Kubernetes' namespace of containerd: what is in another one, no pod can run. */
const kubernetesImages = ["--namespace", "k8s.io", "images", "import"];

const nodesOf: Record<Tool, (cluster: string) => Nodes> = {
  kind: (cluster) => ({
    name: `kind cluster ${cluster}`,
    command: (archive) => ["kind", "load", "image-archive", archive, "--name", cluster],
  }),
  k3d: (cluster) => ({
    name: `k3d cluster ${cluster}`,
    command: (archive) => ["k3d", "image", "import", archive, "--cluster", cluster],
  }),
  k3s: () => ({
    name: "k3s of this node",
    command: (archive) => ["k3s", "ctr", "images", "import", archive],
  }),
  containerd: () => ({
    name: "containerd of this node",
    command: (archive) => ["ctr", ...kubernetesImages, archive],
  }),
};

/** Default names of clusters: `kind create cluster`, `k3d cluster create`. */
const defaultCluster: Partial<Record<Tool, string>> = { kind: "kind", k3d: "k3s-default" };

/**
 * The nodes that an image is loaded into.
 * @param into the tool as the command line names it; found by the name of the kubeconfig's cluster where not given
 * @param cluster name of the cluster of that tool
 * @throws Failure where it is unknown, or cannot be found
 */
export function nodesFor(
  into: string | undefined,
  cluster: string | undefined,
  config: StackConfig,
): Nodes {
  if (into === undefined) return nodesOfKubeconfig(cluster, config);
  const tool = tools.find((one) => one === into);
  if (tool === undefined) {
    const meant = nearest(into, tools);
    throw refusal(
      `--into ${into} is not one of ${tools.join(", ")}.${meant === undefined ? "" : ` Did you mean ${meant}?`} ${nothingChanged}`,
    );
  }
  const usual = defaultCluster[tool];
  if (cluster !== undefined && usual === undefined) {
    throw refusal(`--cluster is for kind and k3d, not for ${tool}. ${nothingChanged}`);
  }
  return nodesOf[tool](cluster ?? usual ?? "");
}

/** By the name that kind and k3d give a cluster in the kubeconfig; else containerd where this machine is a node. */
function nodesOfKubeconfig(cluster: string | undefined, config: StackConfig): Nodes {
  for (const key of ["kubernetes:kubeconfig", "kubernetes:context"]) {
    const value = config.value(key);
    if (typeof value === "string") pulumi.runtime.setConfig(key, value);
  }
  let named = "";
  try {
    named = findCluster().cluster.name;
  } catch (error) {
    if (!(error instanceof NoCluster)) throw error;
  }
  const [, tool, name = ""] = /^(kind|k3d)-(.+)$/.exec(named) ?? [];
  if (tool !== undefined) return nodesOf[tool as Tool](cluster ?? name);
  if (existsSync("/run/k3s/containerd/containerd.sock")) return nodesOf.k3s("");
  throw refusal(
    `${named === "" ? "No kubeconfig names a cluster" : `The cluster ${named} of the kubeconfig is not one of kind or k3d`}. ${nothingChanged} On each node: npx wharf image load --into containerd; for every other cluster: npx wharf image publish --to HOST/NAME`,
  );
}

/**
 * Loads the archive of an image.
 * @throws Failure where the tool is missing or fails
 */
export async function loadInto({ name, command }: Nodes, archive: string): Promise<void> {
  const [program, ...args] = command(archive);
  if ((await findOnPath(program)) === undefined) {
    throw new Failure(`${program} is not on the PATH, so nothing was loaded into ${name}.`);
  }
  await promisify(execFile)(program, args).catch((error: Error & { stderr?: string }) => {
    const said = (error.stderr || error.message).trim().split("\n").at(-1) ?? "";
    const asRoot = /permission denied/i.test(said)
      ? `\nOnly root may do so. Write the image to a file first (npx wharf image save registry.tar), then:\n  sudo ${[program, ...command("registry.tar").slice(1)].map(shellWord).join(" ")}`
      : "";
    throw new Failure(`Loading the image into ${name} failed: ${said}${asRoot}`);
  });
}
