import type { Credentials } from "./credentials";
import { nodeName, type Node } from "./node";
import type { Programs } from "./programs";

/** The provisioner of the default storage class. */
export const provisioner = "wharf.local/directory";

/** Starts what makes volumes for claims: directories of the node's disk. */
export function startProvisioner(node: Node, programs: Programs, credentials: Credentials): void {
  node.start("provisioner", programs.provisioner, [
    `-kubeconfig=${credentials.kubeconfigs.provisioner}`,
    `-name=${provisioner}`,
    "-root=/var/lib/volumes",
    `-node=${nodeName}`,
  ]);
}
