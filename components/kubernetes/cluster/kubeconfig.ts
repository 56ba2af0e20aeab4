import { unknownName } from "../../core/names";
import * as pulumi from "@pulumi/pulumi";
import {
  newClusters,
  newContexts,
  newUsers,
  type Cluster,
  type Context,
  type User,
} from "@kubernetes/client-node/dist/config_types.js";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { parse } from "yaml";
import type { Problem } from "../../core/problems";

/** The cluster that a stack is carried out on, and who asks it. */
export interface ClusterAccess {
  cluster: Cluster;
  user: User | undefined;
  /** Which context of which file this is, as a message says it. */
  said: string;
  /** The command that shows whether the cluster answers. */
  probe: string;
}

/** What of a kubeconfig file matters here. */
interface Kubeconfig {
  "current-context"?: string;
  contexts: Context[];
  clusters: Cluster[];
  users: User[];
}

/** Whether the cluster can be asked without the provider: some ways to a cluster only the provider knows. */
export function isReadable({ cluster, user }: ClusterAccess): boolean {
  return cluster.proxyUrl === undefined && user?.authProvider === undefined;
}

/** Where a pod finds the credentials of its service account. */
const inPod = "/var/run/secrets/kubernetes.io/serviceaccount";

/** A kubeconfig that names no cluster, and what to do. */
export class NoCluster extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message);
  }
}

/**
 * The cluster that Pulumi's kubernetes provider will use, chosen as it does: the stack's own `kubernetes:kubeconfig` (a path, or
 * the contents) and `kubernetes:context`, else KUBECONFIG, else ~/.kube/config, else the pod's service account.
 *
 * The library's own KubeConfig loads the whole client with it, two seconds of every `up`; its parts for clusters, users and
 * contexts, and for the programs that hand out credentials, do not.
 * @throws NoCluster
 */
export function findCluster(): ClusterAccess {
  const config = new pulumi.Config("kubernetes");
  const given = config.get("kubeconfig");
  const context = config.get("context");
  if (given !== undefined && given !== "" && !existsSync(atHome(given))) {
    // Contents, or the path of a file that is not there; contents have several lines.
    if (!given.includes("\n"))
      throw new NoCluster(noFile(given, "pulumi config rm kubernetes:kubeconfig"));
    return choose(normalized(given, process.cwd()), context, "kubernetes:kubeconfig");
  }
  const home = join(homedir(), ".kube", "config");
  const listed = given ? [atHome(given)] : (process.env.KUBECONFIG ?? "").split(delimiter);
  const named = listed.filter((file) => file !== "");
  const files = (named.length > 0 ? named : [home]).filter((file) => existsSync(file));
  if (files.length > 0) return choose(merged(files), context, files.join(delimiter));
  if (named.length > 0) throw new NoCluster(noFile(named.join(delimiter), "unset KUBECONFIG"));
  const pod = podAccess();
  if (pod !== undefined) return pod;
  throw new NoCluster({
    key: "kubernetes:kubeconfig",
    message: `no kubeconfig: neither this key nor KUBECONFIG names one, and ${home} does not exist`,
    fix: "pulumi config set kubernetes:kubeconfig PATH",
  });
}

function noFile(path: string, fix: string): Problem {
  return { key: "kubernetes:kubeconfig", message: `${path} does not exist`, fix };
}

function atHome(path: string): string {
  return path.replace(/^~(?=$|\/)/, homedir());
}

/** Several files as one, as kubectl merges them: of what appears twice the first holds. */
function merged(files: string[]): Kubeconfig {
  const all = files.map((file) => {
    try {
      return normalized(readFileSync(file, "utf8"), dirname(resolve(file)));
    } catch (error) {
      const [line] = (error as Error).message.split("\n");
      throw new NoCluster({
        key: "kubernetes:kubeconfig",
        message: `${file} cannot be read: ${line?.replace(/:$/, "")}`,
        fix: `kubectl config view --kubeconfig ${file}`,
      });
    }
  });
  return {
    "current-context": all.map((one) => one["current-context"]).find(Boolean),
    contexts: all.flatMap(({ contexts }) => contexts),
    clusters: all.flatMap(({ clusters }) => clusters),
    users: all.flatMap(({ users }) => users),
  };
}

/** A kubeconfig's text in the library's terms; its relative paths are relative to `directory`. */
function normalized(text: string, directory: string): Kubeconfig {
  const raw = (parse(text) ?? {}) as Record<string, unknown>;
  const absolute = (path: string | undefined) => path && resolve(directory, path);
  return {
    "current-context": raw["current-context"] as string | undefined,
    contexts: newContexts(raw.contexts),
    clusters: newClusters(raw.clusters).map((each) => ({ ...each, caFile: absolute(each.caFile) })),
    users: newUsers(raw.users).map((each) => ({
      ...each,
      certFile: absolute(each.certFile),
      keyFile: absolute(each.keyFile),
    })),
  };
}

function choose(config: Kubeconfig, wanted: string | undefined, place: string): ClusterAccess {
  const name = wanted ?? config["current-context"];
  const known = config.contexts.map((context) => context.name);
  const set = (context: string) => `pulumi config set kubernetes:context ${context}`;
  const key = "kubernetes:context";
  const fix = set(known[0] ?? "NAME");
  const [unknown] =
    name === undefined || name === ""
      ? [
          {
            key,
            message: `is not set, and ${place} has no current context; it has ${known.join(", ") || "none"}`,
            fix,
          },
        ]
      : unknownName(key, name, known, { predicate: `is not a context of ${place}`, set, fix });
  if (unknown !== undefined) throw new NoCluster(unknown);
  const context = config.contexts.find((each) => each.name === name);
  const cluster = config.clusters.find((each) => each.name === context?.cluster);
  if (cluster === undefined) {
    throw new NoCluster({
      key: "kubernetes:kubeconfig",
      message: `context ${name} of ${place} names cluster "${context?.cluster}", which is not in it`,
      fix: "kubectl config get-clusters",
    });
  }
  return {
    cluster,
    user: config.users.find((each) => each.name === context?.user),
    said: `context ${name} of ${place}`,
    probe: `kubectl --context ${name} cluster-info`,
  };
}

function podAccess(): ClusterAccess | undefined {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = process.env;
  if (host === undefined || !existsSync(join(inPod, "token"))) return undefined;
  return {
    cluster: {
      name: "pod",
      server: `https://${host.includes(":") ? `[${host}]` : host}:${port ?? 443}`,
      caFile: join(inPod, "ca.crt"),
      skipTLSVerify: false,
    },
    user: { name: "pod", token: readFileSync(join(inPod, "token"), "utf8").trim() },
    said: "the pod's service account",
    probe: "kubectl cluster-info",
  };
}
