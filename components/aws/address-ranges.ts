import { BlockList } from "node:net";

// Addresses that no packet of the internet comes from: RFC 1918, RFC 6598 and RFC 4193.
const privateRanges = new BlockList();
privateRanges.addSubnet("10.0.0.0", 8, "ipv4");
privateRanges.addSubnet("172.16.0.0", 12, "ipv4");
privateRanges.addSubnet("192.168.0.0", 16, "ipv4");
privateRanges.addSubnet("100.64.0.0", 10, "ipv4");
privateRanges.addSubnet("fc00::", 7, "ipv6");

/** Whether a range in CIDR notation holds addresses of private networks, which AWS sees only through a VPC endpoint. */
export function isPrivateRange(cidr: string): boolean {
  const [address = ""] = cidr.split("/");
  return privateRanges.check(address, address.includes(":") ? "ipv6" : "ipv4");
}
