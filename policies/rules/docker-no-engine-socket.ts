import { containerType, mountsOf } from "../docker";
import { levels, type ResourceRule } from "../rule";

/** Directories of a host that nothing in a container has to see (CIS Docker 5.6). */
const sensitive = [
  "/",
  "/boot",
  "/dev",
  "/etc",
  "/lib",
  "/proc",
  "/sys",
  "/usr",
  "/root",
  "/home",
  "/run",
  "/var/run",
  "/var/lib/containerd",
  "/var/lib/kubelet",
  "/etc/kubernetes",
  "/etc/docker",
  "/var/lib/docker",
];

export const dockerNoEngineSocket: ResourceRule = {
  name: "docker-no-engine-socket",
  severity: "critical",
  description:
    "A container on a Docker host sees neither the engine's socket nor a directory of the host's own.",
  remediation: "Leave the mount out; give the container a volume.",
  corresponds: ["CIS Docker 5.6", "CIS Docker 5.32"],
  levels: levels("mandatory", "mandatory", "mandatory", "mandatory"),
  general: true,
  types: [containerType],
  checks: [
    function* (resource) {
      for (const [path, source] of mountsOf(resource)) {
        if (/\/(docker|containerd|podman)\.sock$/.test(source))
          yield `${source} is mounted at ${path}: who has it is root on the host.`;
        else if (sensitive.includes(source.replace(/(.)\/$/, "$1")))
          yield `${source} of the host is mounted at ${path}.`;
      }
    },
  ],
};
