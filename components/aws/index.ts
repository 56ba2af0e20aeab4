// What `targets.ts` imports from this target.
export { withExistingProviders as completed } from "./identities/existing-providers";
export { preflight } from "./preflight";
export { component, AwsRegistry as Registry } from "./registry";
export const place = "AWS account";
