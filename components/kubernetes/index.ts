// What `targets.ts` takes of this target.
export { completed } from "./cluster/completed";
export { preflight } from "./preflight";
export { component, KubernetesRegistry as Registry } from "./registry";
export const place = "Kubernetes cluster";
