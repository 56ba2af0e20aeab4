// What `targets.ts` takes of this target.
export { withExistingPlan as completed } from "./existing-plan";
export { preflight, warnings } from "./preflight";
export { changes } from "./preflight/changes";
export { azureCosts as costs } from "./cost";
export { component, AzureRegistry as Registry } from "./registry";
export const place = "Azure subscription";
