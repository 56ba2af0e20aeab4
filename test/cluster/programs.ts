import { join } from "node:path";
import type { Announce } from "../../offline/announce";
import { cached } from "../../offline/cache";
import { unpackDebianPackages } from "../../offline/debian-packages";
import { buildWithGo, type GoBuild } from "../../offline/go";
import { crane } from "../../offline/images/crane";
import { goArchitecture } from "../../offline/images/registry-image";

/** The version of every Kubernetes program. */
export const kubernetesVersion = "1.34.2";
const corednsVersion = "1.14.7";
const versitygwVersion = "1.8.0";
const fakeGcsServerVersion = "1.56.1";
/** Goes up with every change to the programs below `go/node`, since the cache knows them only by it. */
const nodeRevision = 1;
/** The same for `go/policies`. */
const policiesRevision = 1;

const platform = { GOOS: "linux", GOARCH: goArchitecture(process.arch) };

/** Paths of the programs that a cluster runs, and of the clients that tests drive it with. */
export interface Programs {
  etcd: string;
  "kube-apiserver": string;
  "kube-controller-manager": string;
  "kube-scheduler": string;
  "kube-proxy": string;
  kubelet: string;
  kubectl: string;
  coredns: string;
  /** Makes volumes of the node's disk; see `go/node/provisioner`. */
  provisioner: string;
  /** Holds namespaces open; see `go/node/pause`. */
  pause: string;
  /** Pushes and pulls images, for images that tests make. */
  crane: string;
}

/**
 * The programs of a cluster for this machine, built from Go modules the first time, which takes about eight minutes of two
 * cores. Nothing of Kubernetes can be pulled or downloaded on a closed network, but its modules can.
 *
 * @throws {OfflineError} where there is no Go, or the modules cannot be downloaded
 */
export async function programs(announce: Announce): Promise<Programs> {
  const [major, minor] = kubernetesVersion.split(".");
  const version = "k8s.io/component-base/version";
  const kubernetes = await built(announce, `kubernetes-${kubernetesVersion}`, "8 minutes", {
    module: "kubernetes",
    packages: [
      "go.etcd.io/etcd/server/v3",
      ...["apiserver", "controller-manager", "scheduler", "proxy"].map(
        (name) => `k8s.io/kubernetes/cmd/kube-${name}`,
      ),
      "k8s.io/kubernetes/cmd/kubelet",
      "k8s.io/kubernetes/cmd/kubectl",
    ],
    variables: {
      [`${version}.gitVersion`]: `v${kubernetesVersion}`,
      [`${version}.gitMajor`]: String(major),
      [`${version}.gitMinor`]: String(minor),
    },
  });
  const coredns = await built(announce, `coredns-${corednsVersion}`, "2 minutes", {
    module: "coredns",
    packages: ["github.com/coredns/coredns"],
  });
  const node = await built(announce, `node-${nodeRevision}`, "1 minute", {
    module: "node",
    packages: ["./pause", "./provisioner"],
  });
  return {
    etcd: join(kubernetes, "server"),
    "kube-apiserver": join(kubernetes, "kube-apiserver"),
    "kube-controller-manager": join(kubernetes, "kube-controller-manager"),
    "kube-scheduler": join(kubernetes, "kube-scheduler"),
    "kube-proxy": join(kubernetes, "kube-proxy"),
    kubelet: join(kubernetes, "kubelet"),
    kubectl: join(kubernetes, "kubectl"),
    coredns: join(coredns, "coredns"),
    provisioner: join(node, "provisioner"),
    pause: join(node, "pause"),
    crane: await crane(announce),
  };
}

/** The path of versitygw, an S3 server that keeps its objects in a directory. */
export async function versitygw(announce: Announce): Promise<string> {
  const directory = await built(announce, `versitygw-${versitygwVersion}`, "3 minutes", {
    module: "versitygw",
    packages: ["github.com/versity/versitygw/cmd/versitygw"],
  });
  return join(directory, "versitygw");
}

/** The path of fake-gcs-server, which answers as Google Cloud Storage does and keeps its objects in a directory. */
export async function fakeGcsServer(announce: Announce): Promise<string> {
  const directory = await built(announce, `fake-gcs-server-${fakeGcsServerVersion}`, "3 minutes", {
    module: "fake-gcs-server",
    packages: ["github.com/fsouza/fake-gcs-server"],
  });
  return join(directory, "fake-gcs-server");
}

/**
 * The path of a program that enforces NetworkPolicies on a node by iptables and ipset: kube-router's own controller of policies;
 * see `go/policies`.
 */
export async function policyEngine(announce: Announce): Promise<string> {
  const directory = await built(announce, `policies-${policiesRevision}`, "2 minutes", {
    module: "policies",
    packages: ["."],
  });
  return join(directory, "policies");
}

/**
 * The path of BusyBox: a shell and its commands in one static program, out of Debian's package, which is downloaded and not
 * installed. Whichever version Debian had at the time serves.
 */
export async function busybox(announce: Announce): Promise<string> {
  const name = "busybox-static";
  const key = join("test-cluster", `${name}-linux-${platform.GOARCH}`);
  const directory = await cached(
    key,
    async (into) => {
      announce.start(name, "downloading Debian's package");
      await unpackDebianPackages([name], into);
      announce.done(name, "downloaded");
    },
    announce,
  );
  return join(directory, "bin/busybox");
}

/** The directory of programs of one module, which the cache keeps under `name`. */
function built(
  announce: Announce,
  name: string,
  usually: string,
  build: Pick<GoBuild, "module" | "packages" | "variables">,
): Promise<string> {
  return cached(
    join("test-cluster", `${name}-linux-${platform.GOARCH}`),
    async (into) => {
      announce.start(name, `building it from Go modules, usually ${usually} of two cores`);
      const module = join(__dirname, "go", build.module);
      await buildWithGo({ ...build, module, into, platform }, announce);
      announce.done(name, "built");
    },
    announce,
  );
}
