import type { GcpDescription } from "./settings";
import { Environment } from "../model/environment";

/** What the provider takes to say whether a repository's images are scanned. */
export interface VulnerabilityScanning {
  /** As the project says, by whether its Container Scanning API is enabled; or not at all. */
  enablementConfig: "INHERITED" | "DISABLED";
}

/**
 * Whether a repository's images are scanned when they are pushed. It is always stated: the API scans, and bills, each
 * repository of the project that does not say otherwise.
 */
export function vulnerabilityScanning(onPush: boolean): VulnerabilityScanning {
  return { enablementConfig: onPush ? "INHERITED" : "DISABLED" };
}

/** Whether repositories that the description has no entry for are scanned: by its block for all, and outside a lab without one. */
export function scansOthers({
  environment,
  scan,
}: Pick<GcpDescription, "environment" | "scan">): boolean {
  return scan?.onPush ?? environment !== Environment.Lab;
}

/** Whether any repository of the stack is scanned, so that the Container Scanning API is needed. */
export function scansAny(args: GcpDescription): boolean {
  const hasOthers = args.gcp.domains.length + args.pullThroughCaches.length > 0;
  return args.repositories.some(({ scan }) => scan.onPush) || (hasOthers && scansOthers(args));
}
