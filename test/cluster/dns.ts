import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Credentials } from "./credentials";
import type { Node } from "./node";
import type { Programs } from "./programs";

/**
 * Where pods and the node itself ask for names: an address of the node's loopback interface, the one that NodeLocal DNSCache
 * takes too.
 */
export const dnsAddress = "169.254.20.10";

/** Starts CoreDNS on the node. It knows the names of Services and those of the node's /etc/hosts, and no others. */
export async function startDns(
  node: Node,
  programs: Programs,
  credentials: Credentials,
): Promise<void> {
  const nothing = join(node.directory, "nothing.zone");
  await writeFile(nothing, ". 1 IN SOA ns.invalid. hostmaster.invalid. 1 60 60 60 1\n");
  const corefile = `.:53 {
  bind ${dnsAddress}
  errors
  hosts {
    ttl 1
    reload 1s
    fallthrough
  }
  kubernetes cluster.local in-addr.arpa {
    kubeconfig ${credentials.kubeconfigs.coredns}
    ttl 1
  }
  # Nothing beyond can be reached: better to say so at once than to let clients wait.
  file ${nothing} .
}
`;
  const path = join(node.directory, "Corefile");
  await writeFile(path, corefile);
  node.start("coredns", programs.coredns, ["-conf", path]);
}
