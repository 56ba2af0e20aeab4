// What `targets.ts` imports from this target.
export { preflight, warnings } from "./preflight";
export { changes } from "./preflight/changes";
export { gcpCosts as costs } from "./cost";
export { component, GcpRegistry as Registry } from "./registry";
export const place = "Google Cloud project";
