// What `targets.ts` imports from this target.
export { preflight } from "./preflight";
export { component, AwsRegistry as Registry } from "./registry";
export const place = "AWS account";
