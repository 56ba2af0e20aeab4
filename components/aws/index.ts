// What `targets.ts` imports from this target.
export { withExistingProviders as completed } from "./identities/existing-providers";
export { preflight, warnings } from "./preflight";
export { awsCosts as costs } from "./cost";
export { component, AwsRegistry as Registry } from "./registry";
export const place = "AWS account";
