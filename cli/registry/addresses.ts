import { isIP } from "node:net";
import type { StackOutputs } from "../stack/outputs";
import type { RegistryAddress } from "./registry-api";

/** Addresses that mean every address of a host. */
const anyAddress = ["0.0.0.0", "::"];

/**
 * Where a registry may be reached: by the address that its port is bound to, under the name of its certificate, and by its name.
 * @param bound address of this machine, where the registry runs here
 */
export function waysTo(
  { endpoint }: Pick<StackOutputs, "endpoint">,
  bound: string | undefined,
): Pick<RegistryAddress, "endpoint" | "serverName">[] {
  if (bound === undefined) return [{ endpoint }];
  const at = new URL(endpoint);
  const named = at.hostname.replace(/^\[|\]$/g, "");
  const address = anyAddress.includes(bound) ? "127.0.0.1" : bound;
  at.hostname = isIP(address) === 6 ? `[${address}]` : address;
  return [{ endpoint: at.origin, serverName: isIP(named) === 0 ? named : undefined }, { endpoint }];
}
