import { BlockList, isIP } from "node:net";
import { z } from "zod";
import { inputOf } from "../core/tokens";

// RFC 1123 labels; an all-digit last label would read as a broken IPv4 address.
const dnsName =
  /^(?=.{1,253}$)(?!.*\.\d+$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;

/** Whether a text is a range of addresses in CIDR notation (RFC 4632): `10.0.0.0/8`. */
export function isCidr(text: string): boolean {
  const [address = "", prefix = "", ...rest] = text.split("/");
  const bits = { 4: 32, 6: 128 }[isIP(address)];
  if (bits === undefined || rest.length > 0 || !/^\d{1,3}$/.test(prefix)) return false;
  return Number(prefix) <= bits;
}

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

/** Whether an address reaches no further than the machine that it is used on. */
export function isLoopback(address: string): boolean {
  return loopback.check(address, address.includes(":") ? "ipv6" : "ipv4");
}

/** Schema of `wharf:endpoint`: where the registry answers, and to whom. */
export const endpointSettings = z.strictObject({
  hosts: z
    .array(
      inputOf(
        z
          .string()
          .refine(
            (host) => isIP(host) !== 0 || dnsName.test(host),
            "is not a DNS name or IP address; leave out scheme, port and path",
          ),
      ),
    )
    .default([])
    .meta({
      description:
        "DNS names and IP addresses by which clients reach the registry; the first one is used in commands. Defaults to localhost in a lab; on docker at least one is required in other environments; on kubernetes the Service's names are added.",
    }),
  port: z.int().min(1).max(65535).default(5000).meta({
    description: "Port on the Docker host, or of the Service on kubernetes. Defaults to 5000.",
    kind: "port",
  }),
  address: z
    .string()
    .refine((address) => isIP(address) !== 0, "is not an IP address")
    .optional()
    .meta({
      description:
        "Address of the Docker host that the port is bound to. Defaults to 127.0.0.1 in a lab, which listens on localhost only, and to 0.0.0.0 elsewhere.",
    }),
  allowFrom: z
    .array(z.string().refine(isCidr, "is not a range of addresses such as 10.0.0.0/8"))
    .default([])
    .meta({
      description:
        "Ranges of addresses, as `10.0.0.0/8`, that may reach the registry. Defaults to all.",
    }),
});
