import { access } from "node:fs/promises";
import type { Announce } from "../../offline/announce";
import { findOnPath } from "../../offline/commands";
import { installDebianPackages } from "../../offline/debian-packages";

/** Where Debian's package, and with it Ubuntu's, puts the programs that connect a pod to its network. */
export const cniDirectory = "/usr/lib/cni";

/** Debian packages of what the node runs and is set up with, by a command of theirs. */
const packages = {
  containerd: "containerd",
  runc: "runc",
  nft: "nftables",
  ip: "iproute2",
  iptables: "iptables",
  ipset: "ipset",
  openssl: "openssl",
  unshare: "util-linux",
};

/** Installs the Debian packages that a node lacks on this machine, saying so. Does nothing where none is missing. */
export async function installPackages(announce: Announce): Promise<void> {
  const missing: string[] = [];
  for (const [command, name] of Object.entries(packages)) {
    if ((await findOnPath(command)) === undefined) missing.push(name);
  }
  const connects = await access(`${cniDirectory}/ptp`).then(
    () => true,
    () => false,
  );
  if (!connects) missing.push("containernetworking-plugins");
  if (missing.length === 0) return;
  announce.start("cluster", `installing ${missing.join(", ")} from Debian's packages`);
  await installDebianPackages(missing);
  announce.done("cluster", missing.join(", "));
}
