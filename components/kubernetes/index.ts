// What `targets.ts` takes of this target.
export { completed } from "./completed";
export { preflight } from "./preflight";
export { KubernetesRegistry as Registry } from "./registry";
export const place = "Kubernetes cluster";
