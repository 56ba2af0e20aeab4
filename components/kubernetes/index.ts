// What `targets.ts` takes of this target.
export { completed } from "./cluster/completed";
export { preflight } from "./preflight";
export { selfHostedCosts as costs } from "../cost/estimate";
export { component, KubernetesRegistry as Registry } from "./registry";
export const place = "Kubernetes cluster";
