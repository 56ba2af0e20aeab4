// What `targets.ts` takes of this target.
export { preflight } from "./preflight";
export { component, AzureRegistry as Registry } from "./registry";
export const place = "Azure subscription";
