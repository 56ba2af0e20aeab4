// What `targets.ts` takes of this target.
export { preflight } from "./preflight";
export { component, AwsRegistry as Registry } from "./registry";
export const place = "AWS account";
