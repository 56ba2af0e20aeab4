import { execa } from "execa";
import { randomInt } from "node:crypto";

/** A pair of virtual interfaces between the host and a node. */
export interface Link {
  /** The host's interface; the node's is `eth0`. */
  name: string;
  hostAddress: string;
  /** The node's address. */
  address: string;
}

/**
 * Connects a node's network to the host by a subnet of 198.18.0.0/15, which RFC 2544 sets aside for tests. The node gets no
 * default route: it reaches the host, and nothing beyond.
 *
 * @param pid a process in the node's network
 */
export async function connect(pid: string): Promise<Link> {
  const taken = (await execa("ip", ["-oneline", "-4", "address"])).stdout;
  for (let attempts = 0; attempts < 100; attempts += 1) {
    const [second, third] = [randomInt(18, 20), randomInt(256)];
    const subnet = `198.${second}.${third}`;
    const link = {
      name: `wharf-${second}-${third}`,
      hostAddress: `${subnet}.1`,
      address: `${subnet}.2`,
    };
    if (taken.includes(` ${subnet}.`)) continue;
    // Two tests that draw the same subnet at once draw the same name too, and only one of them gets it.
    const add = ["link", "add", link.name, "type", "veth", "peer", "name", "eth0", "netns", pid];
    if ((await execa("ip", add, { reject: false })).exitCode !== 0) continue;
    await execa("ip", ["address", "add", `${link.hostAddress}/30`, "dev", link.name]);
    await execa("ip", ["link", "set", link.name, "up"]);
    const inNode = ["--target", pid, "--net", "ip"];
    await execa("nsenter", [...inNode, "address", "add", `${link.address}/30`, "dev", "eth0"]);
    await execa("nsenter", [...inNode, "link", "set", "eth0", "up"]);
    return link;
  }
  throw new Error("No subnet of 198.18.0.0/15 is free for the node: is `ip link add` allowed?");
}

/** Removes the link; its other end is removed with it. */
export async function disconnect(link: Link): Promise<void> {
  await execa("ip", ["link", "delete", link.name], { reject: false });
}
