import type { GcpDescription } from "./settings";
import { Environment } from "../model/environment";

/** The provider's input that says whether a repository's images are scanned. */
export interface VulnerabilityScanning {
  /** As in the project, where the Container Scanning API decides; or not at all. */
  enablementConfig: "INHERITED" | "DISABLED";
}

/**
 * Whether a repository's images are scanned when they are pushed. It is always stated: the API scans, and bills, every repository
 * of the project that does not disable it.
 */
export function vulnerabilityScanning(onPush: boolean): VulnerabilityScanning {
  return { enablementConfig: onPush ? "INHERITED" : "DISABLED" };
}

/** Whether repositories without an entry in the description are scanned: by its common block, else outside a lab. */
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
